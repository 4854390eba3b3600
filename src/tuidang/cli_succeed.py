"""The command `tuidang register succeed`: another log goes on from ours, when the key is lost or stolen."""

from __future__ import annotations

from pathlib import Path

import click

from tuidang.base.clock import utc_now
from tuidang.cli_answers import JSON, answer
from tuidang.cli_start import prepare, start_django


@click.command()
@click.option("--prepare", "origin", metavar="NAME", help="Make the key of the log that is to go on, NAME.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path),
    help="With --prepare: where to write the last checkpoint of the old log; without, the data folder.",
)  # fmt: skip
@JSON
def succeed(origin: str | None, out: Path | None, as_json: bool) -> None:
    """Go on under another key and name, with the same leaves, when the log's key was lost or stolen.

    First --prepare: it makes the new key, and writes down where the old log ends, in the data folder unless
    you say --out. Then the holders of the trust root sign that (`tuidang trust set successor`), and it is
    published. Then this command alone: the register goes on under the new key. What the old key signs from
    then on is believed by nobody who asks the trust root. Receipts, records and figures stay as they are. A
    sample's trust root follows by itself.

    Exit code 0: done; 1: it cannot be done, and nothing was changed; 2: wrong usage.

    \b
    Examples:
      tuidang register succeed --prepare example.org/register-2
      tuidang register succeed
    """
    start_django()
    from tuidang.register.actions.head import CannotWrite, options
    from tuidang.register.actions.succession import prepare_successor
    from tuidang.trust.keys import KeyFileError
    from tuidang.trust.publishing import CannotPublish
    from tuidang.trust.reading import NotTrustedError
    from tuidang.web.trust import CannotSucceed, go_on, next_files_key

    prepare()
    trust = (CannotSucceed, CannotPublish, NotTrustedError, KeyFileError)
    try:
        if origin is None:
            new = go_on(utc_now())
            answer(
                {"key": new},
                f"The register goes on under this key:\n  {new}\n"
                "`tuidang work` makes the editions anew; make mirrors anew too.",
                as_json=as_json,
            )
            return
        plan = prepare_successor(origin)
        sealed = (out or options().data / "sealed-checkpoint").absolute()
        sealed.write_text(plan.sealed)
        files = next_files_key(options(), origin).text
    except (CannotWrite, *trust, LookupError, OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    found = {"key": plan.new.text, "files": files, "old": plan.old.text, "sealed": str(sealed)}
    answer(
        found,
        f"{plan.old.name} ends where this file says:\n  {sealed}\n"
        f"The trust root's holders now sign that this goes on:\n  {plan.new.text}\n"
        f"and this signs its lists of files:\n  {files}",
        as_json=as_json,
    )
