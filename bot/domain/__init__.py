"""Pure rules: students, rotations, working days, zones. Standard library only."""
