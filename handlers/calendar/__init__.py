"""Which days people work, which are holidays, and at which hours nobody is written to. Pure values and functions."""
