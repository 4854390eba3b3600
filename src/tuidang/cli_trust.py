"""The commands `tuidang trust …`: the offline root that says which keys are ours. They run without Django."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from tuidang.base.clock import utc_now
from tuidang.cli_answers import JSON
from tuidang.cli_log_said import say
from tuidang.cli_start import start_options
from tuidang.cli_trust_keys import draw, key, public_half, read_private, read_public, sentences
from tuidang.cli_trust_said import missing, tell_draft, tell_drafts, tell_shown, tell_trusted
from tuidang.cli_trust_set import say_what
from tuidang.cli_trusted import MEMORY, root_given
from tuidang.tlog.store import DirectoryStore
from tuidang.trust.drafts import DraftError, Drafts, find_key
from tuidang.trust.keys import tuf_key
from tuidang.trust.publishing import CannotPublish, ensure_server_key
from tuidang.trust.publishing import publish as show_to_all
from tuidang.trust.publishing import refresh as sign_again
from tuidang.trust.reading import open_source, read_targets
from tuidang.trust.roles import (
    DELEGATED,
    MIRRORS,
    OFFLINE,
    ONLINE,
    ROOT,
    SEALING,
    TARGETS,
    Holders,
    all_roles,
)

FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
_PUBLIC = click.Path(exists=True, dir_okay=False, path_type=Path)
_SIGNED = click.Choice([*OFFLINE, *DELEGATED])


@click.group()
def trust() -> None:
    """Keep the trust root: an offline root that says which keys, mirrors and witnesses are ours.

    Several people hold a key each, on a stick or on paper, and so many of them as were agreed on must sign.
    What they sign travels among them in a folder that holds no secret. The server shows it to everybody.
    docs/how-to/keep-the-trust-root.md tells a ceremony step by step.

    \b
    Examples:
      tuidang trust key new anna
      tuidang trust show ceremony
      tuidang trust sign ceremony anna.key
      tuidang trust verify https://example.org/trust --root-fingerprint "5703 801f …"
    """


trust.add_command(key)
trust.add_command(say_what)


@trust.command()
@FOLDER
@click.option(
    "--holder", "holders", multiple=True, required=True, type=_PUBLIC, help="A public key of the root."
)
@click.option("--threshold", default=2, show_default=True, help="How many holders must sign.")
@click.option("--targets", multiple=True, type=_PUBLIC, help="Who signs the targets; without: the holders.")
@click.option("--targets-threshold", type=int, help="How many of them must sign; without: as many.")
@click.option("--server", required=True, type=_PUBLIC, help="The server's key (`tuidang trust key server`).")
@click.option("--mirrors", multiple=True, type=_PUBLIC, help="Who keeps mirrors; without: the holders.")
@click.option(
    "--sealing", multiple=True, type=_PUBLIC, help="A key of who signs sealing keys; without: the server's."
)
@JSON
def init(
    *,
    folder: Path,
    holders: tuple[Path, ...],
    threshold: int,
    targets: tuple[Path, ...],
    targets_threshold: int | None,
    server: Path,
    mirrors: tuple[Path, ...],
    sealing: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Draft a new trust root in FOLDER, from the public keys of those who hold it.

    Take three holders and two to sign, or five and three: one may lose his key, and one may be forced. Then
    `set` what it is to say, let the holders `sign`, and `publish` it on the server.

    \b
    Examples:
      tuidang trust init ceremony --holder anna.pub --holder bela.pub --holder carl.pub --threshold 2 \\
        --server server.pub --mirrors dora.pub
    """
    root = Holders(tuple(map(read_public, holders)), threshold)
    listed = Holders(tuple(map(read_public, targets)), targets_threshold or threshold) if targets else root
    online = Holders((read_public(server),))
    of_mirrors = Holders(tuple(map(read_public, mirrors))) if mirrors else root
    of_sealing = Holders(tuple(map(read_public, sealing))) if sealing else online
    drafts = Drafts(folder)
    with sentences():
        drafts.begin(
            {ROOT: root, TARGETS: listed, MIRRORS: of_mirrors, SEALING: of_sealing}
            | dict.fromkeys(ONLINE, online),
            utc_now(),
        )
        tell_drafts(drafts, as_json)


@trust.command()
@FOLDER
@click.argument("source")
@click.option("--root-fingerprint", "root", metavar="DIGITS|FILE", required=True, help="From paper.")
@JSON
def fetch(folder: Path, source: str, root: str, as_json: bool) -> None:
    """Verify the trust root at SOURCE, and copy it to FOLDER, to draft there what comes next.

    \b
    Examples:
      tuidang trust fetch ceremony https://example.org/trust --root-fingerprint "5703 801f …"
      tuidang trust fetch ceremony /media/stick/trust --root-fingerprint root.json
    """
    drafts = Drafts(folder)
    with sentences():
        drafts.fetch(open_source(source), root_given(root), utc_now())
        tell_shown(folder, as_json)


@trust.command("add-key")
@FOLDER
@click.argument("role", type=click.Choice([*all_roles()]))
@click.argument("public", type=_PUBLIC)
@click.option("--threshold", type=int, help="How many must sign from then on; without: as many as before.")
@JSON
def add_key(folder: Path, role: str, public: Path, threshold: int | None, as_json: bool) -> None:
    """Draft that one more key may sign for ROLE.

    \b
    Examples:
      tuidang trust add-key ceremony root dora.pub --threshold 3
      tuidang trust add-key ceremony mirrors emil.pub
    """
    new = read_public(public)
    drafts = Drafts(folder)
    with sentences():
        drafts.set_keys(role, lambda keys: keys.update({tuf_key(new).keyid: new}), threshold, utc_now())
        tell_drafts(drafts, as_json)


@trust.command()
@FOLDER
@click.option("--out", metavar="NAME|DIGITS", help="A lost or stolen key: its holder, or first digits.")
@click.option("--in", "public", type=_PUBLIC, help="The key in its place, in every role that had the other.")
@click.option("--renew", multiple=True, type=_SIGNED, help="A role that only is to be signed for longer.")
@JSON
def rotate(folder: Path, out: str | None, public: Path | None, renew: tuple[str, ...], as_json: bool) -> None:
    """Draft that a key is replaced by another in every role, or that a role lasts longer.

    What the old key had signed and the others cannot carry alone is drafted too, to be signed again.

    \b
    Examples:
      tuidang trust rotate ceremony --out carl --in dora.pub
      tuidang trust rotate ceremony --renew root --renew targets
    """
    if bool(out) != bool(public) or not (out or renew):
        raise click.UsageError("Name the old key by --out and the new one by --in, or a role by --renew.")
    drafts, now = Drafts(folder), utc_now()
    with sentences():
        if out and public:
            _replace(drafts, out, public, now)
        for role in renew:
            drafts.renew(role, now)
        tell_drafts(drafts, as_json)


def _replace(drafts: Drafts, out: str, public: Path, now: datetime) -> None:
    new = read_public(public)
    everybody = drafts.keys()
    old = find_key(everybody, out)
    for role in drafts.roles_of(old):

        def put(keys: dict[str, Any]) -> None:
            del keys[old]
            keys[tuf_key(new).keyid] = new

        drafts.set_keys(role, put, None, now)


@trust.command()
@FOLDER
@click.argument("keyfile", type=_PUBLIC)
@click.option("--passphrase-file", type=_PUBLIC, help="Where the passphrase lies; without: you are asked.")
@click.option("--yes", is_flag=True, help="Sign without being asked whether the digits are the same.")
@JSON
def sign(folder: Path, keyfile: Path, passphrase_file: Path | None, yes: bool, as_json: bool) -> None:
    """Sign with your key what is drafted in FOLDER and is yours to sign.

    It says what changes in the drafts that your key signs (by the .pub beside it; without one it shows all).
    Where others must sign too it shows four lines of digits. Let another holder read his to you: if one digit
    differs, somebody has given you two different drafts, and neither of you signs.

    \b
    Examples:
      tuidang trust sign /media/stick/ceremony anna.key
      tuidang trust sign ceremony server.key --passphrase-file /run/passphrase --yes
    """
    drafts = Drafts(folder)
    with sentences():
        public = public_half(keyfile)
        yours = drafts.for_key(public) if public else list(drafts.drafts())
        if not yours:
            raise DraftError(f"no draft here is for {public.name if public else 'anybody'} to sign")
        standing = [one for one in drafts.standing() if one.role in yours]
        for one in () if as_json else standing:
            tell_draft(one)
        if not yes and any(one.is_shared for one in standing):
            click.confirm("Has another holder read you the same digits?", abort=True, err=True)
        private = read_private(keyfile, passphrase_file)
        if not set(drafts.for_key(private.verifier)) <= set(yours):
            raise DraftError(f"{keyfile} is not the key of the .pub beside it: take that file away")
        signed = drafts.sign(private)
        if as_json:
            tell_drafts(drafts, as_json)
        else:
            say(f"Signed: {', '.join(signed)}. Still missing: {missing(drafts.standing())}.")


@trust.command()
@FOLDER
@JSON
def publish(folder: Path, as_json: bool) -> None:
    """Show to everybody what was drafted and signed in FOLDER. On the server, into TUIDANG_DATA/trust.

    It is read as a stranger would read it before anything is changed.

    \b
    Examples:
      tuidang trust publish /media/stick/ceremony
    """
    options = start_options()
    drafts = Drafts(folder)
    with sentences():
        server_key = ensure_server_key(options.keys / "trust", "server")
        with suppress(DraftError):  # where nothing is for the server to sign
            drafts.sign(server_key)
        standing = drafts.standing()
        if any(one.missing for one in standing):
            raise CannotPublish(f"signatures are missing: {missing(standing)}")
        if not drafts.drafts():
            raise CannotPublish(f"nothing is drafted in {folder}")
        found = show_to_all(
            DirectoryStore(options.trust),
            drafts.drafts(),
            drafts.files(),
            server_key,
            utc_now(),
        )
    tell_trusted(found, as_json)


@trust.command()
@JSON
def refresh(as_json: bool) -> None:
    """Sign again what the server signs, for the days to come. `tuidang work` does it by itself, daily.

    \b
    Examples:
      tuidang trust refresh
    """
    options = start_options()
    with sentences():
        store = DirectoryStore(options.trust)
        done = sign_again(store, ensure_server_key(options.keys / "trust", "server"), utc_now())
    if as_json:
        click.echo(json.dumps({"signed": done}))
    else:
        click.echo("Signed again." if done else "Nothing is due.")


@trust.command()
@click.argument("source")
@JSON
def show(source: str, as_json: bool) -> None:
    """Show what is drafted in a folder that travels: what changes, who has signed, who is waited for.

    Where nothing is drafted, or SOURCE is a trust root as it is shown: what it says today, unverified.

    Exit code 0: it was shown, whoever may still have to sign; 1: it cannot be; 2: wrong usage.

    \b
    Examples:
      tuidang trust show ceremony
      tuidang trust show ceremony --json
    """
    drafts = Drafts(Path(source))
    with sentences():
        if drafts.drafts():
            tell_drafts(drafts, as_json)
        else:
            tell_shown(Path(source), as_json)


@trust.command()
@click.argument("source")
@click.option(
    "--root-fingerprint", "root", metavar="DIGITS|FILE", required=True,
    help="What you trust: the 64 digits from paper, or a root as a file.",
)  # fmt: skip
@MEMORY
@click.option(
    "--paper",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the fingerprint of its newest root as a QR code (SVG), to be printed.",
)
@JSON
def verify(source: str, root: str, memory: Path | None, paper: Path | None, as_json: bool) -> None:
    """Say what the trust root at SOURCE, a folder or an address, says today, if it can be believed.

    Exit code 0: it can; 1: it cannot, or something in it cannot; 2: wrong usage.

    \b
    Examples:
      tuidang trust verify https://example.org/trust --root-fingerprint "5703 801f …" --memory ~/.tuidang
      tuidang trust verify /media/stick/trust --root-fingerprint 1.root.json --json
    """
    with sentences():
        found = read_targets(open_source(source), root_given(root), utc_now(), memory)
        if paper:
            draw(found.root.upper(), paper)  # in capitals the code has fewer dots
    tell_trusted(found, as_json)
    sys.exit(1 if found.faults else 0)
