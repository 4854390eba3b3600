"""Mirrors: the public site as plain files, signed, that anyone can serve, check and pass on."""
