"""The demo: the real program on a throw-away database, a clock that is moved, and members who are simulated."""
