"""The settings of the platform: read once from the environment, with defaults that are safe to run."""

from __future__ import annotations

import os
import re
from base64 import b32decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha3_256
from ipaddress import IPv4Address, ip_address
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

T = TypeVar("T")

_HOST = re.compile(r"[^/:\[\]]+|\[[0-9a-f:]+\]")  # a name or an address: no scheme, no port, no path
_ONION = re.compile(r"[a-z2-7]{56}\.onion")
_MAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_ABROAD = re.compile(r"00(?!86)[1-9][0-9]{6,14}")  # a number abroad as it is dialled in China


class MailServer(NamedTuple):
    """A mail server that speaks TLS from the first byte, and as whom we sign in there."""

    user: str
    host: str
    port: int


@dataclass(frozen=True)
class Options:
    """Hold every setting; `docs/reference/settings.md` describes each by its variable's name."""

    data: Path  # everything we write: keys, private database, public folder
    host: str  # address the web server listens on
    port: int
    hosts: tuple[str, ...]  # names under which browsers may ask for the site
    https: bool  # a proxy in front speaks TLS: cookies are marked secure, browsers are told to stay
    behind_proxy: bool  # the visitor's address (used in memory only) is the last one in X-Forwarded-For
    database: str  # postgres://… ; empty: SQLite in the data folder
    workers: int
    threads: int
    names: Path | None  # folder with richer name statistics
    prefixes: Path | None  # table of networks and provinces: daily totals of origin are counted and published
    witnesses: Path | None  # policy (c2sp.org/tlog-policy) with the witnesses that the log asks
    rare_name: int  # a real full name borne by fewer people in its region is published as surname and 某
    queue_bound: int  # statements that may wait before the form closes
    free_disk: int  # percent of the disk that must stay free before the form closes
    operator: str  # who answers for the site, shown on the privacy page
    contact: str
    phone: bool  # `tuidang up` brings the telephone up behind a sample register
    phone_live: bool  # trunks that are marked live may call real people
    phone_sip: tuple[str, int]  # address and port on which Asterisk speaks SIP
    phone_rtp: tuple[int, int]  # lowest and highest port of the sound
    phone_http: int  # port on this machine under which the dialler speaks to Asterisk
    phone_desks: int  # telephones for volunteers' browsers
    phone_lab: int  # port of the simulated carrier
    phone_hotline: str  # where we can be called, as it is dialled in China; empty: key 8 gives no PIN
    onion: str  # the site's host name as an onion service; empty: there is none
    mail_address: str  # to which people write, and from which a robot answers; empty: there is none
    mail_imap: MailServer | None  # where their letters lie
    mail_smtp: MailServer | None  # by which the answers leave
    mail_server: str  # the name by which our mail server says in a letter whose it is
    giving_name: str  # who receives gifts, as its receipts say; empty: nobody is asked for any
    giving_address: str
    giving_ein: str  # its number with the tax office of the United States
    giving_bank: tuple[str, ...]  # lines that say where to transfer money to
    giving_hour: tuple[str, int] | None  # what an hour of calling costs: a currency, and cents of it
    giving_stripe: Path | None  # file of secrets with which gifts are taken by Stripe
    giving_btcpay: Path | None  # likewise by a BTCPay Server

    @cached_property
    def keys(self) -> Path:
        """Name the folder of secret keys."""
        return self.data / "keys"

    @cached_property
    def log(self) -> Path:
        """Name the public folder."""
        return self.data / "log"

    @cached_property
    def trust(self) -> Path:
        """Name the public folder of the trust root."""
        return self.data / "trust"

    @cached_property
    def sqlite(self) -> Path:
        """Name the file of the private database when it is SQLite."""
        return self.data / "private.sqlite3"


@dataclass(frozen=True)
class Problem:
    """Say which setting is wrong, and how to mend it."""

    name: str
    value: str
    mend: str

    def __str__(self) -> str:
        return f"{self.name}={self.value!r}: {self.mend}"


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ValueError(f"{value} is not from {low} to {high}")
        return value

    return read


def _yes(text: str) -> bool:
    if text.lower() in {"yes", "no"}:
        return text.lower() == "yes"
    raise ValueError(text)


def _database(text: str) -> str:
    if text and urlsplit(text).scheme not in {"postgres", "postgresql"}:
        raise ValueError(text)
    return text


def _address_and_port(text: str) -> tuple[str, int]:
    address, _, port = text.rpartition(":")
    return str(IPv4Address(address)), _whole(1, 65535)(port)


def _port_range(text: str) -> tuple[int, int]:
    low, high = (_whole(1024, 65535)(port) for port in text.split("-"))
    if high - low < 3:  # one call takes two, and a third is never given out
        raise ValueError(text)
    return low, high


def _onion(text: str) -> str:
    """Read the name of an onion of version 3 (rend-spec-v3, section 6): a slip of the pen has a wrong sum."""
    if not text:
        return ""
    if not _ONION.fullmatch(text):
        raise ValueError(text)
    known = b32decode(text.removesuffix(".onion").upper())
    key, total, version = known[:32], known[32:34], known[34:]
    if version != b"\x03" or total != sha3_256(b".onion checksum" + key + version).digest()[:2]:
        raise ValueError(text)
    return text


def _mail(text: str) -> str:
    if text and not _MAIL.fullmatch(text):
        raise ValueError(text)
    return text


def _hostname(text: str) -> str:
    if text and not re.fullmatch(r"[A-Za-z0-9.-]{1,253}", text):
        raise ValueError(text)
    return text


def _mail_server(scheme: str, port: int) -> Callable[[str], MailServer | None]:
    def read(text: str) -> MailServer | None:
        if not text:
            return None
        parts = urlsplit(text)
        known = parts.username and parts.hostname and parts.path in {"", "/"}
        if parts.scheme != scheme or not known or parts.password is not None:
            raise ValueError(text)
        return MailServer(unquote(parts.username or ""), parts.hostname or "", parts.port or port)

    return read


def _ein(text: str) -> str:
    if text and not re.fullmatch(r"\d{2}-\d{7}", text):
        raise ValueError(text)
    return text


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("|") if line.strip())


def _price(text: str) -> tuple[str, int] | None:
    if not text:
        return None
    found = re.fullmatch(r"(USD|CAD|EUR|GBP|AUD|HKD|TWD) (\d{1,6})\.(\d{2})", text)
    if found is None or not int(found[2] + found[3]):
        raise ValueError(text)
    return found[1], int(found[2] + found[3])


def _hotline(text: str) -> str:
    digits = re.sub(r"[ ()-]", "", text)
    digits = f"00{digits[1:]}" if digits.startswith("+") else digits
    if text and not _ABROAD.fullmatch(digits):
        raise ValueError(text)
    return digits


def _folder(text: str) -> Path | None:
    if not text:
        return None
    path = _path(text)
    if not path.is_dir():
        raise ValueError(text)
    return path


def _table(text: str) -> Path | None:
    if not text:
        return None
    path = _path(text)
    if not path.is_file():
        raise ValueError(text)
    return path


def _own_folder(text: str) -> Path:
    path = _path(text)
    try:
        usable = path.is_dir() or not path.exists()
    except OSError as error:  # too long a name, or a folder that we may not look into
        raise ValueError(text) from error
    if not usable:
        raise ValueError(text)
    return path


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as error:  # nobody here has that home
        raise ValueError(text) from error


def _address(text: str) -> str:
    return text if text == "localhost" else str(ip_address(text))


def _hosts(text: str) -> tuple[str, ...]:
    names = tuple(text.replace(",", " ").split())
    if not names or not all(_HOST.fullmatch(name) for name in names):
        raise ValueError(text)
    return names


def read_options(environ: Mapping[str, str] = os.environ) -> tuple[Options, tuple[Problem, ...]]:
    """Read all settings; a wrong one keeps its default and is named among the problems."""
    problems: list[Problem] = []

    def get(name: str, default: str, read: Callable[[str], T], mend: str) -> T:
        value = environ.get(name, "").strip() or default
        try:
            return read(value)
        except ValueError:
            # The address of a database bears its password, and what is wrong is printed and kept in journals.
            shown = "(not shown)" if name == "TUIDANG_DATABASE" else value
            problems.append(Problem(name, shown, mend))
            return read(default)

    options = Options(
        data=get("TUIDANG_DATA", "var", _own_folder, "name a folder, there already or not"),
        host=get("TUIDANG_HOST", "127.0.0.1", _address, "give an address of this machine, in numbers"),
        port=get("PORT", "8000", _whole(1, 65535), "give a port number from 1 to 65535"),
        hosts=get(
            "TUIDANG_HOSTS",
            "localhost 127.0.0.1 [::1]",
            _hosts,
            "list the site's names, separated by spaces, without scheme and port",
        ),
        https=get("TUIDANG_HTTPS", "no", _yes, "say yes or no"),
        behind_proxy=get("TUIDANG_BEHIND_PROXY", "no", _yes, "say yes or no"),
        database=get(
            "TUIDANG_DATABASE", "", _database, "give postgres://user:password@host/name, or nothing"
        ),
        workers=get("TUIDANG_WORKERS", "1", _whole(1, 64), "give a number from 1 to 64"),
        threads=get("TUIDANG_THREADS", "4", _whole(1, 64), "give a number from 1 to 64"),
        names=get("TUIDANG_NAMES", "", _folder, "name a folder that holds the tables, or nothing"),
        prefixes=get("TUIDANG_PREFIXES", "", _table, "name a file of lines prefix,province, or nothing"),
        witnesses=get("TUIDANG_WITNESSES", "", _table, "name a policy file of witnesses, or nothing"),
        rare_name=get(
            "TUIDANG_RARE_NAME", "1000", _whole(100, 1_000_000), "give a number from 100 to 1000000"
        ),
        queue_bound=get(
            "TUIDANG_QUEUE_BOUND", "1000000", _whole(100, 100_000_000), "give a number from 100 to 100000000"
        ),
        free_disk=get("TUIDANG_FREE_DISK", "10", _whole(1, 50), "give a percentage from 1 to 50"),
        operator=get("TUIDANG_OPERATOR", "", str, "say who answers for this site"),
        contact=get("TUIDANG_CONTACT", "", str, "say how that person is reached"),
        phone=get("TUIDANG_PHONE", "yes", _yes, "say yes or no"),
        phone_live=get("TUIDANG_PHONE_LIVE", "no", _yes, "say yes or no"),
        phone_sip=get(
            "TUIDANG_PHONE_SIP",
            "127.0.0.1:5060",
            _address_and_port,
            "give an IPv4 address and port, as in 127.0.0.1:5060",
        ),
        phone_rtp=get(
            "TUIDANG_PHONE_RTP",
            "10000-19999",
            _port_range,
            "give the lowest and highest port, as in 10000-19999",
        ),
        phone_http=get("TUIDANG_PHONE_HTTP", "8088", _whole(1, 65535), "give a port number from 1 to 65535"),
        phone_desks=get("TUIDANG_PHONE_DESKS", "0", _whole(0, 200), "give a number from 0 to 200"),
        phone_lab=get("TUIDANG_PHONE_LAB", "5070", _whole(1, 65535), "give a port number from 1 to 65535"),
        phone_hotline=get(
            "TUIDANG_PHONE_HOTLINE",
            "",
            _hotline,
            "give a number outside China with its country's code, as in +1 202 555 0100, or nothing",
        ),
        onion=get(
            "TUIDANG_ONION", "", _onion, "give the name that tor wrote into its file hostname, or nothing"
        ),
        mail_address=get("TUIDANG_MAIL_ADDRESS", "", _mail, "give an address of mail, or nothing"),
        mail_imap=get(
            "TUIDANG_MAIL_IMAP", "", _mail_server("imaps", 993), "give imaps://user@host, or nothing"
        ),
        mail_smtp=get(
            "TUIDANG_MAIL_SMTP", "", _mail_server("smtps", 465), "give smtps://user@host, or nothing"
        ),
        mail_server=get("TUIDANG_MAIL_SERVER", "", _hostname, "give the name of a host, or nothing"),
        giving_name=get("TUIDANG_GIVING_NAME", "", str, "say who receives gifts"),
        giving_address=get("TUIDANG_GIVING_ADDRESS", "", str, "say where it is, on one line"),
        giving_ein=get("TUIDANG_GIVING_EIN", "", _ein, "give its EIN, as in 12-3456789, or nothing"),
        giving_bank=get(
            "TUIDANG_GIVING_BANK", "", _lines, "say where to transfer money to, with | between two lines"
        ),
        giving_hour=get(
            "TUIDANG_GIVING_HOUR", "", _price, "give currency and price, as in USD 1.20, or nothing"
        ),
        giving_stripe=get("TUIDANG_GIVING_STRIPE", "", _table, "name a file with its secrets, or nothing"),
        giving_btcpay=get("TUIDANG_GIVING_BTCPAY", "", _table, "name a file with its secrets, or nothing"),
    )
    return options, tuple(problems)
