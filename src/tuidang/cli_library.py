"""The commands `tuidang library …`: bring texts in, see what there is, make editions and check them."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

from tuidang.base.clock import utc_now
from tuidang.cli_start import prepare, start_django
from tuidang.tlog.note import VerifierKey

_LANGUAGES = ("zh-hans", "zh-hant", "en")
_json = click.option("--json", "as_json", is_flag=True, help="Print it for a program to read.")


@click.group()
def library() -> None:
    """Bring texts into the library, see what stands in it, and make editions. Editing is done at the desk.

    \b
    Examples:
      tuidang library import texts/
      tuidang library record one.mp3 my-book 1
      tuidang library list
      tuidang library build
      tuidang library check /media/stick/editions --key paper.vkey
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


@library.command()
@click.option("--work", default="", help="Only the editions of the work of this name.")
@_json
def build(work: str, as_json: bool) -> None:
    """Make the editions of what is published: HTML, EPUB, PDF, booklets to print, plain text, and ZIM.

    They go into the folder `editions` of the data folder, under a signed list, and are served at
    /editions/. Only what changed is made, and what is read no more is taken away; `tuidang work` does it by
    itself after each publication. The same texts give the same bytes.

    Exit code 0: done (a format may be left out, and what to install for it is said); 1: it could not be done,
    or not for every file, and which is said.

    \b
    Examples:
      tuidang library build
      tuidang library build --work my-book
      tuidang library build --json
    """
    options = start_django()
    from tuidang.library.actions.editions import build_editions
    from tuidang.library.queries import is_work
    from tuidang.register.actions.head import NotBegun
    from tuidang.web.house import files_key

    prepare()
    if work and not is_work(work):
        raise click.ClickException(f"There is no work named {work}: `tuidang library list` shows them.")
    try:
        signer = files_key()
    except NotBegun:
        raise click.ClickException("No register was begun here, so there is no name to sign with.") from None
    with click.progressbar(length=1, label="Editions", file=sys.stderr, hidden=as_json) as bar:

        def show(done: int, count: int) -> None:
            bar.length = max(count, 1)
            bar.update(done - bar.pos)

        with _told():
            built = build_editions(options.data, signer, work=work, progress=show)
    if as_json:
        click.echo(json.dumps({**vars(built), "key": signer.verifier.text}))
        sys.exit(bool(built.failed))
    click.echo(f"Made {built.made}, left as they were {built.kept}, taken away {built.removed}.")
    for form, package in built.left_out.items():
        click.echo(f"Left out {form}: it needs {package}. apt-get install {package}, then build again.")
    click.echo(f"The list of all files is signed with the key\n  {signer.verifier.text}")
    if built.failed:
        raise click.ClickException("Not made, for the reasons above: " + ", ".join(built.failed))


@library.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--key", "key_given", metavar="FILE|TEXT", help="The key of the list, from a source you trust.")
@_json
def check(folder: Path, key_given: str | None, as_json: bool) -> None:
    """Check a FOLDER of editions, from wherever it came, against the signed list in it. Needs no database.

    Without --key the key is taken from the folder itself, which shows that it is whole but not whose it is:
    compare the key that is printed with a copy that reached you otherwise. What is in the folder beside the
    list is named, and is nobody's.

    Exit code 0: everything listed is there, unaltered; 1: something is missing or altered, or the list is not
    signed by this key; 2: wrong usage; 3: it could not be checked (no list, no key).

    \b
    Examples:
      tuidang library check var/editions
      tuidang library check /media/stick/editions --key example.org/register/files+a1b2c3d4+AW…
      tuidang library check /media/stick/editions --key paper.vkey --json
    """
    from tuidang.base.manifest import ManifestError
    from tuidang.library.editions.folder import NoListError, check_folder, read_key

    try:
        key = _key_of(key_given) if key_given else read_key(folder)
        found = check_folder(folder, key)
    except NoListError as error:
        _cannot_tell(str(error))
    except ManifestError as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        answer = {"whole": found.is_whole, "key": key.text, "key_given": bool(key_given)}
        click.echo(json.dumps({**answer, **vars(found)}, ensure_ascii=False))
        sys.exit(not found.is_whole)
    for what, names in (
        ("missing", found.missing),
        ("ALTERED", found.altered),
        ("not listed", found.unknown),
    ):
        for name in names:
            click.echo(f"{what}: {name}")
    whose = (
        "" if key_given else " That key came from the folder itself: compare it with a copy from elsewhere."
    )
    if found.is_whole:
        click.echo(f"All {found.files} files are as they were listed, {found.size} bytes.")
    click.echo(f"The list is signed with {key.text}.{whose}")
    sys.exit(not found.is_whole)


def _key_of(given: str) -> VerifierKey:
    try:
        text = Path(given).read_text(encoding="utf-8") if Path(given).is_file() else given
        return VerifierKey.parse(text)
    except (OSError, ValueError) as error:
        raise click.BadParameter(str(error), param_hint="--key") from None


def _cannot_tell(why: str) -> NoReturn:
    click.echo(f"Error: {why}", err=True)
    sys.exit(3)
