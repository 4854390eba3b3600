"""The commands `tuidang library …`: bring texts in, and see what there is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tuidang.base.clock import utc_now
from tuidang.cli_start import prepare, start_django

_json = click.option("--json", "as_json", is_flag=True, help="Print it for a program to read.")


@click.group()
def library() -> None:
    """Bring texts into the library, and see what stands in it. Editing is done at the desk.

    \b
    Examples:
      tuidang library import texts/
      tuidang library list
    """


@contextmanager
def _told() -> Iterator[None]:
    from tuidang.library.rules import Mistake

    try:
        yield
    except (Mistake, OSError) as error:
        raise click.ClickException(str(error)) from None


@library.command("import")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--publish", is_flag=True, help="Publish each chapter at once, as it came.")
@_json
def import_(folder: Path, publish: bool, as_json: bool) -> None:
    """Take a work in from FOLDER, or all works in it. What did not change is left as it is.

    A work is a folder with a folder for each language (zh-hans, zh-hant, en); in each a file about.md (title,
    author, and for news a date between two lines ---) and a .md file for each chapter, with its title between
    two lines ---. Chapters come in as versions that wait for an editor, unless you say --publish.

    \b
    Examples:
      tuidang library import texts/my-book
      tuidang library import texts/ --publish
    """
    start_django()
    from tuidang.base.audit.chain import AT_SHELL
    from tuidang.library.actions.importing import import_works
    from tuidang.library.folder import read_works

    prepare()
    with _told():
        done = import_works(read_works(folder), utc_now(), publish=publish, by=AT_SHELL)
    if as_json:
        click.echo(json.dumps([vars(one) for one in done]))
        return
    for one in done:
        click.echo(f"{one.name} ({one.language}): chapters {one.chapters}, new or changed {one.changed}")
    click.echo(
        "Published." if publish else "Nothing is read yet: publish at the desk, or import with --publish."
    )


@library.command("list")
@_json
def list_(as_json: bool) -> None:
    """List the works: in each language how many chapters there are, are read, and wait for their time.

    \b
    Examples:
      tuidang library list
      tuidang library list --json
    """
    start_django()
    from tuidang.library.queries import stock

    prepare()
    rows = stock()
    if as_json:
        click.echo(json.dumps([vars(row) for row in rows], ensure_ascii=False, default=str))
        return
    for row in rows:
        kind = f"news of {row.day}" if row.day else "book"
        click.echo(
            f"{row.name} ({row.language}, {kind}): {row.title}, chapters {row.chapters}, "
            f"read {row.read}, waiting for their time {row.waiting}"
        )
    if not rows:
        click.echo("The library is empty: `tuidang library import FOLDER` brings something in.")
