"""Everything that changes accounts, ways to sign in, and sessions."""

from tuidang.volunteers.actions.accounts import create_volunteer, set_roles

__all__ = ["create_volunteer", "set_roles"]
