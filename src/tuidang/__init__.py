"""A register of statements of withdrawal that anyone can recount and nobody can trace."""
