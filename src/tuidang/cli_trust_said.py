"""What `tuidang trust …` says of drafts and of what is shown: to those who sign, and to a program."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from tuidang.base.clock import utc_now
from tuidang.cli_log_said import say
from tuidang.tlog.store import DirectoryStore
from tuidang.trust.drafts import DraftError, Drafts, Need, Standing, keys_in_words
from tuidang.trust.keys import in_groups
from tuidang.trust.publishing import load_shown
from tuidang.trust.reading import Targets
from tuidang.trust.roles import WARNED, all_roles, delegator_of, files_of

_NOTHING = "nothing; publish it"


def tell_drafts(drafts: Drafts, as_json: bool) -> None:
    """Say how every draft stands."""
    standing = drafts.standing()
    if as_json:
        click.echo(json.dumps([_as_dict(one) for one in standing], ensure_ascii=False))
        return
    for one in standing:
        tell_draft(one)
    if standing:
        say(f"Still missing: {missing(standing)}.")
    else:
        say("Nothing is drafted.")


def tell_draft(one: Standing) -> None:
    """Say what a draft changes, and the digits that are compared, where more than one must sign it."""
    say(f"{one.role}, version {one.version}, lasts until {one.expires:%Y-%m-%d}")
    for change in one.changes:
        say(f"  {change}")
    if one.is_shared:
        say("  read these four lines aloud:")
        for number, line in enumerate(in_groups(one.digest), 1):
            say(f"  line {number}:  {line}")
    else:
        say("  one signature is enough: there is nothing to compare")
    say(f"  signed by {', '.join(one.signed) or 'nobody yet'}")


def missing(standing: Sequence[Standing]) -> str:
    """Say whose signatures are missing, for which drafts."""
    roles_of: dict[Need, list[str]] = {}
    for one in standing:
        for need in one.needs:
            roles_of.setdefault(need, []).append(one.role)
    people = [_need(need, roles) for need, roles in roles_of.items() if not need.by_server]
    server = [role for need, roles in roles_of.items() if need.by_server for role in roles]
    if not people:
        return _NOTHING
    return "; ".join([*people, *([f"the server signs {_and(server)} by itself"] if server else [])])


def _need(need: Need, roles: Sequence[str]) -> str:
    many = f"{need.missing} of " if 1 < need.missing < len(need.holders) else ""
    joined = _and(need.holders) if need.missing > 1 else _and(need.holders, "or")
    if not need.is_old:
        return f"{many}{joined} for {_and(roles)}"
    why = f"{many}{joined} for the {_and(roles)} before it, which counts by the keys that it names itself"
    return f"{why} ({_and(need.taken_out)} too, though taken out)" if need.taken_out else why


def _and(names: Sequence[str], last: str = "and") -> str:
    *first, end = names
    return f"{', '.join(first)} {last} {end}" if first else end


def tell_shown(folder: Path, as_json: bool) -> None:
    """Say what a folder shows in which nothing is drafted. Raises DraftError and CannotPublish."""
    found = next((one for one in (folder / "shown", folder) if (one / "1.root.json").is_file()), None)
    if found is None:
        raise DraftError(f"neither a draft nor a trust root is in {folder}")
    if as_json:
        click.echo("[]")
        return
    say("Nothing is drafted: this is what is shown today. `tuidang trust verify` says whether to believe it.")
    roles = load_shown(DirectoryStore(found)).roles
    for role in all_roles():
        if role in roles:
            signed = roles[role].signed
            whose = keys_in_words(roles[delegator_of(role)].signed, role)
            say(f"{role}, version {signed.version}, lasts until {signed.expires:%Y-%m-%d}: signed by {whose}")
    listing = [one.signed for one in roles.values() if hasattr(one.signed, "targets")]
    for path in sorted(files_of(listing)):
        say(f"signed: {path}")


def _as_dict(one: Standing) -> dict[str, Any]:
    return {
        "role": one.role,
        "version": one.version,
        "expires": one.expires.isoformat(),
        "digest": one.digest,
        "changes": one.changes,
        "signed": one.signed,
        "waiting": one.waiting,
        "missing": one.missing,
    }


def tell_trusted(found: Targets, as_json: bool) -> None:
    """Say what a trust root says that was read and is believed."""
    if as_json:
        value = {
            "root": found.root,
            "root_version": found.root_version,
            "sample": found.is_sample,
            "expires": {role: when.isoformat() for role, when in found.expires.items()},
            "files": {path: data.decode(errors="replace") for path, data in found.files.items()},
            "faults": dict(found.faults),
        }
        click.echo(json.dumps(value, ensure_ascii=False))
        return
    if found.is_sample:
        say("This is the trust root of a SAMPLE: its keys lie open on a disk, and it is nobody's.")
    say(f"Believed: root, version {found.root_version}. For paper:")
    for number, line in enumerate(in_groups(found.root), 1):
        say(f"  line {number}:  {line}")
    now = utc_now()
    for role, when in found.expires.items():
        soon = "  SOON" if when - now <= WARNED[role] else ""
        say(f"{role} lasts until {when:%Y-%m-%d}{soon}")
    for path in found.files:
        say(f"signed: {path}")
    for name, why in found.faults.items():
        say(f"NOT BELIEVED: {name}: {why}")
