"""Where the register's addresses lead: `programs` for /api/ and /log/, `pages` for the pages under a language."""
