"""What people read and see when the week is counted."""
