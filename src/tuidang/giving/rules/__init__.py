"""Pure decisions about money: amounts, the book, what a receipt says, a bank's file. No Django."""
