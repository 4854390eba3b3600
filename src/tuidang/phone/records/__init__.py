"""Call records, for counting only: what a day's calls came to, without a number, a block or a time of day."""
