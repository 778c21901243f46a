"""The rules of the bank beyond its schema: own words, plain words, privacy, safety, no two alike."""
