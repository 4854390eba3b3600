"""The commands `tuidang library …`: bring texts in, and see what there is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tuidang.base.clock import utc_now
from tuidang.cli_start import prepare, start_django

_LANGUAGES = ("zh-hans", "zh-hant", "en")
_json = click.option("--json", "as_json", is_flag=True, help="Print it for a program to read.")


@click.group()
def library() -> None:
    """Bring texts into the library, and see what stands in it. Editing is done at the desk.

    \b
    Examples:
      tuidang library import texts/
      tuidang library record one.mp3 my-book 1
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


@library.command("record")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("name")
@click.argument("number", type=int, default=1)
@click.option("--language", default="zh-hans", type=click.Choice(_LANGUAGES), show_default=True)
def record(file: Path, name: str, number: int, language: str) -> None:
    """Have chapter NUMBER of the work NAME heard: FILE is somebody who reads it aloud.

    FILE may be MP3, M4A, WAV, OGG, FLAC or a film, three hours at most; ffmpeg makes 16 kbit/s speech of it,
    and a sound of the telephone. What the chapter had is replaced. FILE stays as it is.

    \b
    Examples:
      tuidang library record one.wav my-book 1
      tuidang library record news.mp3 news-2026-11-28 --language en
    """
    start_django()
    from tuidang.base.audit import Act, noted
    from tuidang.base.audit.chain import AT_SHELL
    from tuidang.library.audio.actions import bring_recording, lay_out_audio, make_next, place_to_bring
    from tuidang.library.audio.convert import find_ffmpeg
    from tuidang.library.audio.queries import recorded
    from tuidang.library.models import Text

    prepare()
    if find_ffmpeg() is None:
        raise click.ClickException("ffmpeg is not installed: apt-get install ffmpeg")
    text = Text.objects.filter(work__name=name, language=language).first()
    chapter = text.chapters.filter(number=number).first() if text else None
    if text is None or chapter is None:
        raise click.ClickException(f"There is no chapter {number} of {name} in {language}.")
    brought = place_to_bring()
    shutil.copyfile(file, brought)
    with noted(AT_SHELL, Act.PUBLISH_TEXT, f"audio {text.pk}/{number}", utc_now()):
        bring_recording(chapter, brought)
    while recorded(text, number).waiting and make_next(utc_now):
        pass
    lay_out_audio(utc_now())
    found = recorded(text, number)
    if found.refused:
        raise click.ClickException(f"{file.name} was not taken: {found.refused.why}.")
    if found.ready is None:  # the worker has it
        click.echo("It is being made.")
        return
    click.echo(f"{found.seconds} seconds, {found.ready.size} bytes.")
    if not found.ready.is_public:
        click.echo("Nobody hears it before the chapter is published.")


@library.command("list")
@click.option("--heard", is_flag=True, help="List what can be heard, with its sound for campaigns.")
@_json
def list_(heard: bool, as_json: bool) -> None:
    """List the works: in each language how many chapters there are, are read, and wait for their time.

    \b
    Examples:
      tuidang library list
      tuidang library list --heard --json
    """
    start_django()
    from tuidang.library.audio.queries import items_in
    from tuidang.library.queries import stock

    prepare()
    if heard:
        items = {item.code: item for language in reversed(_LANGUAGES) for item in items_in(language)}
        if as_json:
            click.echo(json.dumps([vars(item) for item in items.values()], ensure_ascii=False))
        for item in () if as_json else items.values():
            click.echo(f"library/{item.code}: {item.title}, {item.seconds} s")
        return
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
