"""The commands `tuidang mirror …`: make a copy of the whole site as files, check one, keep one up to date."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from tuidang.base.clock import china_today
from tuidang.cli_answers import JSON, answer
from tuidang.cli_log import parse_key
from tuidang.cli_log_said import CannotTell, say
from tuidang.cli_policy import Verdict, judge, read_policy, signer
from tuidang.cli_start import prepare, start_django
from tuidang.cli_trusted import ROOT, TRUST, believe, policy_of
from tuidang.reach.mirror.check import Bars, Found, Keys, check_mirror
from tuidang.reach.mirror.layout import CHECKPOINT_FILE
from tuidang.reach.mirror.signed import MirrorError
from tuidang.reach.mirror.source import Unreachable, open_source
from tuidang.reach.mirror.stage import StageError, open_stage
from tuidang.reach.mirror.sync import Refused, Watch, fetch_mirror, remembered_key, sync_mirror
from tuidang.tlog.checkpoint import CheckpointError
from tuidang.tlog.note import MAX_NOTE, NoteError, VerifierKey
from tuidang.tlog.policy import Policy
from tuidang.trust.logs import find_log
from tuidang.trust.reading import NotTrustedError, Targets

_SHOWN = 20  # problems printed for a person; --json has them all
_FILES_KEY = click.option(
    "--files-key",
    metavar="FILE|TEXT",
    help="The key that lists files, if you know it from elsewhere; else the log's key must name it.",
)
_FOLDER = click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))


@click.group()
def mirror() -> None:
    """Make, check and keep mirrors: the whole public site as files that anyone can serve.

    A mirror takes nothing in: to write a statement, or find one's own, it leads to the site itself.

    \b
    Examples:
      tuidang mirror build /srv/mirror
      tuidang mirror verify /srv/mirror --key paper.vkey
      tuidang mirror sync https://example.org/mirror/ /srv/mirror --key paper.vkey
    """


@mirror.command()
@_FOLDER
@click.option(
    "--days", default=31, show_default=True, type=click.IntRange(1, 366), help="Days that have pages."
)
@click.option(
    "--statements",
    default=20_000,
    show_default=True,
    type=click.IntRange(0, 1_000_000),
    help="The newest statements, at most, that have pages; all are in the files of the log.",
)
@JSON
def build(*, folder: Path, days: int, statements: int, as_json: bool) -> None:
    """Make the mirror DIR of the site here, or bring it up to date; only what has changed is written.

    DIR is a whole mirror at any moment: the next one is made beside it, in a hidden folder, and takes its
    place in one step. Make it anew each day, after publication: until then it shows what was erased since.

    Exit code 0: made; 1: it cannot be made; 2: wrong usage.

    \b
    Examples:
      tuidang mirror build /srv/mirror
      tuidang mirror build /media/stick/site --days 7 --statements 1000
      tuidang mirror build /srv/mirror --json
    """
    start_django()
    from tuidang.reach.mirror.build import Watch as BuildWatch
    from tuidang.reach.mirror.build import build_mirror
    from tuidang.register.actions.head import CannotWrite

    prepare()
    try:
        with _bar("Statements", 0) as looking, _bar("Pages", 1) as making:

            def made(more: int, known: int) -> None:
                making.length = known
                making.update(more)

            built = build_mirror(
                folder,
                days=days,
                most=statements,
                today=china_today(),
                watch=BuildWatch(looking.update, made),
            )
    except (StageError, CannotWrite, LookupError, OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    answer(
        asdict(built),
        f"{folder}: a mirror of {built.size} leaves, with {built.pages} pages ({built.written} written now); "
        f"{built.files} files, {built.bytes} bytes.",
        as_json=as_json,
    )


@mirror.command()
@click.argument("source", metavar="DIR|URL")
@click.option("--key", "vkey", metavar="FILE|TEXT", help="The log's public key, from a source you trust.")
@_FILES_KEY
@TRUST
@ROOT
@click.option(
    "--policy",
    "policy_file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The witnesses you trust, and how many of them must have cosigned (c2sp.org/tlog-policy).",
)
@click.option(
    "--into",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Of a mirror far away: where to fetch it to, and go on after a break; else it is thrown away.",
)
@JSON
def verify(
    *,
    source: str,
    vkey: str | None,
    files_key: str | None,
    trust: str | None,
    root: str | None,
    policy_file: Path | None,
    into: Path | None,
    as_json: bool,
) -> None:
    """Check a whole mirror, in a folder or behind an address: every file, and that there is no other.

    The key of the log is enough: it names the key that lists the files. With --trust and --root both keys
    and the policy are those that the trust root names today. A mirror far away is fetched whole,
    bounded by what its signed list says, and checked here; what its server has beside the listed files
    cannot be seen from afar, and no page of it leads there.

    Exit code 0: all is as it was signed; 1: a file was altered, is missing or does not belong there, each
    is named, or fewer witnesses have cosigned than the policy asks for; 2: wrong usage; 3: it could not be
    checked.

    \b
    Examples:
      tuidang mirror verify /media/stick/site --key paper.vkey
      tuidang mirror verify https://mirror.example.net/ --key example.org/register+a1b2c3d4+AW…
      tuidang mirror verify https://mirror.example.net/ --key paper.vkey --into fetched --json
    """
    trusted = believe(trust, root)
    policy = policy_of(trusted) if trusted and not policy_file else read_policy(policy_file)
    given = _Given(_parse(vkey, "--key"), _parse(files_key, "--files-key"), policy, trusted)
    is_far = "://" in source or (":" in source and not Path(source).exists())
    if not is_far and not Path(source).is_dir():
        raise CannotTell(f"{source} is neither a folder nor an address.")
    with _sentences(), TemporaryDirectory(prefix="tuidang-mirror-") as thrown_away:
        if is_far:
            with open_stage((into or Path(thrown_away)) / "mirror", resume=True) as stage:
                place = open_source(source, stage.work, stage.held)
                keys = given.keys(place.read(CHECKPOINT_FILE, MAX_NOTE))
                with _bars() as watch:
                    found = fetch_mirror(place, stage, keys, watch).found
        else:
            folder = Path(source)
            keys = given.keys(_head(folder))
            with _bars() as watch:
                found = check_mirror(folder, keys, watch.bars)
        verdict = judge(found.signed, keys.log, policy) if found.signed else Verdict(policy)
    _tell(found, verdict, as_json=as_json)
    sys.exit(1 if found.problems or verdict.is_met is False else 0)


@mirror.command()
@click.argument("source")
@_FOLDER
@click.option(
    "--key", "vkey", metavar="FILE|TEXT", help="The log's public key; asked for the first time, then kept."
)
@_FILES_KEY
@TRUST
@ROOT
@JSON
def sync(
    *,
    source: str,
    folder: Path,
    vkey: str | None,
    files_key: str | None,
    trust: str | None,
    root: str | None,
    as_json: bool,
) -> None:
    """Bring the mirror DIR up to date from SOURCE: a mirror behind an address, by rsync, or in a folder.

    Only what has changed is fetched. All of it is checked before it takes the place of what DIR shows, in
    one step; what was erased at the source is then gone from here too. A log that is older than the last
    one, or does not continue it, is refused; with --trust and --root one that goes on from it under another
    key is taken. It can be killed at any moment, and goes on the next time.

    Exit code 0: DIR shows what SOURCE has; 1: that was refused, and why; 2: wrong usage; 3: SOURCE cannot
    be had.

    \b
    Examples:
      tuidang mirror sync https://mirror.example.net/ /srv/mirror --key paper.vkey
      tuidang mirror sync rsync://mirror.example.net/site /srv/mirror
      tuidang mirror sync /media/stick/site /srv/mirror --json
    """
    trusted = believe(trust, root)
    with _sentences(), open_stage(folder, resume=True) as stage:
        key = None if trusted else remembered_key(stage, _parse(vkey, "--key"))
        if key is None and trusted is None:
            raise click.UsageError("The first time, give the log's public key with --key.")
        given = _Given(key, _parse(files_key, "--files-key"), None, trusted)
        place = open_source(source, stage.work, stage.held)
        keys = given.keys(place.read(CHECKPOINT_FILE, MAX_NOTE))
        with _bars() as watch:
            synced = sync_mirror(place, stage, keys, watch)
    checkpoint = synced.found.checkpoint
    size = checkpoint.size if checkpoint else 0
    answer(
        {"size": size, "files": synced.files, "fetched": synced.fetched},
        f"{folder}: a mirror of {size} leaves, whole; {synced.fetched} of {synced.files} files were fetched.",
        as_json=as_json,
    )


@contextmanager
def _sentences() -> Iterator[None]:
    """End with a sentence, and the code that belongs to it."""
    try:
        yield
    except Unreachable as error:
        raise CannotTell(str(error)) from None
    except Refused as error:
        lines = [f"Refused: {error}.", *(f"  {problem}" for problem in error.problems[:_SHOWN])]
        if len(error.problems) > _SHOWN:
            lines.append(f"  … and {len(error.problems) - _SHOWN} more.")
        for line in lines:
            say(line)
        sys.exit(1)
    except (MirrorError, CheckpointError, NotTrustedError) as error:
        say(f"NOT AS SIGNED: {error}")
        sys.exit(1)
    except (StageError, NoteError, OSError) as error:
        raise CannotTell(str(error)) from None


@dataclass(frozen=True)
class _Given:
    """Whom a person believes: keys, a policy that names a log, or a trust root."""

    log: VerifierKey | None
    files: VerifierKey | None
    policy: Policy | None
    trusted: Targets | None

    def keys(self, signed: bytes) -> Keys:
        """Give the keys by which a mirror with this checkpoint is believed, or end with how to give them."""
        if self.trusted:
            logs = self.trusted.logs()
            belief = find_log(logs, signed)
            files = next(one.files for one in logs if one.key == belief.key)
            return Keys(belief.key, self.files or files, belief.earlier)
        found = self.log or (self.policy and signer(signed.decode(errors="replace"), self.policy))
        if not found:
            raise click.UsageError("Give the log's public key with --key, in the policy, or by --trust.")
        return Keys(found, self.files)


def _parse(text: str | None, option: str) -> VerifierKey | None:
    return None if text is None else parse_key(text, option)


def _head(folder: Path) -> bytes:
    path = folder / CHECKPOINT_FILE
    return path.read_bytes()[:MAX_NOTE] if path.is_file() else b""


def _tell(found: Found, verdict: Verdict, *, as_json: bool) -> None:
    sound = not found.problems
    if as_json:
        checkpoint = found.checkpoint
        told = {
            "sound": sound,
            "origin": checkpoint and checkpoint.origin,
            "size": checkpoint and checkpoint.size,
            "root": checkpoint and base64.b64encode(checkpoint.root).decode(),
            "made": found.about and found.about.day,
            "files": found.files,
            "counted": found.counted if sound else None,
            "records": found.records,
            "withheld": found.withheld,
            "problems": found.problems,
            **verdict.as_dict(sound=sound),
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    if not sound:
        say(f"NOT AS SIGNED: {len(found.problems)} problems.")
        for problem in found.problems[:_SHOWN]:
            say(f"  {problem}")
        if len(found.problems) > _SHOWN:
            say(f"  … and {len(found.problems) - _SHOWN} more; --json lists them.")
        return
    if found.checkpoint and found.about:
        say(f"Whole: {found.files} listed files and {found.checkpoint.size} leaves of the log are as signed.")
        say(f"Made on {found.about.day} of {found.about.log}; the site itself is {found.about.origin}")
        say(f"Counted: {found.counted}. With their record: {found.records}.")
    for line in verdict.lines:
        say(line)
    if found.withheld:
        say(f"{len(found.withheld)} entries have neither record nor notice: erased lately, or withheld.")


@contextmanager
def _bars() -> Iterator[Watch]:
    """Show how it goes, where somebody looks."""
    with _bar("Fetched", 0) as fetched, _bar("Checked", 0) as checked:

        def begins(count: int) -> None:
            fetched.length = count

        def more(count: int) -> None:
            checked.length = max(checked.length or 0, checked.pos + count)
            checked.update(count)

        yield Watch(begins, fetched.update, Bars(more, more, more))


def _bar(label: str, length: int) -> Any:
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())
