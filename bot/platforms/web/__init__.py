"""The chat page: a platform of our own, for a computer with no account anywhere."""
