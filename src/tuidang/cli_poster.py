"""The command `tuidang poster`: posters and cards as files for a printer, or as pictures."""

from __future__ import annotations

from pathlib import Path

import click

from tuidang.cli_answers import JSON, answer
from tuidang.cli_source import source_sentences
from tuidang.reach.posters.values import Sheet
from tuidang.reach.posters.words import WORDS


@click.group()
def poster() -> None:
    """Make posters and cards: the number first, a QR code, words, and the code of the batch.

    \b
    Examples:
      tuidang poster make tp26 --size a3 --language zh-hant --number toronto --out poster.pdf
    """


@poster.command("make")
@click.argument("code")
@click.option(
    "--size", type=click.Choice([one.value for one in Sheet]), default=Sheet.CARD.value, show_default=True
)
@click.option("--language", type=click.Choice(list(WORDS)), default="zh-hans", show_default=True)
@click.option("--number", default="", help="The code of the number that is printed: tuidang source list.")
@click.option(
    "--leads-to",
    default="",
    help="The code of a site or mirror for the QR code; without it the batch's own, counted address.",
)
@click.option("--title", default="", help="Other words than the usual ones for the title.")
@click.option("--words", default="", help="Other words than the usual ones below it.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="FILE.pdf or FILE.svg"
)
@JSON
def make(
    *,
    code: str,
    size: str,
    language: str,
    number: str,
    leads_to: str,
    title: str,
    words: str,
    out: Path,
    as_json: bool,
) -> None:
    """Write a sheet of the batch CODE: FILE.pdf for a printer, or FILE.svg to look at.

    The PDF has 3 mm of bleed, crop marks, the four printing inks, and its typeface in it. The same order
    gives the same bytes. A batch is made first, at the desk or by `tuidang source save CODE --kind print`.

    \b
    Examples:
      tuidang poster make tp26 --number toronto --out card.pdf
      tuidang poster make tp26 --size a1 --language zh-hant --number toronto --out poster.pdf
      tuidang poster make tp26 --size a5 --language en --leads-to m1 --title "Learn more" --out look.svg
    """
    if out.suffix not in {".pdf", ".svg"}:
        raise click.BadParameter("the name ends in .pdf or .svg", param_hint="--out")
    with source_sentences(as_json=as_json):
        from tuidang.base.audit import Act, write_audit
        from tuidang.base.audit.chain import AT_SHELL
        from tuidang.base.clock import utc_now
        from tuidang.reach.printing import Choice, make_sheet, order_of

        order = order_of(code, Choice(size, language, number, leads_to, title, words))
        made = make_sheet(order, "pdf" if out.suffix == ".pdf" else "svg")
        try:
            out.write_bytes(made)
        except OSError as error:
            raise click.ClickException(f"{out} cannot be written: {error.strerror}") from None
        write_audit(AT_SHELL, Act.MAKE_PRINT, f"source {code}", utc_now())
    answer({"file": str(out), "bytes": len(made)}, f"{out}: {len(made)} bytes.", as_json=as_json)
