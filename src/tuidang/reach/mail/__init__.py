"""A robot that answers letters with small files, and keeps nothing of whoever wrote."""
