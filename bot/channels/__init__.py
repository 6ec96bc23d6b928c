"""The messengers: one folder each, and what they share."""
