"""Who reaches a volunteer while the hotline is flooded: scores of today, in memory. No Django."""
