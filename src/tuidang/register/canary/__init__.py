"""Canaries: an auditor's statements, to see what share arrives. A visitor's side: no Django."""
