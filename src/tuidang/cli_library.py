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
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--publish", is_flag=True, help="Publish each chapter at once, as it came.")
@click.option("--name", default="", help="Of a book in one file: its name in addresses, if not the file's.")
@click.option(
    "--language",
    default="",
    type=click.Choice(["", "zh-hans", "zh-hant", "en"]),
    help="Of a book in one file: what it is written in, if it does not say so.",
)
@_json
def import_(source: Path, publish: bool, name: str, language: str, as_json: bool) -> None:
    """Take a work in from SOURCE: a folder of Markdown, or of works, an .epub or .html file.

    A work is a folder with a folder for each language (zh-hans, zh-hant, en); in each a file about.md (title,
    author, and for news a date between two lines ---) and a .md file for each chapter, with its title between
    two lines ---. Of a book in one file what is text comes in. What did not change is left as it is. Chapters
    come in as versions that wait for an editor, unless you say --publish.

    \b
    Examples:
      tuidang library import texts/my-book
      tuidang library import texts/ --publish
      tuidang library import book.epub --name my-book --language zh-hans
    """
    start_django()
    from tuidang.base.audit.chain import AT_SHELL
    from tuidang.library.actions.importing import import_works
    from tuidang.library.folder import read_works
    from tuidang.library.foreign import read_book

    prepare()
    with _told():
        works = [read_book(source, name=name, language=language)] if source.is_file() else read_works(source)
        done = import_works(works, utc_now(), publish=publish, by=AT_SHELL)
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
