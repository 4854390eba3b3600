"""The commands `tuidang log …`: verify a log or a proof, make a proof or a key. They run without Django."""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from tuidang.cli_policy import Verdict, judge, read_policy, signer
from tuidang.register.folder.leaves import count_kinds
from tuidang.tlog.checkpoint import Checkpoint, CheckpointError, open_checkpoint, parse_checkpoint
from tuidang.tlog.note import NoteError, VerifierKey, generate_key, split_note
from tuidang.tlog.policy import Policy
from tuidang.tlog.proof import check_proof, consistency_proof, parse_proof, prove
from tuidang.tlog.remote import HttpStore
from tuidang.tlog.store import CHECKPOINT, DirectoryStore, ReadableStore
from tuidang.tlog.tiles import TileError
from tuidang.tlog.tree import ProofError
from tuidang.tlog.verify import verify_log

if TYPE_CHECKING:
    from tuidang.register.folder.audit import Audit

_SHOWN = 20  # problems printed for a person; --json has them all


class CannotTell(click.ClickException):
    """Nothing could be verified: something is missing or cannot be reached."""

    exit_code = 3

    def format_message(self) -> str:
        """Return the message, which may hold a stranger's words."""
        return _tame(super().format_message())


class _Damaged(CannotTell):
    exit_code = 1


@dataclass(frozen=True)
class _Key:
    verifier: VerifierKey
    given: bool  # by the person, not taken from the log's own folder


@click.group()
def log() -> None:
    """Verify a log, prove an entry, make a key. Needs no database and no server.

    \b
    Examples:
      tuidang log verify var/log
      tuidang log proof var/log 1234 > mine.tlog-proof
    """


@log.command()
@click.argument("source")
@click.option("--vkey", "vkey", metavar="FILE|TEXT", help="The log's public key, from a source you trust.")
@click.option(
    "--earlier",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that you kept earlier: the log must continue it.",
)
@click.option(
    "--policy",
    "policy_file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The witnesses you trust, and how many of them must have cosigned (c2sp.org/tlog-policy).",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was found for a program to read.")
def verify(
    source: str, vkey: str | None, earlier: Path | None, policy_file: Path | None, as_json: bool
) -> None:
    """Recount a log: every entry, every tile, every record, up to the signed root.

    SOURCE is a register's public folder, the http:// or https:// address of one, or a .tlog-proof file.
    Statements are counted in both; records are checked in a folder only. Without --vkey, or a policy that
    has the log's key, the key is taken from SOURCE itself, which shows that it is whole but not whose it is:
    compare the key that is printed with a copy that reached you otherwise.

    Exit code 0: everything is as it should be; 1: something was altered or is missing, or fewer witnesses
    have cosigned than the policy asks for; 2: wrong usage; 3: it could not be verified (no such folder, no
    answer, no key).

    \b
    Examples:
      tuidang log verify var/log
      tuidang log verify https://example.org/log --vkey example.org/register+a1b2c3d4+AW…
      tuidang log verify var/log --vkey paper.vkey --earlier checkpoint-of-may --json
      tuidang log verify https://example.org/log --policy witnesses.policy
      tuidang log verify mine.tlog-proof --vkey paper.vkey
    """
    policy = read_policy(policy_file)
    if source.endswith(".tlog-proof"):
        return _verify_proof(Path(source), vkey, policy, as_json)
    store = _open_store(source)
    key = _find_key(store, vkey, policy)
    try:
        size = _stated_size(store)
        with _progress(size, "Entries") as bar:
            report = verify_log(store, key.verifier, workers=_cores(), progress=bar.update, tally=count_kinds)
        problems = list(report.problems)
        if report.checkpoint and earlier:
            problems += _check_earlier(store, report.checkpoint, earlier, key.verifier)
        audit = _audit(store, size) if report.checkpoint and not report.broken_off else None
        problems += audit.problems if audit else ()
        verdict = (
            _judge(report.signed, key.verifier, policy, problems) if report.checkpoint else Verdict(policy)
        )
    except OSError as error:
        raise CannotTell(f"The verification was broken off: {error}") from None
    _tell(report.checkpoint, key, problems, as_json, verdict, audit=audit, kinds=report.tally)
    sys.exit(1 if problems or verdict.is_met is False else 0)


@log.command()
@click.argument("source")
@click.argument("index", type=click.IntRange(min=0))
@click.option("--vkey", "vkey", metavar="FILE|TEXT", help="The log's public key, from a source you trust.")
def proof(source: str, index: int, vkey: str | None) -> None:
    """Print the proof that entry INDEX is in the log at SOURCE, a folder or an address.

    The proof is a text file (c2sp.org/tlog-proof) that can be checked without the log, by `tuidang log
    verify`. Keeping one can incriminate you: who finds it sees which entry you care about.

    Exit code 0: printed; 1: the log is damaged there; 2: wrong usage; 3: there is no such log or entry.

    \b
    Examples:
      tuidang log proof var/log 1234 > mine.tlog-proof
      tuidang log proof https://example.org/log 1234 --vkey paper.vkey > mine.tlog-proof
    """
    store = _open_store(source)
    key = _find_key(store, vkey, None)
    signed = _read(store, CHECKPOINT)
    try:
        if index >= _stated_size(store):
            raise CannotTell(
                f"The log has {_stated_size(store)} entries, numbered from 0: there is no {index}."
            )
        click.echo(prove(store, signed, key.verifier, index).text, nl=False)
    except OSError as error:
        raise CannotTell(str(error)) from None
    except (CheckpointError, TileError, ProofError) as error:
        raise _Damaged(f"No proof can be made: {error}") from None


@log.command()
@click.argument("name")
@click.option(
    "--out",
    default="log.key",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the private key. A file that exists is never overwritten.",
)
def keygen(name: str, out: Path) -> None:
    """Make a key pair for the log NAME: the private key goes to a file, the public one is printed.

    NAME is the log's origin, best a host name and path of your own without a scheme. Keep the file secret and
    backed up: who has it can sign in the log's name, and without it the log cannot be continued.

    Exit code 0: made; 1: the file cannot be written; 2: wrong usage.

    \b
    Examples:
      tuidang log keygen example.org/register
      tuidang log keygen example.org/register --out keys/log.key > vkey
    """
    try:
        key, verifier = generate_key(name)
    except NoteError as error:
        raise click.BadParameter(str(error), param_hint="NAME") from None
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise click.ClickException(
            f"{out} exists already and is not overwritten; choose another --out."
        ) from None
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}.") from None
    with os.fdopen(descriptor, "w") as file:
        file.write(key.text + "\n")
    click.echo(verifier.text)


def _verify_proof(path: Path, vkey: str | None, policy: Policy | None, as_json: bool) -> None:
    if vkey is None and not (policy and policy.logs):
        raise click.UsageError(
            "A proof is checked against a key that you trust: give it with --vkey, or in the policy."
        )
    key, verdict = _given_key("", vkey, policy), Verdict(policy)
    try:
        proven = parse_proof(path.read_text(encoding="utf-8"))
        if proven.extra is None:
            raise CannotTell(f"{path} does not carry the entry that it proves, so it cannot be checked.")
        key = key or _given_key(proven.checkpoint, None, policy)
        if key is None:
            raise CannotTell(f"{path} is a proof of a log that the policy does not name.")
        checkpoint = check_proof(proven, proven.extra, key.verifier)
        verdict = judge(proven.checkpoint, key.verifier, policy)
    except (OSError, UnicodeDecodeError) as error:
        raise CannotTell(f"{path} cannot be read: {error}") from None
    except (ProofError, CheckpointError) as error:
        _tell(None, key, [f"{path}: {error}"], as_json, verdict)
        sys.exit(1)
    if as_json:
        _tell(checkpoint, key, [], as_json, verdict)
    else:
        say(f"Proven: this is entry {proven.index} of the {checkpoint.size} in {checkpoint.origin}.")
        for line in (proven.extra.decode(errors="replace"), *verdict.lines):
            say(line)
    sys.exit(1 if verdict.is_met is False else 0)


def _open_store(source: str) -> ReadableStore:
    if source.startswith(("http://", "https://")):
        return HttpStore(source)
    folder = Path(source)
    if not folder.is_dir():
        raise CannotTell(
            f"{source} is not a folder. Give a register's public folder (the one with `checkpoint` in it), "
            "its http:// or https:// address, or a .tlog-proof file."
        )
    return DirectoryStore(folder)


def _given_key(signed: str, vkey: str | None, policy: Policy | None) -> _Key | None:
    """Give the log's key as the person gave it, by itself or in a policy; None if he did not."""
    if vkey is None:
        found = policy and signer(signed, policy)
        return _Key(found, given=True) if found else None
    key = parse_key(vkey)
    if policy and policy.logs and key not in policy.logs:
        raise click.BadParameter("the policy trusts other logs, and not this key", param_hint="--vkey")
    return _Key(key, given=True)


def _find_key(store: ReadableStore, vkey: str | None, policy: Policy | None) -> _Key:
    if vkey is not None or (policy and policy.logs):
        given = _given_key("" if vkey is not None else _read(store, CHECKPOINT), vkey, policy)
        if given is None:
            raise CannotTell("No log that the policy names has signed this checkpoint.")
        return given
    try:
        verifier = VerifierKey.parse(_read(store, "vkey"))
    except NoteError as error:
        raise CannotTell(f"vkey: {error}. Give a copy of the key from elsewhere with --vkey.") from None
    click.echo(
        "Warning: the key was taken from the log's own folder. Whoever altered the one could alter the "
        "other: compare it with a copy from elsewhere (paper, another site), or give that one with --vkey.\n"
        f"  {_tame(verifier.text)}",
        err=True,
    )
    return _Key(verifier, given=False)


def parse_key(vkey: str, option: str = "--vkey") -> VerifierKey:
    """Read a key that was given as a file or as its text."""
    try:
        text = Path(vkey).read_text(encoding="utf-8") if Path(vkey).is_file() else vkey
        return VerifierKey.parse(text)
    except (NoteError, OSError, ValueError) as error:
        raise click.BadParameter(f"it is neither a file nor a key: {error}", param_hint=option) from None


def _read(store: ReadableStore, path: str) -> str:
    try:
        data = store.read(path)
    except OSError as error:
        raise CannotTell(str(error)) from None
    if data is None:
        raise CannotTell(
            f"There is no file `{path}`. Is this the public folder of a register, or its address?"
        )
    return data.decode(errors="replace")


def _stated_size(store: ReadableStore) -> int:
    """Return the size that the checkpoint states, believing it for the length of the progress bar only."""
    try:
        return parse_checkpoint(split_note(_read(store, CHECKPOINT))[0]).size
    except (NoteError, CheckpointError):
        return 0


def _check_earlier(store: ReadableStore, newest: Checkpoint, path: Path, verifier: VerifierKey) -> list[str]:
    try:
        consistency_proof(store, open_checkpoint(path.read_bytes(), verifier).tree, newest.tree)
    except (CheckpointError, ProofError, TileError) as error:
        return [f"{path}: {error}"]
    return []


def _judge(signed: bytes, verifier: VerifierKey, policy: Policy | None, problems: list[str]) -> Verdict:
    try:
        return judge(signed, verifier, policy)
    except CheckpointError as error:
        problems.append(f"{CHECKPOINT}: {error}")
        return Verdict(policy)


def _audit(store: ReadableStore, size: int) -> Audit | None:
    """Check the records of a register; a log that stands alone, or is far away, has none to check."""
    if not isinstance(store, DirectoryStore) or not (store.root / "statements").is_dir():
        return None
    from tuidang.register.folder.audit import audit_folder  # noqa: PLC0415 - most of the time to start, for a bare log

    with _progress(size, "Records") as bar:
        return audit_folder(store.root, progress=bar.update, workers=_cores())


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _progress(length: int, label: str) -> AbstractContextManager[Any]:
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())


def _tell(
    checkpoint: Checkpoint | None,
    key: _Key | None,
    problems: list[str],
    as_json: bool,
    verdict: Verdict,
    *,
    audit: Audit | None = None,
    kinds: Mapping[str, int] = MappingProxyType({}),
) -> None:
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
        say(f"Sound. Every one of the {checkpoint.size} entries is under the signed root:")
        for line in (*checkpoint.text.splitlines(), *verdict.lines):
            say(line)
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


def say(line: str) -> None:
    """Print a line that may hold a stranger's words."""
    click.echo(_tame(line))


def _tame(line: str) -> str:
    """Return a line of which no character can steer the terminal, or turn the direction of the others."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
