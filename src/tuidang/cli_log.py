"""The commands `tuidang log …`: verify a log or a proof, make a proof or a key. They run without Django."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tuidang.cli_log_said import CannotTell, Damaged, Key, say, tame, tell
from tuidang.cli_policy import Verdict, judge, read_policy, signer
from tuidang.cli_trusted import MEMORY, ROOT, TRUST, believe, policy_of
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
from tuidang.trust.logs import Belief, check_ends, find_log
from tuidang.trust.reading import NotTrustedError, Targets

if TYPE_CHECKING:
    from tuidang.register.folder.audit import Audit


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
@TRUST
@ROOT
@MEMORY
@click.option("--json", "as_json", is_flag=True, help="Print what was found for a program to read.")
def verify(
    *,
    source: str,
    vkey: str | None,
    earlier: Path | None,
    policy_file: Path | None,
    trust: str | None,
    root: str | None,
    memory: Path | None,
    as_json: bool,
) -> None:
    """Recount a log: every entry, every tile, every record, up to the signed root.

    SOURCE is a register's public folder, the http:// or https:// address of one, or a .tlog-proof file.
    Statements are counted in both; records are checked in a folder only. With --trust and --root, key and
    policy are those that the trust root names today; what was signed before under another key counts as far
    as it says. Without, without --vkey and without a policy that has the log's key, the key is taken from
    SOURCE itself, which shows that it is whole but not whose it is: compare the key that is printed with a
    copy that reached you otherwise.

    Exit code 0: everything is as it should be; 1: something was altered or is missing, or fewer witnesses
    have cosigned than the policy asks for; 2: wrong usage; 3: it could not be verified (no such folder, no
    answer, no key; or what you kept was signed by another log, and no trust root says that it goes on here).

    \b
    Examples:
      tuidang log verify var/log
      tuidang log verify https://example.org/log --vkey example.org/register+a1b2c3d4+AW…
      tuidang log verify https://example.org/log --trust https://example.org/trust --root "5703 801f …"
      tuidang log verify var/log --vkey paper.vkey --earlier checkpoint-of-may --json
      tuidang log verify https://example.org/log --policy witnesses.policy
      tuidang log verify mine.tlog-proof --vkey paper.vkey
    """
    trusted = believe(trust, root, memory)
    if trusted and (vkey or policy_file):
        raise click.UsageError("--trust names key and policy: leave --vkey and --policy away.")
    policy = policy_of(trusted) if trusted else read_policy(policy_file)
    if source.endswith(".tlog-proof"):
        return _verify_proof(Path(source), vkey, policy, trusted, as_json)
    store = _open_store(source)
    belief = _find_log(trusted, _read(store, CHECKPOINT), policy, as_json) if trusted else None
    key = Key(belief.key, given=True) if belief else _find_key(store, vkey, policy)
    try:
        size = _stated_size(store)
        with _progress(size, "Entries") as bar:
            report = verify_log(store, key.verifier, workers=_cores(), progress=bar.update, tally=count_kinds)
        if trusted and report.checkpoint and _find_log(trusted, report.signed, policy, as_json) != belief:
            raise CannotTell(f"{source} has shown two checkpoints of different logs. Verify it again.")
        problems = list(report.problems)
        gone_on = ""
        if report.checkpoint and earlier:
            found, gone_on = _check_earlier(store, report.checkpoint, earlier, key.verifier, belief)
            problems += found
        if report.checkpoint and belief and not report.broken_off:
            problems += check_ends(store, report.checkpoint, belief)
        audit = _audit(store, size) if report.checkpoint and not report.broken_off else None
        problems += audit.problems if audit else ()
        verdict = (
            _judge(report.signed, key.verifier, policy, problems) if report.checkpoint else Verdict(policy)
        )
    except OSError as error:
        raise CannotTell(f"The verification was broken off: {error}") from None
    if gone_on and not problems:
        raise CannotTell(gone_on)
    tell(report.checkpoint, key, problems, as_json, verdict, audit=audit, kinds=report.tally, belief=belief)
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
        raise Damaged(f"No proof can be made: {error}") from None


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


def _find_log(trusted: Targets, signed: str | bytes, policy: Policy | None, as_json: bool) -> Belief:
    """Say by which key that the trust root names a checkpoint is believed, or end with a sentence and 1."""
    try:
        return find_log(trusted.logs(), signed)
    except NotTrustedError as error:
        tell(None, None, [f"{CHECKPOINT}: {error}"], as_json, Verdict(policy))
        sys.exit(1)


def _verify_proof(
    path: Path, vkey: str | None, policy: Policy | None, trusted: Targets | None, as_json: bool
) -> None:
    if vkey is None and not (policy and policy.logs) and trusted is None:
        raise click.UsageError(
            "A proof is checked against a key that you trust: give it with --vkey, or in the policy."
        )
    key, verdict = _given_key("", vkey, policy), Verdict(policy)
    try:
        proven = parse_proof(path.read_text(encoding="utf-8"))
        if proven.extra is None:
            raise CannotTell(f"{path} does not carry the entry that it proves, so it cannot be checked.")
        if trusted:
            key = Key(_find_log(trusted, proven.checkpoint, policy, as_json).key, given=True)
        key = key or _given_key(proven.checkpoint, None, policy)
        if key is None:
            raise CannotTell(f"{path} is a proof of a log that the policy does not name.")
        checkpoint = check_proof(proven, proven.extra, key.verifier)
        verdict = judge(proven.checkpoint, key.verifier, policy)
    except (OSError, UnicodeDecodeError) as error:
        raise CannotTell(f"{path} cannot be read: {error}") from None
    except (ProofError, CheckpointError) as error:
        tell(None, key, [f"{path}: {error}"], as_json, verdict)
        sys.exit(1)
    if as_json:
        tell(checkpoint, key, [], as_json, verdict)
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


def _given_key(signed: str, vkey: str | None, policy: Policy | None) -> Key | None:
    """Give the log's key as the person gave it, by itself or in a policy; None if he did not."""
    if vkey is None:
        found = policy and signer(signed, policy)
        return Key(found, given=True) if found else None
    key = parse_key(vkey)
    if policy and policy.logs and key not in policy.logs:
        raise click.BadParameter("the policy trusts other logs, and not this key", param_hint="--vkey")
    return Key(key, given=True)


def _find_key(store: ReadableStore, vkey: str | None, policy: Policy | None) -> Key:
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
        f"  {tame(verifier.text)}",
        err=True,
    )
    return Key(verifier, given=False)


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


def _check_earlier(
    store: ReadableStore, newest: Checkpoint, path: Path, verifier: VerifierKey, belief: Belief | None
) -> tuple[list[str], str]:
    """Say what is wrong with a kept checkpoint; or else why nobody can tell without a trust root.

    The log that goes on from a sealed one has another name, and the same leaves up to there.
    """
    signed = path.read_bytes()
    try:
        text, _signatures = split_note(signed)
        kept = parse_checkpoint(text)
        if belief is None and kept.origin != verifier.name:
            consistency_proof(store, kept.tree, newest.tree)
            return [], (
                f"{path} was signed by another log, {kept.origin}. What it counts is the beginning of this "
                f"one, {newest.origin}; whether that goes on from it by right, these files do not say. If "
                "its trust root says that it goes on here, use --trust URL --root FINGERPRINT."
            )
        for key in belief.earlier if belief else ():  # it was kept before another log went on from that one
            if (key.name, key.key_id) in {(name, raw[:4]) for name, raw in split_note(signed)[1]}:
                verifier = key
        consistency_proof(store, open_checkpoint(signed, verifier).tree, newest.tree)
    except (NoteError, CheckpointError, ProofError, TileError) as error:
        return [f"{path}: {error}"], ""
    return [], ""


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
