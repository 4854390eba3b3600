"""Calls to our own numbers, once a day, to hear whether the hotline answers."""
