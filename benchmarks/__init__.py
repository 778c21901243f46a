"""What `make bench` measures: each file prints a table, ratios taken in one run on one machine."""
