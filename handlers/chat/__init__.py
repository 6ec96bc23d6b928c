"""What people talk about with us: one file (or folder) a conversation."""
