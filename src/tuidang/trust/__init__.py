"""What says which keys and mirrors are ours: an offline root, and what it signs."""
