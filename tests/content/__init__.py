"""The bank: reading, checking, keeping."""
