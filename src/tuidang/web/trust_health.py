"""What the doctor says of the trust root: whether it is believed, names our log, and lasts. No Django."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tuidang.base.options import Options
from tuidang.tlog.note import NoteError, VerifierKey
from tuidang.tlog.store import DirectoryStore
from tuidang.trust.publishing import SERVER
from tuidang.trust.reading import NotTrustedError, Targets, read_targets
from tuidang.trust.roles import MIRRORS, OFFLINE, is_due

_HOW = "docs/how-to/keep-the-trust-root.md"
_MENDS = {
    **dict.fromkeys(OFFLINE, f"let the holders sign again: {_HOW}#every-half-year"),
    MIRRORS: f"let who keeps the mirrors sign again: {_HOW}#mirrors",
}

Finding = tuple[str, str, str]  # level, what, mend: the words of `tuidang.web.doctor.Finding`


def examine_trust(options: Options, *, is_sample: bool, now: datetime) -> Iterator[Finding]:
    """Say how the trust root that we show stands."""
    store = DirectoryStore(options.trust)
    root = store.read("1.root.json")
    if root is None:
        if not is_sample:
            yield "advice", "there is no trust root: a thief of a key of ours could not be shut out", _HOW
        return
    try:
        found = read_targets(store, root, now)
    except (NotTrustedError, OSError) as error:
        yield "wrong", f"nobody believes the trust root that is shown: {error}", _HOW
        return
    yield from _lasts(found, now)
    yield from _names_our_log(options, found)
    if not (options.keys / "trust" / f"{SERVER}.key").exists():
        yield (
            "wrong",
            "this server has no key to sign the trust root with; in a week nobody believes it",
            f"restore it, or give the root another: {_HOW}#the-server",
        )


def _lasts(found: Targets, now: datetime) -> Iterator[Finding]:
    for name, why in found.faults.items():
        yield "wrong", f"the trust root, {name}: {why}", _MENDS.get(name, _HOW)
    soon = [(role, when) for role, when in found.expires.items() if is_due(role, when, now)]
    for role, when in soon:
        mend = _MENDS.get(role, "start `tuidang work`, which signs it daily")
        yield "advice", f"the trust root, {role}: it must be signed again before {when:%Y-%m-%d}", mend
    if not soon and not found.faults:
        first = min(found.expires.values())
        yield "good", f"the trust root (version {found.root_version}) is believed until {first:%Y-%m-%d}", ""


def _names_our_log(options: Options, found: Targets) -> Iterator[Finding]:
    try:
        ours = VerifierKey.parse((options.log / "vkey").read_text())
        named = found.log_key()
    except (NotTrustedError, NoteError, OSError) as error:
        yield "wrong", f"the trust root does not name our log: {error}", f"{_HOW}#what-it-says"
        return
    if named != ours:
        yield (
            "wrong",
            f"the trust root names the log {named.name}, and ours is {ours.name} with another key",
            "if that log is to go on from this one: `tuidang register succeed`; else docs/how-to/recover.md",
        )
