"""The same check-in written the usual way: a framework's webhook, and one SQLAlchemy transaction a message.

As a careful programmer would: many messages at a time, a pooled connection, SQLite in WAL with synchronous=FULL (as
durable as ours) and one writer that nobody has to wait for with a lock, the receipt sent from the handler. In their
favour: the update is acknowledged before anything is stored, a line is understood by one regular expression (ours goes
through the whole understanding), and nothing is kept of the message, of what is owed, or of what was sent.
"""
