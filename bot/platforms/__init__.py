"""One folder per platform: each translates inbound events and replies, and nothing else."""
