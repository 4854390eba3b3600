"""How the commands of the telephone answer: a sentence for a person, or the same for a program to read."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

import click

from tuidang.cli_start import prepare, start_django

JSON = click.option("--json", "as_json", is_flag=True, help="Print it for a program to read.")


@contextmanager
def sentences(*, as_json: bool) -> Iterator[None]:
    """Set Django up, and end with the sentences of what cannot be done, in the shell's language."""
    start_django()
    from django.utils.translation import override

    from tuidang.phone.actions.campaigns import CannotStart, Mistake

    prepare()
    with override("en"):
        try:
            yield
        except CannotStart as error:
            _refuse(error.reasons, as_json=as_json)
        except Mistake as error:
            _refuse((str(error),), as_json=as_json)


def answer(found: object, sentence: str, *, as_json: bool) -> None:
    """Print what was found or done."""
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else sentence)


def _refuse(reasons: Sequence[str], *, as_json: bool) -> NoReturn:
    if not as_json:
        raise click.ClickException("\n".join(reasons)) from None
    click.echo(json.dumps({"obstacles": list(reasons)}, ensure_ascii=False))
    sys.exit(1)
