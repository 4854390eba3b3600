"""Volunteers who come in as real ones do: by the link of an invitation, then by password and code."""

from __future__ import annotations

import base64
import re
import secrets
import time
import urllib.parse
import urllib.request
from http.client import HTTPConnection, HTTPResponse
from http.cookiejar import CookieJar, DefaultCookiePolicy

from django.test import Client

from tuidang.base.clock import china_today, utc_now
from tuidang.volunteers.access import CAME
from tuidang.volunteers.actions import create_volunteer, ways
from tuidang.volunteers.actions.sessions import begin_session
from tuidang.volunteers.middleware import CARRIED
from tuidang.volunteers.models import Role, User
from tuidang.volunteers.totp import STEP, code_at

CHOSEN = "seven quiet herons by the lake"


class Password(str):
    """A password with what an app and a sheet of paper give beside it; `code` gives each code once."""

    secret: bytes
    paper: list[str]
    used: int = 0

    def code(self) -> str:
        """Give a code that was not used yet: the app's next, which a slow machine has longest to take.

        While that one is used, one of those on paper; waits where there is none left.
        """
        step = int(time.time()) // STEP + 1
        if step <= self.used and self.paper:
            return self.paper.pop()
        while step <= self.used:
            time.sleep(0.5)
            step = int(time.time()) // STEP + 1
        self.used = step
        return code_at(self.secret, step)


class _ComesFrom(urllib.request.HTTPHandler):
    """Opens connections from an address of this machine's own."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(HTTPConnection, req, source_address=(self._address, 0))


class Desk:
    """A browser without script at the desk of a running site; `address` is the site's, without a slash.

    `tls`: the site believes that a proxy in front speaks TLS; the browser plays it. `comes_from`: an address
    of this machine's own, for a site bounds what comes from one network.
    """

    def __init__(self, address: str, *, tls: bool = False, comes_from: str = "127.0.0.1") -> None:
        self.jar = CookieJar(DefaultCookiePolicy(secure_protocols=("http", "https")))
        self._browser = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.jar),
            urllib.request.ProxyHandler({}),
            _ComesFrom(comes_from),
        )
        self._address = address
        self._proxied = {"X-Forwarded-Proto": "https"} if tls else {}

    def page(self, path: str, **typed: str) -> str:
        """Return a page in English; what is typed is sent with the token of that page."""
        url, data = self._address + path, None
        if typed:
            found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.page(path))
            assert found, path
            data = urllib.parse.urlencode({"csrfmiddlewaretoken": found[1], **typed}).encode()
        referer = url.replace("http:", "https:") if self._proxied else url
        headers = {"Accept-Language": "en", "Referer": referer, **self._proxied}
        request = urllib.request.Request(url, data, headers)
        with self._browser.open(request, timeout=60) as answer:
            text: str = answer.read().decode()
            return text

    def join(self, link: str) -> Password:
        """Take up an invitation with a password and an app."""
        path = urllib.parse.urlsplit(link).path
        shown = self.page(path)
        secret = re.findall(r'<code id="secret">([A-Z2-7 ]+)</code>', shown)[0].replace(" ", "")
        carried = re.findall(r'name="app" value="([^"]+)"', shown)[0]
        password = Password(CHOSEN)
        password.secret = base64.b32decode(secret)
        code = password.code()
        codes = self.page(path, app=carried, password=CHOSEN, code=code)
        password.used = 0  # the first code only shows that the app has the secret
        password.paper = re.findall(r"<li><code>([a-z0-9-]+)</code>", codes)
        assert len(password.paper) == 10, codes
        return password

    def sign_in(self, pseudonym: str, password: Password) -> None:
        """Sign in with pseudonym, password and code."""
        self.page("/desk/sign-in/", pseudonym=pseudonym, password=password, code=password.code())
        assert self.is_in(), "the desk let nobody in"

    def is_in(self) -> bool:
        """Tell whether the desk knows who this is."""
        return "/desk/sign-out/" in self.page("/desk/account/")


def enter(client: Client, user: User, label: str = "") -> Client:
    """Give a test's client a session as who has shown both factors has one."""
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[CARRIED] = begin_session(user, label, china_today())
    session[CAME] = int(time.time())
    session.save()
    # The session is its cookie: what was written into it is the cookie's new value.
    client.cookies["sessionid"] = session.session_key
    return client


def settle(pseudonym: str, *roles: Role) -> Password:
    """Make an account that is set up with a password and an app, as joining does."""
    user, now = create_volunteer(pseudonym, roles), utc_now()
    password = Password(CHOSEN)
    password.secret = secrets.token_bytes(20)
    ways.set_password(user, CHOSEN, now)
    ways.set_app(user, password.secret, now)
    password.paper = list(ways.make_codes(user, now))
    return password
