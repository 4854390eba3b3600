"""The command `tuidang mail`: the robot that answers letters."""

from __future__ import annotations

import click

from tuidang.cli_answers import sentences


@click.group()
def mail() -> None:
    """Answer letters with small files, for whoever can reach nothing of ours but a mailbox.

    \b
    Examples:
      tuidang mail answer
    """


@mail.command()
@click.option("--once", is_flag=True, help="Look once, say how many were answered, and end.")
def answer(*, once: bool) -> None:
    """Answer letters that ask for books, tools or mirrors, and delete each, until stopped.

    It can be killed at any moment; the next start goes on. Nothing of a letter is logged or kept.

    \b
    Examples:
      tuidang mail answer
      tuidang mail answer --once
    """
    with sentences(as_json=False):
        from django.conf import settings

        from tuidang.base.clock import utc_now
        from tuidang.reach.mail.box import MailFault
        from tuidang.reach.mail.service import NotSet, Robot, read_post, run

        try:
            if not once:
                run(settings.TUIDANG)
                return
            done = Robot(read_post(settings.TUIDANG), settings.TUIDANG).look(utc_now())
        except (NotSet, MailFault) as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"Answered {done.answered}, deleted {done.deleted} without an answer, {done.waiting} wait.")
