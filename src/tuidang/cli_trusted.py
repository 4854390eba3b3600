"""`--trust` and `--root`: take keys and policy from a trust root, for commands that verify something."""

from __future__ import annotations

from pathlib import Path

import click

from tuidang.base.clock import utc_now
from tuidang.cli_log_said import CannotTell, Damaged
from tuidang.tlog.policy import Policy
from tuidang.trust.keys import read_fingerprint
from tuidang.trust.reading import NotTrustedError, Targets, open_source, read_targets
from tuidang.trust.says import POLICY

TRUST = click.option(
    "--trust",
    metavar="URL|DIR",
    help="Take the log's key, its successors and the witness policy from this trust root.",
)
ROOT = click.option(
    "--root",
    metavar="DIGITS|FILE",
    help="What you trust of it: the fingerprint from paper, or a root as a file.",
)
MEMORY = click.option(
    "--memory",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to keep what was seen, so that nobody can show you something older next time.",
)


def root_given(text: str) -> bytes | str:
    """Read a root that somebody trusts: a file, or its fingerprint."""
    if Path(text).is_file():
        return Path(text).read_bytes()
    try:
        return read_fingerprint(text)
    except ValueError as error:
        raise click.BadParameter(
            f"it is neither a file nor a fingerprint: {error}", param_hint="--root"
        ) from None


def believe(trust: str | None, root: str | None, memory: Path | None = None) -> Targets | None:
    """Return what the trust root says that was named; None without one.

    Ends with a sentence and 1 where it is not to be believed, 3 where it cannot be read.
    """
    if trust is None and root is None and memory is None:
        return None
    if trust is None or root is None:
        raise click.UsageError("--trust says where a trust root lies, --root which one you trust: give both.")
    try:
        return read_targets(open_source(trust), root_given(root), utc_now(), memory)
    except NotTrustedError as error:
        raise Damaged(f"NOT TRUSTED: {error}.") from None
    except OSError as error:
        raise CannotTell(f"The trust root cannot be read: {error}") from None


def policy_of(targets: Targets) -> Policy | None:
    """Return the witness policy of a trust root; None where it has none."""
    try:
        return targets.policy() if POLICY in targets.files else None
    except NotTrustedError as error:
        raise Damaged(f"NOT TRUSTED: {error}.") from None
