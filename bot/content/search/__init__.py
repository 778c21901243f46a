"""Look-up behind phrases, scripts, plain words and questions: a sure answer, near ones to choose from, or none."""
