"""Opening and closing sites, and the codes by which their teams' phones may send."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from tuidang.field.codes import hash_team_code, in_groups, random_team_code
from tuidang.field.models import Site, TeamCode
from tuidang.privacy.regions import REGIONS

LONGEST_NAME = 80
LONGEST_LABEL = 40


class SiteMistake(ValueError):  # noqa: N818  an answer, not a mistake of ours
    """What was asked for cannot be; the message says why."""


def create_site(name: str, region: str) -> Site:
    """Open a site; raises SiteMistake."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise SiteMistake(f"a site's name has 1 to {LONGEST_NAME} characters")
    if not region or region not in REGIONS:
        raise SiteMistake(f"{region!r} is no region")
    return Site.objects.create(name=name, region=region)


def set_site_open(code: str, *, is_open: bool) -> None:
    """Open or close a site: a closed one takes what phones still have, and its phones take nothing new."""
    if not Site.objects.filter(code=code).update(is_open=is_open):
        raise SiteMistake(f"there is no site {code}")


def make_team_code(code: str, label: str, today: date) -> str:
    """Make a code for a team of an open site, and return it, as it is shown: this once and never again."""
    label = " ".join(label.split())
    if not 1 <= len(label) <= LONGEST_LABEL:
        raise SiteMistake(f"a team is called something of 1 to {LONGEST_LABEL} characters")
    secret = random_team_code()
    with transaction.atomic():
        site = Site.objects.select_for_update().filter(code=code, is_open=True).first()
        if site is None:
            raise SiteMistake(f"there is no open site {code}")
        TeamCode.objects.create(site=site, label=label, hash=hash_team_code(secret), day=today)
    return in_groups(secret)


def revoke_team_code(key: int, today: date) -> None:
    """Take nothing under a code from now on; without effect if it is revoked already."""
    if not TeamCode.objects.filter(id=key).exists():
        raise SiteMistake("there is no such code")
    TeamCode.objects.filter(id=key, revoked=None).update(revoked=today)
