"""Everything that changes the telephone's state, one transaction each."""
