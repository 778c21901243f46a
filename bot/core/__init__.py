"""The vocabulary every feature and platform speaks, and the dispatcher between them."""
