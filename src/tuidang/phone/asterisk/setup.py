"""What Asterisk is started from here: settings, the trunks in the database, passwords in the key folder."""

from __future__ import annotations

from pathlib import Path

from tuidang.base.options import Options
from tuidang.phone.asterisk.config import Line, Ports, Setup
from tuidang.phone.models import Trunk


def read_setup(options: Options) -> Setup:
    """Read what Asterisk is to be, with a new password for our side of it."""
    address, sip = options.phone_sip
    low, high = options.phone_rtp
    lines = tuple(_line(options, trunk) for trunk in Trunk.objects.order_by("name"))
    ports = Ports(options.phone_http, sip, low, high)
    return Setup(options.data, lines, ports, address, desks=options.phone_desks)


def password_file(options: Options, trunk: str) -> Path:
    """Name the file that holds the password of a trunk."""
    return options.keys / "trunks" / trunk


def _line(options: Options, trunk: Trunk) -> Line:
    try:
        password = password_file(options, trunk.name).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        password = ""
    return Line(trunk.name, trunk.host, trunk.username, password, trunk.caller, channels=trunk.channels)
