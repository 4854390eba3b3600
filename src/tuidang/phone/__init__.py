"""Machines call, people answer: numbers, campaigns, the call machine, the dialler, Asterisk, call records."""
