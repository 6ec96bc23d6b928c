"""Numbers, made into something that a person looks at."""
