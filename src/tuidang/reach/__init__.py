"""How people find us: published numbers and addresses, what each brings, and what is printed."""
