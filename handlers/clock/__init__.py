"""What is done when the clock strikes: one file a duty. Plain functions from facts to what is owed."""
