"""One module or package per thing the bot does, found by name: each has a `feature`."""
