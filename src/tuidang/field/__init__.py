"""People who leave where travellers pass: an app that works without a network, and what it sends."""
