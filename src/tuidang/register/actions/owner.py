"""What a person does with a receipt: see the state, correct or withdraw, and erase what is published."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, StrEnum, auto
from random import SystemRandom

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from tuidang.base.limits import Slowdown
from tuidang.privacy.fold import fold
from tuidang.privacy.keys import KeyFolder
from tuidang.privacy.receipts import is_wellformed, lookup_hashes, spoken_hashes
from tuidang.privacy.sealing import open_sealed, seal
from tuidang.register.actions.intake import IntakeClosed, is_disk_full, receipt_keys
from tuidang.register.actions.queue import forget_text, place_statements, screen
from tuidang.register.models import Erasure, Head, HideRequest, Receipt, Waiting, random_key
from tuidang.register.queries import name_table
from tuidang.register.rules.content import decode_content, encode_content
from tuidang.register.rules.form import MAX_NAME_CODE_POINTS, Form, public_contents
from tuidang.register.rules.screening import Reason

PHONE_ERASURES_A_DAY = 50
OPEN_HIDE_REQUESTS = 10_000
ASKED_ANEW = timedelta(days=30)  # after a refusal

# Digits cannot be guessed: there are 10^15. The pauses keep guessers from costing more than a glance, and are
# so short that nobody can keep an owner from his statement by failing in his name.
_failures = Slowdown(free=5, longest=30, forgiven=60)
_rng = SystemRandom()


class OwnState(StrEnum):
    """What has become of a statement."""

    ACCEPTED = "accepted"
    HELD = "held"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    PUBLISHED = "published"
    ERASED = "erased"


@dataclass(frozen=True)
class OwnStatement:
    """What a receipt shows; the text is read from the public folder by its leaf, once there is one."""

    state: OwnState
    leaf: int | None = None
    only_shows: bool = (
        False  # it was read aloud on a line others may have heard: erasing goes through a reviewer
    )
    erasure_asked: bool = False  # and not yet carried out


class Outcome(Enum):
    """What came of a wish."""

    DONE = auto()
    REVIEWED = auto()  # noted: a reviewer decides
    NOT_FOUND = auto()  # no statement has these digits and this name
    ONLY_SHOWS = auto()  # this receipt was read aloud: it neither corrects nor withdraws
    TOO_LATE = auto()  # the statement is published, or no longer there to be changed
    TOO_EARLY = auto()  # it is not published yet: it can be withdrawn
    FULL = auto()  # too many such wishes for today


def lookup_wait(name: str, network: str, now: float) -> float:
    """Give the seconds until `name` may be looked up again from a network; 0 for at once.

    Failures slow a name down, but only for networks that have failed with it: its owner comes from another.
    `now`: Unix time. `network`: of `base.limits.network_of`.
    """
    return min(_failures.wait(_known(name), now), _failures.wait(_known(name, network), now))


def note_lookup(name: str, network: str, now: float, *, found: bool) -> None:
    """Note how a look-up ended; one that came during a wait is neither tried nor noted."""
    if not found:
        _failures.failed(_known(name), now)
        _failures.failed(_known(name, network), now)


def find_statement(receipt: str, name: str) -> OwnStatement | None:
    """Find a statement by the typed digits and name; None when the two do not belong together."""
    # Waiting first: publication moves a row from there to the receipts, never back.
    row = _find_waiting(receipt, name)
    if row is not None:
        return OwnStatement(OwnState(row.state), only_shows=row.spoken_hash is not None)
    kept = _find_receipt(receipt, name)
    if kept is None:
        return None
    return OwnStatement(
        state=OwnState(kept.state),
        leaf=kept.leaf,
        only_shows=kept.spoken_hash is not None,
        erasure_asked=_is_erasure_asked(kept),
    )


def withdraw_statement(receipt: str, name: str) -> Outcome:
    """Destroy a statement that is not published; its receipt says so, and nothing public ever does."""
    with transaction.atomic(durable=True):
        row = _find_waiting(receipt, name, lock=True)
        if row is None:
            return _why_not_waiting(receipt, name)
        if row.spoken_hash is not None:
            return Outcome.ONLY_SHOWS
        forget_text(row)
        Receipt.objects.create(hash=row.receipt_hash, state=Receipt.State.WITHDRAWN)
        row.delete()
    # A crash before the commit leaves the statement waiting, after it withdrawn.
    return Outcome.DONE


def correct_statement(receipt: str, name: str, form: Form) -> Outcome:
    """Put another content in place of one that is not published; it is screened again.

    Raises ValueError for a form of several people, or of another name: the receipt is bound to the name; and
    IntakeClosed when the disk is nearly full.
    """
    if len(form.people) != 1 or fold(form.people[0].name) != fold(name):
        raise ValueError("a correction is for one person, under the name of the receipt")
    with transaction.atomic(durable=True):
        row = _find_waiting(receipt, name, lock=True)
        if row is None:
            return _why_not_waiting(receipt, name)
        if row.spoken_hash is not None:
            return Outcome.ONLY_SHOWS
        if row.state == Waiting.State.REJECTED:
            return Outcome.TOO_LATE
        if is_disk_full():
            raise IntakeClosed
        forget_text(row)
        day_key = KeyFolder(settings.TUIDANG.keys).day_key(row.day)
        channel = decode_content(open_sealed(day_key, bytes(row.payload))).channel
        threshold = settings.TUIDANG.rare_name
        (content,) = public_contents(form, name_table(), channel, threshold=threshold, rng=_rng)
        placing = place_statements([screen(content)], row.day, day_key)
        if row.decided or Reason.CORRECTED in row.reasons.split():  # however often it is corrected
            placing = replace(placing, reasons=(*placing.reasons, Reason.CORRECTED))
        row.state, row.reasons, (row.group,) = placing.state, " ".join(placing.reasons), placing.groups
        row.decided, row.undo, row.payload = False, b"", seal(day_key, encode_content(content))
        # Under another key: a reviewer who still has the old words before him decides about nothing.
        Waiting.objects.filter(pk=row.pk).delete()
        row.pk = random_key()
        row.save(force_insert=True)
    # A crash before the commit leaves the statement as it was, after it corrected.
    return Outcome.DONE


def request_erasure(receipt: str, name: str, today: date) -> Outcome:
    """Ask that a published record be destroyed; a receipt that was read aloud asks a reviewer."""
    if _find_waiting(receipt, name) is not None:
        return Outcome.TOO_EARLY
    kept = _find_receipt(receipt, name)
    if kept is None:
        return Outcome.NOT_FOUND
    if kept.leaf is None:
        return Outcome.TOO_LATE
    if kept.state == Receipt.State.ERASED:
        return Outcome.DONE
    return _ask_by_phone(kept.leaf, today) if kept.spoken_hash else _ask_as_owner(kept.leaf, today)


def ask_to_hide(leaf: int, today: date) -> Outcome:
    """Ask, as anybody may, that the name on a published statement be hidden; a reviewer decides.

    Asking again changes nothing, and is not told from the first time; but a month after a refusal it is asked
    anew: else who asks first, so as to be refused, would silence the one whose name it is.
    """
    head = Head.objects.only("size").first()
    if head is None or not 0 <= leaf < head.size:
        return Outcome.NOT_FOUND
    past = today - ASKED_ANEW
    asked = HideRequest.objects.filter(leaf=leaf).exclude(refused=True, day__lte=past).exists()
    if asked or Erasure.objects.filter(leaf=leaf).exists():
        return Outcome.REVIEWED
    if HideRequest.objects.filter(refused=False).count() >= OPEN_HIDE_REQUESTS:
        return Outcome.FULL
    _, is_new = HideRequest.objects.get_or_create(leaf=leaf, defaults={"day": today})
    if not is_new:
        HideRequest.objects.filter(leaf=leaf, refused=True, day__lte=past).update(refused=False, day=today)
    return Outcome.REVIEWED


def _ask_as_owner(leaf: int, today: date) -> Outcome:
    by, state = Erasure.By.OWNER, Erasure.State.CONSENTED
    _, is_new = Erasure.objects.get_or_create(leaf=leaf, defaults={"by": by, "state": state, "day": today})
    if not is_new:  # reviewers were asked before: the owner's word is enough
        Erasure.objects.filter(leaf=leaf, state=Erasure.State.ASKED).update(by=by, state=state, day=today)
    return Outcome.DONE


def _ask_by_phone(leaf: int, today: date) -> Outcome:
    by, state = Erasure.By.PHONE, Erasure.State.ASKED
    if Erasure.objects.filter(leaf=leaf).exists():
        return Outcome.REVIEWED
    if Erasure.objects.filter(by=by, day=today).count() >= PHONE_ERASURES_A_DAY:
        return Outcome.FULL
    Erasure.objects.get_or_create(leaf=leaf, defaults={"by": by, "state": state, "day": today})
    return Outcome.REVIEWED


def _is_erasure_asked(kept: Receipt) -> bool:
    if kept.leaf is None or kept.state == Receipt.State.ERASED:
        return False
    return Erasure.objects.filter(leaf=kept.leaf).exists()


def _why_not_waiting(receipt: str, name: str) -> Outcome:
    return Outcome.NOT_FOUND if _find_receipt(receipt, name) is None else Outcome.TOO_LATE


def _find_waiting(receipt: str, name: str, *, lock: bool = False) -> Waiting | None:
    rows = Waiting.objects.select_for_update() if lock else Waiting.objects
    found = _hashes(receipt, name)
    if found is None:
        return None
    return rows.filter(Q(receipt_hash__in=found[0]) | Q(spoken_hash__in=found[1])).first()


def _find_receipt(receipt: str, name: str) -> Receipt | None:
    found = _hashes(receipt, name)
    if found is None:
        return None
    return Receipt.objects.filter(Q(hash__in=found[0]) | Q(spoken_hash__in=found[1])).first()


def _hashes(receipt: str, name: str) -> tuple[tuple[bytes, ...], tuple[bytes, ...]] | None:
    """Give every hash under which this may be stored: by the written name, and by its sound."""
    digits = is_wellformed(receipt)
    if digits is None or len(name) > MAX_NAME_CODE_POINTS:
        return None
    _, keys = receipt_keys()
    return lookup_hashes(keys, digits, name), spoken_hashes(keys, digits, name)


def _known(name: str, network: str | None = None) -> str:
    known = fold(name[:MAX_NAME_CODE_POINTS])
    return known if network is None else f"{known}\n{network}"
