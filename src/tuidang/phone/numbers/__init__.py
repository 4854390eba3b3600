"""Which numbers there are, in what order they are called, and which blocks are worth a call. No Django."""
