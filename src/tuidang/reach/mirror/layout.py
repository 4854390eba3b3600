"""Where everything lies in a mirror, and where an address of the site leads in one. Pure.

An address becomes a folder with `index.html`, so that any web server, and none at all, shows it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urljoin, urlsplit

from tuidang.base.words import LANGUAGES
from tuidang.tlog.tiles import HEIGHT, WIDTH, bundle_path, levels, tile_path, tile_width

LOG = "log"
OWN = "mirror"  # the folder of what a mirror says of itself
MANIFEST = f"{OWN}/manifest"
FILES_KEY = f"{OWN}/files-key"
ABOUT = f"{OWN}/about.json"
CHECKPOINT_FILE = f"{LOG}/checkpoint"
SCRIPT = f"{OWN}/check.js"
FOLDERS = ("trust", "editions", "audio")  # of the data folder; they go along as they are
UNSIGNED = (MANIFEST, FILES_KEY)  # what no manifest lists: they are signed themselves

_STEPS = re.compile(r"/(?:[A-Za-z0-9_][A-Za-z0-9_.~-]*/)*(?:[A-Za-z0-9_][A-Za-z0-9_.~-]*)?", re.ASCII)
_QUERY = re.compile(r"(before|from|type)=([a-z0-9]{1,20})", re.ASCII)
_STATEMENT = re.compile(r"/([a-z-]+)/statement/(\d{1,15})/(?:\d{1,9}/)?", re.ASCII)
_DAY = re.compile(r"/([a-z-]+)/register/day/(\d{4}-\d\d-\d\d)/", re.ASCII)
_FEED = re.compile(r"/[a-z-]+/feed/.*")
_AT_ORIGIN = ("/api/", "/q/", "/c/", "/desk/", "/field/")  # for programs, for who has paper, for volunteers


def section_path(name: str) -> str:
    """Give the path of a section of the manifest."""
    return f"{MANIFEST}-{name}"


def older_page(language: str) -> str:
    """Give the address, in a mirror only, that tells where days are which have no page in it."""
    return f"/{language}/copy/older/"


def about_page(language: str) -> str:
    """Give the address, in a mirror only, that tells of what it is a copy, and of when."""
    return f"/{language}/copy/"


def tile_files(size: int) -> Iterator[str]:
    """List the files of a log of this size that its checkpoint signs, below its folder."""
    for level in range(levels(size)):
        for number in range(-(-(size >> HEIGHT * level) // WIDTH)):
            yield tile_path(level, number, tile_width(level, number, size))
    for number in range(-(-size // WIDTH)):
        yield bundle_path(number, tile_width(0, number, size))


def file_of(address: str) -> str:
    """Give the file of an address (path and query) of the site."""
    path, _, query = address.partition("?")
    named = f"{query.replace('=', '-')}/" if query else ""
    if path.endswith("/"):
        return f"{path[1:]}{named}{'index.xml' if _FEED.fullmatch(path) else 'index.html'}"
    return f"{path[1:]}/{named}index.html" if named else path[1:]


def way(start: str, target: str) -> str:
    """Give the way from one file of a mirror to another."""
    return posixpath.relpath(target, posixpath.dirname(start) or ".")


class Kind(Enum):
    """What a link leads to."""

    PAGE = "page"  # of the site, and so of the mirror
    FILE = "file"  # that lies in the mirror as it is
    ORIGIN = "origin"  # what only the site itself has


@dataclass(frozen=True)
class Place:
    """Where a link leads: a file of the mirror, or an address (path and query) at the origin."""

    kind: Kind
    address: str
    file: str = ""
    fragment: str = ""


@dataclass(frozen=True)
class Scope:
    """What of the site has a page in a mirror: of the register only the newest days."""

    days: Collection[str]  # as ISO 8601 writes them
    newest: str  # of the days; empty without any
    first: int  # the first statement that has a page
    size: int
    files: Collection[str]  # of log, editions and audio

    def place(self, link: str, at: str) -> Place | None:
        """Say where a link on the page of this address leads; None where that is not on this site."""
        if not link or link.startswith(("#", "//")) or urlsplit(link).scheme:
            return None
        joined, _, fragment = urljoin(at, link).partition("#")
        address = joined.removesuffix("?")
        path, _, query = address.partition("?")
        if not _STEPS.fullmatch(path) or path.startswith(_AT_ORIGIN):
            return Place(Kind.ORIGIN, joined, fragment=fragment)
        first = path.split("/")[1]
        if first in (LOG, "static", *FOLDERS):
            known = first == "static" or path[1:] in self.files
            return Place(Kind.FILE if known else Kind.ORIGIN, path, path[1:] if known else "", fragment)
        if query and not _QUERY.fullmatch(query):
            return Place(Kind.ORIGIN, joined, fragment=fragment)
        return self._page(address, path, fragment)

    def _page(self, address: str, path: str, fragment: str) -> Place:
        if (found := _STATEMENT.fullmatch(path)) and not self.first <= int(found[2]) < self.size:
            page = f"/{found[1]}/verify/"  # where any statement can be read, if the browser runs scripts
            return Place(Kind.PAGE, page, file_of(page), found[2])
        if (found := _DAY.fullmatch(path)) and not (found[2] in self.days and self._reaches(address)):
            page = older_page(found[1])
            return Place(Kind.PAGE, page, file_of(page))
        if path.endswith("/register/") and "before=" in address:
            # Where the pages of the newest begin changes with each publication; those of a day stay.
            page = f"{path}day/{self.newest}/" if self.newest else path
            return Place(Kind.PAGE, page, file_of(page))
        return Place(Kind.PAGE, address, file_of(address), fragment)

    def _reaches(self, address: str) -> bool:
        """Tell whether a part of a day's list begins where statements have pages."""
        before = address.partition("?before=")[2]
        return not before or (before.isdecimal() and int(before) > self.first)


def language_of(address: str) -> str:
    """Give the language of a page; that of the register's people where it says none."""
    first = address.split("/")[1]
    return first if first in LANGUAGES else "zh-hans"
