"""Everything that changes how a volunteer signs in: passkeys, password and app, recovery codes."""

from __future__ import annotations

import hmac
import secrets
import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction

from tuidang.base.audit import Act, write_audit
from tuidang.base.limits import Slowdown
from tuidang.privacy.keys import KeyFolder
from tuidang.privacy.sealing import open_sealed, seal
from tuidang.volunteers.actions.accounts import thing_of
from tuidang.volunteers.actions.sessions import end_others
from tuidang.volunteers.models import CodeApp, Passkey, RecoveryCode, User
from tuidang.volunteers.once import Once
from tuidang.volunteers.totp import STEP, matching_step

CODES = 10
_CONTEXT = b"tuidang/recovery/v1\n"
# No 0, 1, i, l, o, u: read from paper, or said aloud, each is only itself. 16 of 30 signs: 78 bits.
_SIGNS = "23456789abcdefghjkmnpqrstvwxyz"
_GROUPS, _GROUP = 4, 4
_LONGEST = 60
_codes_used = Once(seconds=4 * STEP)
# Six digits behind the right password, of which three are right at any time: some forty guesses a day.
_guesses_of_account = Slowdown(free=5, longest=3600, forgiven=86400)


def add_passkey(user: User, credential: bytes, label: str, now: datetime) -> None:
    """Let a device sign its owner in from now on."""
    with transaction.atomic():
        keep_passkey(user, credential, label)
        write_audit(user.pseudonym, Act.SIGN_IN_WAY, thing_of(user), now)


def remove_passkey(user: User, key: uuid.UUID, now: datetime, *, token: str) -> bool:
    """Let a device sign nobody in any more; False when no other way would be left, or there is none.

    Every session but the one with this token ends: one of them may be the device's.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two who remove at once would leave nothing
        others = Passkey.objects.filter(volunteer=user).exclude(pk=key).exists()
        if not (others or (user.has_usable_password() and CodeApp.objects.filter(volunteer=user).exists())):
            return False
        removed, _ = Passkey.objects.filter(volunteer=user, pk=key).delete()
        if removed:
            write_audit(user.pseudonym, Act.SIGN_IN_WAY, thing_of(user), now)
            end_others(user, token, now)
    return bool(removed)


def set_password(user: User, password: str, now: datetime) -> None:
    """Set the password."""
    with transaction.atomic():
        keep_password(user, password)
        write_audit(user.pseudonym, Act.SIGN_IN_WAY, thing_of(user), now)


def set_app(user: User, secret: bytes, now: datetime) -> None:
    """Let an app that has this secret make the codes from now on, and no other."""
    with transaction.atomic():
        keep_app(user, secret)
        write_audit(user.pseudonym, Act.SIGN_IN_WAY, thing_of(user), now)


def make_codes(user: User, now: datetime) -> tuple[str, ...]:
    """Make ten recovery codes, shown once, in place of those there were."""
    with transaction.atomic():
        codes = draw_codes(user)
        write_audit(user.pseudonym, Act.SIGN_IN_WAY, thing_of(user), now)
    return codes


# What follows notes nothing: call it in the transaction that notes what it is a part of.


def keep_passkey(user: User, credential: bytes, label: str) -> None:
    """Keep what a device signs with."""
    Passkey.objects.create(volunteer=user, credential=credential, label=label)


def keep_password(user: User, password: str) -> None:
    """Keep a password, as an Argon2id hash."""
    user.set_password(password)
    user.save(update_fields=["password"])


def keep_app(user: User, secret: bytes) -> None:
    """Keep the secret of an app, sealed."""
    CodeApp.objects.update_or_create(volunteer=user, defaults={"secret": seal(_key(), secret)})


def draw_codes(user: User) -> tuple[str, ...]:
    """Draw ten recovery codes in place of those there were, and keep their hashes."""
    codes = tuple(
        "-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
        for _ in range(CODES)
    )
    RecoveryCode.objects.filter(volunteer=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(volunteer=user, hash=_hash(code)) for code in codes)
    return codes


def clear_ways(user: User) -> None:
    """Take every way away."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    for table in (Passkey, CodeApp, RecoveryCode):
        table.objects.filter(volunteer=user).delete()


def check_second(user: User, typed: str, now: float) -> bool:
    """Tell whether a code is right: the app's, once; or a recovery code, which is used up.

    After many wrong ones the app's are not looked at for up to an hour. A recovery code is: nobody guesses
    it, and it lets the owner in whose password somebody has.
    """
    account = str(user.pk)
    may_be_the_app_s = _guesses_of_account.attempt(account, now) == 0
    is_right = (may_be_the_app_s and _is_of_app(user, typed[:_LONGEST], now)) or _use_paper(
        user, typed[:_LONGEST]
    )
    if is_right:
        _guesses_of_account.succeeded(account, now)
    return is_right


def _is_of_app(user: User, typed: str, now: float) -> bool:
    app = CodeApp.objects.filter(volunteer=user).first()
    step = matching_step(open_sealed(_key(), bytes(app.secret)), typed, now) if app else None
    return step is not None and _codes_used.use(f"{user.pk} {step}", now)


def _use_paper(user: User, typed: str) -> bool:
    removed, _ = RecoveryCode.objects.filter(volunteer=user, hash=_hash(typed)).delete()
    return bool(removed)


def _hash(code: str) -> bytes:
    plain = "".join(sign for sign in code.lower() if sign in _SIGNS)
    return hmac.digest(_key(), _CONTEXT + plain.encode(), "sha256")


def _key() -> bytes:
    return KeyFolder(settings.TUIDANG.keys).sign_in_key()
