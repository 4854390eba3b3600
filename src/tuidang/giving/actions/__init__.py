"""Everything that changes what is kept of gifts, one transaction each."""
