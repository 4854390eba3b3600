"""Where addresses lead: `programs` for /api/ and /log/, `pages` for what stands under a language."""
