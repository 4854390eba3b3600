"""What keeps people safe: keys, receipts, sealing, and what a name or a text gives away. Pure; no Django."""
