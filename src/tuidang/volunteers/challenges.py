"""Challenges for passkeys: carried by the form, signed by us, good for ten minutes and once.

They are not kept in the session: what is written into it signs its cookie anew, for another eight hours.
"""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest

from tuidang.volunteers.once import Once
from tuidang.volunteers.passkeys import Site, WrongPasskeyError

SIGN = "sign"  # what a challenge is for; that of making a passkey names the account
LASTS = 600  # seconds
_SALT = "tuidang.volunteers.challenge"
_used = Once(seconds=LASTS)


def offer(challenge: str, purpose: str) -> str:
    """Sign a challenge, for the form to carry."""
    return signing.dumps([challenge, purpose], salt=_SALT)


def take_back(carried: str, purpose: str, now: float) -> str:
    """Read the challenge a form has carried. Raises WrongPasskeyError when it is old, used or another's."""
    try:
        challenge, meant = signing.loads(carried, salt=_SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError) as error:
        raise WrongPasskeyError from error
    if meant != purpose or not _used.use(challenge, now):
        raise WrongPasskeyError
    return str(challenge)


def site_of(request: HttpRequest) -> Site:
    """Give the site as the browser sees it: its name was checked against the settings by Django."""
    host = request.get_host()
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    return Site(name, f"{request.scheme}://{host}")
