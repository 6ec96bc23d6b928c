"""Figures, by hand and not in CI: `make bench`. See README, "Measured"."""
