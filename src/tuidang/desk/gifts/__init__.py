"""The treasurer's screens: the book, the bank, receipts, donors, the year."""
