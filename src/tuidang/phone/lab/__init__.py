"""The simulated carrier: SIPp answers as a country of people would, from a seed, and the truth is a file."""
