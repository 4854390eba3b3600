"""What is read of volunteers' accounts."""

from __future__ import annotations

from tuidang.volunteers.models import Role, User


def all_volunteers() -> list[tuple[str, tuple[Role, ...]]]:
    """List the pseudonyms, each with its roles."""
    users = User.objects.order_by("pseudonym").prefetch_related("groups")
    return [(user.pseudonym, _roles(user)) for user in users]


def _roles(user: User) -> tuple[Role, ...]:
    names = {group.name for group in user.groups.all()}
    return tuple(role for role in Role if role in names)
