"""What says which keys and mirrors are ours: an offline root, what it signs, and who may sign what follows."""
