"""The commands `tuidang mirror …`: make a copy of the whole site as files, check one, keep one up to date."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tuidang.base.clock import china_today
from tuidang.cli_answers import JSON, answer
from tuidang.cli_start import prepare, start_django

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
    from tuidang.reach.mirror.build import Watch, build_mirror
    from tuidang.reach.mirror.stage import StageError
    from tuidang.register.actions.head import CannotWrite

    prepare()
    try:
        with _bar("Statements", 0) as looking, _bar("Pages", 1) as making:

            def made(more: int, known: int) -> None:
                making.length = known
                making.update(more)

            built = build_mirror(
                folder, days=days, most=statements, today=china_today(), watch=Watch(looking.update, made)
            )
    except (StageError, CannotWrite, LookupError, OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    answer(
        asdict(built),
        f"{folder}: a mirror of {built.size} leaves, with {built.pages} pages ({built.written} written now); "
        f"{built.files} files, {built.bytes} bytes.",
        as_json=as_json,
    )


def _bar(label: str, length: int) -> Any:  # noqa: ANN401 -- click's bar has no type of its own that is public
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())
