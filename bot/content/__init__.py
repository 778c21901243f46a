"""The bank: what the coach can say, read from YAML, checked and kept as frozen records."""
