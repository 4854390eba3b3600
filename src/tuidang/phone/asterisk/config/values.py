"""What Asterisk is started from: trunks, desk telephones, ports, folders."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

APPLICATION = "tuidang"  # the name under which our ARI client takes calls, and its user's
HOTLINE_APPLICATION = "tuidang-hotline"  # under which it takes what comes in by trunks
HANDED_OVER = "key-8"  # first argument of a call that the dialler gives to the hotline; then its region
MET_PERSON = "met-person"  # what the hotline tells the dialler when a volunteer has answered
MARK = "TUIDANG"  # the channel variable that says what a channel is for; never a number


@dataclass(frozen=True)
class Line:
    """Hold what Asterisk must know of a trunk."""

    name: str  # a slug; what is dialled is PJSIP/<number>@<endpoint>
    host: str  # where the carrier listens: host:port
    username: str = ""
    password: str = field(default="", repr=False)
    caller: str = ""  # E.164 digits, the one true caller identity
    keys: str = "auto_info"  # Asterisk's dtmf_mode: RFC 4733 where it is offered, else SIP INFO
    channels: int = 10  # calls at once


@dataclass(frozen=True)
class Desk:
    """Hold with what a desk telephone, in a volunteer's browser, signs in; it is rung as PJSIP/<name>."""

    name: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Ports:
    """Hold the ports of one Asterisk."""

    http: int = 8088  # ARI, and SIP over WebSocket where there are desk telephones; on loopback
    sip: int = 5060
    rtp_low: int = 10000
    rtp_high: int = 19999

    @property
    def calls(self) -> int:
        """Say how many calls the ports of the sound carry: each takes two, and a third is never given out."""
        return (self.rtp_high - self.rtp_low) // 2


@dataclass(frozen=True)
class Setup:
    """Hold all that one Asterisk is started from."""

    data: Path  # the data folder; everything of the phone lies in data/phone
    lines: tuple[Line, ...] = ()
    ports: Ports = Ports()
    address: str = "127.0.0.1"  # where SIP listens
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)  # of the ARI user
    desks: int = 0  # desk telephones

    @property
    def folder(self) -> Path:
        """Name the folder of the generated configuration."""
        return self.data / "phone" / "etc"

    @property
    def run(self) -> Path:
        """Name the folder of everything that Asterisk writes."""
        return self.data / "phone" / "run"

    @property
    def sounds(self) -> Path:
        """Name the folder in which sounds are looked up."""
        return self.data / "phone" / "sounds"

    @property
    def desk_names(self) -> tuple[str, ...]:
        """Name the desk telephones."""
        return tuple(desk_name(number, self.password) for number in range(1, self.desks + 1))

    @property
    def calls(self) -> int:
        """Say how many calls at once the trunks and desk telephones ask for."""
        return sum(line.channels for line in self.lines) + self.desks

    def endpoint(self, line: Line) -> str:
        """Name what Asterisk dials by."""
        return endpoint_of(line.name, line.host, line.caller, self.password)

    @property
    def user(self) -> str:
        """Name the ARI user."""
        return APPLICATION

    @property
    def ari(self) -> str:
        """Return the address under which ARI answers."""
        return f"http://127.0.0.1:{self.ports.http}/ari"


def endpoint_of(name: str, host: str, caller: str, password: str) -> str:
    """Name the endpoint of a trunk after where it leads, whom it shows, and ARI's password of this start.

    So a trunk that was changed since Asterisk was started is unknown to it, and nobody is called by the old
    one under the rules of the new one. And a carrier cannot name it: an answer of his that redirects a call
    ("302", to PJSIP/<any number>@<endpoint>) is obeyed by Asterisk, and no setting forbids it.
    """
    return f"{name}-{_derive(password, f'{host} {caller}')[:20]}"


def desk_name(number: int, password: str) -> str:
    """Name the desk telephone of a number from 1, after ARI's password of this start.

    So no carrier can name it, to ring a volunteer by a call that he redirects. A dot is in no trunk's name.
    """
    return f"desk.{number}-{_derive(password, f'desk name {number}')[:20]}"


def desk_of(number: int, password: str, volunteer: UUID) -> Desk:
    """Give the desk telephone of a number as a volunteer signs in there while he is on duty at it.

    Whoever may steer Asterisk can hand it out, nobody keeps it, and the next start makes it worthless. What
    one knows who sat there before opens nothing: the hotline tells Asterisk who sits there now.
    """
    secret = _derive(password, f"desk secret {number} {volunteer.hex}")
    return Desk(desk_name(number, password), secret)


def _derive(password: str, purpose: str) -> str:
    return hmac.digest(password.encode(), purpose.encode(), "sha256").hex()
