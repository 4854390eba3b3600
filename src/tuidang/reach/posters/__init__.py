"""Posters and cards: what stands on them, where, and how that becomes a print file or a picture. Pure."""
