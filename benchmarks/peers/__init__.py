"""What others would run in our place: each file is one program, run by the interpreter that has what it needs."""
