"""What `tuidang log …` says: to a person, to a program, and in words of strangers that steer no terminal."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from tuidang.cli_policy import Verdict
from tuidang.tlog.checkpoint import Checkpoint
from tuidang.tlog.note import VerifierKey
from tuidang.trust.logs import Belief, parts

if TYPE_CHECKING:
    from tuidang.register.folder.audit import Audit

_SHOWN = 20  # problems printed for a person; --json has them all


class CannotTell(click.ClickException):
    """Nothing could be verified: something is missing or cannot be reached."""

    exit_code = 3

    def format_message(self) -> str:
        """Return the message, which may hold a stranger's words."""
        return tame(super().format_message())


class Damaged(CannotTell):
    """What was looked at is damaged."""

    exit_code = 1


@dataclass(frozen=True)
class Key:
    """The key of a log, and whence we have it."""

    verifier: VerifierKey
    given: bool  # by the person, not taken from the log's own folder


def tell(
    checkpoint: Checkpoint | None,
    key: Key | None,
    problems: list[str],
    as_json: bool,
    verdict: Verdict,
    *,
    audit: Audit | None = None,
    kinds: Mapping[str, int] = MappingProxyType({}),
    belief: Belief | None = None,
) -> None:
    """Say what a verification found."""
    statements, uncounted = kinds.get("statement", 0), kinds.get("uncounted", 0)
    is_register = bool(kinds) and "other" not in kinds and not problems
    if as_json:
        found = {
            "sound": not problems,
            "origin": checkpoint and checkpoint.origin,
            "size": checkpoint and checkpoint.size,
            "root": checkpoint and base64.b64encode(checkpoint.root).decode(),
            "key": key and key.verifier.text,
            "key_given": key is not None and key.given,
            "problems": problems,
            "parts": dict(parts(checkpoint, belief)) if checkpoint and belief else None,
            **verdict.as_dict(sound=not problems),
            "counted": statements - uncounted if is_register else None,
            "records": audit and asdict(audit),
        }
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    if problems:
        say(f"NOT SOUND: {len(problems)} problems.")
        for problem in problems[:_SHOWN]:
            say(f"  {problem}")
        if len(problems) > _SHOWN:
            say(f"  … and {len(problems) - _SHOWN} more; --json lists them.")
        say("Fetch the damaged files again from elsewhere. If they stay wrong, keep these as evidence.")
    elif checkpoint:
        _say_sound(checkpoint, verdict, belief)
    if is_register:
        say(
            f"Counted: {statements - uncounted}, which is {statements} statements less {uncounted} "
            "that were taken out of the count."
        )
    if audit:
        say(f"{audit.statements} statements, {audit.records} with their record.")
    if audit and audit.bare:
        listed = ", ".join(map(str, audit.bare[:_SHOWN])) + (" …" if len(audit.bare) > _SHOWN else "")
        say(
            f"{len(audit.bare)} entries have neither record nor notice: {listed}. An erased record looks "
            "like this until the weekly notice; if it stays so, the record is withheld."
        )


def _say_sound(checkpoint: Checkpoint, verdict: Verdict, belief: Belief | None) -> None:
    say(f"Sound. Every one of the {checkpoint.size} entries is under the signed root:")
    for line in (*checkpoint.text.splitlines(), *verdict.lines):
        say(line)
    for line in _say_whose(checkpoint, belief) if belief else ():
        say(line)


def _say_whose(checkpoint: Checkpoint, belief: Belief) -> Iterator[str]:
    if belief.is_sealed:
        yield "The trust root says that this log was sealed here, and another goes on: an old copy, and true."
    else:
        yield "Its key is the one that the trust root names."
    if belief.ends:
        listed = ", ".join(f"{leaves} under {origin}" for origin, leaves in parts(checkpoint, belief))
        yield f"It goes on from what was sealed before: {listed}; {checkpoint.size} in all."


def say(line: str) -> None:
    """Print a line that may hold a stranger's words."""
    click.echo(tame(line))


def tame(line: str) -> str:
    """Return a line of which no character can steer the terminal, or turn the direction of the others."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
