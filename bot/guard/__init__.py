"""Keep patient details out: the guard reads every free text before anything stores or logs it."""
