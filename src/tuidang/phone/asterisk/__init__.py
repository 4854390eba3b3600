"""Asterisk: fetched, configured, kept running, and given its sounds."""
