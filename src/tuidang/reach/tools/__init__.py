"""Tools for getting past a national firewall: what each does, who made it, what it does not do."""
