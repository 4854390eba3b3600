"""Everything that changes the state of the library."""
