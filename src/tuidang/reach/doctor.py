"""What `tuidang doctor` looks at of the ways to us: the onion, the robot for letters, mirror lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from tuidang.base.clock import china_today
from tuidang.base.options import Options

_SOON: Final = timedelta(days=3)
Told = tuple[str, str, str]  # level, what, mend


def examine_ways(options: Options) -> Iterator[Told]:
    """Look at the settings of the onion and of the robot."""
    if options.onion:
        yield "good", "the site can be opened as an onion", ""
        if not options.https:
            yield (
                "advice",
                "no page tells Tor Browser of the onion: only over TLS would that be believed",
                "TUIDANG_HTTPS=yes, when a proxy speaks TLS (docs/how-to/run-an-onion.md)",
            )
    needed = {
        "TUIDANG_MAIL_ADDRESS": options.mail_address,
        "TUIDANG_MAIL_IMAP": options.mail_imap,
        "TUIDANG_MAIL_SMTP": options.mail_smtp,
        "TUIDANG_MAIL_SERVER": options.mail_server,
    }
    if not any(needed.values()):
        return
    if missing := [name for name, value in needed.items() if not value]:
        yield (
            "wrong",
            "the robot that answers letters is set in part, and answers nothing",
            f"set {', '.join(missing)} too (docs/how-to/answer-by-mail.md), or none of them",
        )
        return
    if not (options.keys / "mail-password").is_file():
        yield (
            "wrong",
            "the robot that answers letters has no password for its mailbox",
            f"put it into {options.keys / 'mail-password'} (docs/how-to/answer-by-mail.md)",
        )
        return
    yield "good", f"letters to {options.mail_address} can be answered", ""


def examine_lists(options: Options) -> Iterator[Told]:
    """Look at the sets of mirrors: canaries, and what letters are answered with. Needs the database."""
    from tuidang.reach.lists.queries import all_sets, assigned
    from tuidang.reach.mail.stock import SET

    sets, today = all_sets(), china_today()
    _names, mirrors, places = assigned()
    if sets and (left := len(set(mirrors) - set(places))):
        yield (
            "advice",
            f"{left} mirrors are in no set, so nobody is told them",
            "tuidang mirror-list hand-out",
        )
    for one in sets:
        if one.canary is None or one.canary.until < today:
            yield (
                "advice",
                f"the mirror list {one.name} has no canary that counts",
                f"whoever answers for it says one: tuidang mirror-list canary {one.name} --words …",
            )
        elif one.canary.until <= today + _SOON:
            yield (
                "advice",
                f"the canary of the mirror list {one.name} counts until {one.canary.until} only",
                f"tuidang mirror-list canary {one.name} --words …",
            )
    if options.mail_address and not any(one.name == SET and one.live for one in sets):
        yield (
            "advice",
            "whoever asks by letter for mirrors is told none",
            f"tuidang mirror-list add-set {SET} --title …, then hand-out",
        )
