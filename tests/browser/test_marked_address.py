"""A visitor with a marked address, agent and pseudonym leaves no trace of them in any byte that we write."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import secrets
import sqlite3
import time
from base64 import b32decode, b64decode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlencode, urlsplit

import pytest
from walk import COMMON, ask

from field_cast import as_sent, sealed_for
from served import Served, serve
from tuidang.volunteers.totp import STEP, code_at
from volunteer_cast import CHOSEN, Password

ADDRESS = "127.66.77.88"  # every address of 127/8 is this machine's
FORWARDED = "198.51.100.231"
AGENT = "Marked-Agent-5e1fd0c7"
PSEUDONYM = "marked-pseudonym"
PASSWORD = "marked-password-41c2"
CODE = "7b3d-marked-code"
SEARCHED = "marked-search-word"
MARKS = [
    *(mark.encode() for mark in (ADDRESS, FORWARDED, AGENT, PSEUDONYM, PASSWORD, CODE, SEARCHED)),
    *(mark.encode("utf-16-le") for mark in (ADDRESS, FORWARDED, AGENT)),
    *(mark.rpartition(".")[0].encode() + b"." for mark in (ADDRESS, FORWARDED)),  # their networks too
]
HEADERS = {"User-Agent": AGENT, "X-Forwarded-For": FORWARDED, "Accept-Language": "en"}
FORM = "application/x-www-form-urlencoded"
TEXT = "从那个冬天起，我不再相信。"


class Marked:
    """The visitor: every request comes from the marked address and with the marked agent."""

    def __init__(self, site: Served) -> None:
        self._site = site
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> tuple[int, str]:
        """Open a page."""
        return self._send("GET", path, b"", "")

    def send(self, path: str, **fields: str) -> tuple[int, str]:
        """Send a form."""
        return self._send("POST", path, urlencode(fields).encode(), FORM)

    def ask(self, path: str, body: bytes) -> tuple[int, str]:
        """Ask the interface for programs."""
        return self._send("POST", f"/api/v1/{path}", body, "application/json")

    def seal(self, path: str, code: str, body: object) -> tuple[int, str]:
        """Send as a phone at a site does."""
        own = {"Authorization": f"Team {code}"}
        return self._send("POST", path, json.dumps(body).encode(), "application/json", own)

    def _send(
        self, method: str, path: str, body: bytes, kind: str, more: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[int, str]:
        host, port = self._site.address.removeprefix("http://").split(":")
        line = http.client.HTTPConnection(host, int(port), source_address=(ADDRESS, 0), timeout=60)
        cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        with suppress(BrokenPipeError):  # too long a body is answered before it is read
            line.request(method, path, body, {**HEADERS, **cookies, **more, "Content-Type": kind})
        answer = line.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.read().decode(errors="replace")

    def token(self, path: str) -> str:
        """Read the token off a form of the desk."""
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(path)[1])
        assert found
        return found[1]


@pytest.fixture(params=["no", "yes"], ids=["alone", "behind a proxy"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give a running site of its own, as a newcomer starts it, or as it runs behind a proxy of ours."""
    with serve(tmp_path_factory.mktemp("marked"), TUIDANG_BEHIND_PROXY=request.param) as site:
        yield site


def test_no_byte_that_is_written_names_who_came(served: Served) -> None:
    visitor = Marked(served)
    receipt = _post(visitor)
    _stand_at_a_site(visitor, served)
    _make_every_mistake(visitor)
    _fail_to_sign_in(visitor)
    assert not find_marks(served.folder), "while it waits"

    served.publish()
    published = ask(served, "receipts", {"receipt": receipt, "name": COMMON})
    assert published["state"] == "published"
    assert find_marks(served.folder, [TEXT.encode()]), "the text is public: the search does find things"
    assert not find_marks(served.folder), "after publication"

    _join(visitor, served.run("volunteer", "invite", "birch", "--role", "reviewer").split()[-1])
    _review(visitor, served.add_volunteer("linden", "reviewer"), int(str(published["index"])))
    visitor.send("/en/my-statement/", receipt=receipt, name=COMMON, step="erase")
    served.publish()
    assert not find_marks(served.folder), "after reviewing and an erasure"
    assert not find_marks(served.folder, [TEXT.encode()]), "the text is nowhere any more"


def test_the_search_finds_a_mark_wherever_it_lies(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "private.sqlite3") as database:
        database.execute("PRAGMA secure_delete=OFF")
        database.execute("CREATE TABLE visit (address TEXT)")
        database.execute("INSERT INTO visit VALUES (?)", [ADDRESS])
        database.execute("DELETE FROM visit")
    (tmp_path / "day.jsonl.gz").write_bytes(gzip.compress(b"x") + gzip.compress(AGENT.encode()))
    (tmp_path / FORWARDED).write_text("")
    (tmp_path / "clean").write_text("127.66.78.88")
    assert find_marks(tmp_path) == ["198.51.100.231", "day.jsonl.gz", "private.sqlite3"]


def find_marks(folder: Path, marks: list[bytes] = MARKS) -> list[str]:
    """Name every file below a folder that has a mark: in its name, in its bytes, or in them unpacked."""
    found = []
    for path in sorted(folder.rglob("*")):
        data = str(path.relative_to(folder)).encode()
        if path.is_file():
            with suppress(FileNotFoundError):  # the running site takes a temporary file away meanwhile
                raw = path.read_bytes()
                data += raw + (gzip.decompress(raw) if path.name.endswith(".gz") else b"")
        if any(mark in data for mark in marks):
            found.append(str(path.relative_to(folder)))
    return found


def _post(visitor: Marked) -> str:
    """Post by page and by program, look up and search; return the receipt of the page."""
    form = {"name": COMMON, "orgs": "party", "text": TEXT, "consent": "own", "region": "CN-SD"}
    key = secrets.token_hex(16)
    for path in ("/", "/zh-hans/", "/zh-hans/write/", "/zh-hans/register/", "/log/checkpoint"):
        assert visitor.get(path)[0] in {200, 302}
    assert visitor.send("/zh-hans/write/", **form, step="preview")[0] == 200
    status, page = visitor.send("/zh-hans/write/", **form, step="post", key=key)
    assert status == 200
    other = {"name": "金福", "text": "我退出。", "orgs": ["party"], "idempotency_key": key}
    assert visitor.ask("statements", json.dumps({**form, **other}).encode())[0] == 201
    receipt = re.search(r"\d{4}( \d{4}){3}", re.sub("<[^>]+>", "", page))
    assert receipt
    assert visitor.send("/en/my-statement/", receipt=receipt[0], name=COMMON, step="find")[0] == 200
    assert visitor.send("/en/register/search/", by="words", words=SEARCHED)[0] == 200
    assert visitor.send("/en/register/search/", by="name", name=SEARCHED)[0] == 200
    assert visitor.send("/en/hide/", number="3")[0] == 200
    return receipt[0]


def _stand_at_a_site(visitor: Marked, served: Served) -> None:
    """Fetch the app, and send what it seals, what nothing opens, and under a code that nobody has."""
    for path in ("", "zh-hans/", "worker.js", "names.json"):
        assert visitor.get(f"/field/{path}")[0] in {200, 302}
    week, key = next(iter(json.loads(visitor.get("/field/keys.json")[1]).items()))
    code = (served.data / "sealing-sample" / "team-code").read_text().strip()
    body = as_sent(sealed_for(b64decode(key), week, 1))
    assert visitor.seal("/field/site", code, {})[0] == 200
    assert "kept" in visitor.seal("/field/send", code, body)[1]
    assert visitor.seal("/field/send", code, {"entries": [AGENT]})[0] == 400
    assert visitor.seal("/field/send", CODE, body)[0] == 401


def _make_every_mistake(visitor: Marked) -> None:
    """Send what cannot be read, is too long, leads nowhere, or is tried too often."""
    assert visitor.get(f"/en/{SEARCHED}/")[0] == 404
    assert visitor.get(f"/en/register/day/{SEARCHED}/")[0] == 404
    assert visitor.ask("statements", f'{{"{SEARCHED}"'.encode())[0] == 400
    assert visitor.send("/en/write/", text=SEARCHED * 100_000, step="preview")[0] == 413
    assert visitor.send("/desk/sign-in/", next=SEARCHED)[0] == 403
    wrong = {"receipt": "1234 5678 9012 3456", "name": SEARCHED, "step": "find"}
    assert {visitor.send("/en/my-statement/", **wrong)[0] for _ in range(12)} <= {404, 422, 429}
    for odd in ("%00", "%ff", "%ed%a0%80", "..%2f..%2fetc%2fpasswd"):
        assert visitor.get(f"/en/statement/{odd}/?{SEARCHED}")[0] == 404


def _fail_to_sign_in(visitor: Marked) -> None:
    for _ in range(9):
        token = visitor.token("/desk/sign-in/")
        tried = {"csrfmiddlewaretoken": token, "pseudonym": PSEUDONYM, "password": PASSWORD, "code": CODE}
        assert visitor.send("/desk/sign-in/", **tried)[0] in {
            200,
            429,
        }  # how soon it slows down: test_sign_in


def _join(visitor: Marked, link: str) -> None:
    """Take up an invitation, with every mistake; look at the account, change it, and leave."""
    path = urlsplit(link).path
    shown = visitor.get(path)[1]
    fields = {
        "csrfmiddlewaretoken": visitor.token(path),
        "app": re.findall(r'name="app" value="([^"]+)"', shown)[0],
    }
    for wrong in ({"password": PASSWORD, "code": CODE}, {"credential": SEARCHED, "challenge": SEARCHED}):
        assert visitor.send(path, **fields, **wrong)[0] == 200
    letters = re.findall(r'<code id="secret">([A-Z2-7 ]+)</code>', shown)[0].replace(" ", "")
    code = code_at(b32decode(letters), int(time.time()) // STEP + 1)
    assert "Recovery codes" in visitor.send(path, **fields, password=CHOSEN, code=code)[1]
    token = visitor.token("/desk/account/")
    for change in ("account/codes/", "account/passkey/", "account/sessions/", "account/app/", "password/"):
        more = {"credential": SEARCHED, "challenge": SEARCHED, "code": CODE, "old_password": PASSWORD}
        assert visitor.send(f"/desk/{change}", csrfmiddlewaretoken=token, **more)[0] in {200, 302}
    assert visitor.send("/desk/sign-out/", csrfmiddlewaretoken=visitor.token("/desk/account/"))[0] == 302


def _review(visitor: Marked, password: Password, leaf: int) -> None:
    """Sign in, look at what is there, and sign out."""
    token = visitor.token("/desk/sign-in/")
    tried = {"csrfmiddlewaretoken": token, "pseudonym": "linden", "password": password}
    assert visitor.send("/desk/sign-in/", **tried, code=CODE)[0] == 200
    assert visitor.send("/desk/sign-in/passkey/", **tried, credential=SEARCHED, challenge=SEARCHED)[0] == 200
    assert visitor.get(f"/desk/join/{SEARCHED}/")[0] == 404
    assert visitor.send("/desk/sign-in/", **tried, code=password.code())[0] == 302
    for path in ("/desk/", "/desk/decided/", "/desk/requests/", f"/desk/published/{leaf}/"):
        assert visitor.get(path)[0] == 200
    token = visitor.token("/desk/published/3/")
    assert visitor.send("/desk/published/3/", csrfmiddlewaretoken=token, move="ask")[0] == 200
    assert visitor.send("/desk/sign-out/", csrfmiddlewaretoken=visitor.token("/desk/"))[0] == 302
