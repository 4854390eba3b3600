"""A witness of other people's logs: one folder, one process, no database and no Django."""
