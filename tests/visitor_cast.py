"""A visitor without script: opens pages, fills in forms and presses buttons, as a plain browser does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from unittest.mock import patch
from urllib.parse import urlencode

from django.core.cache import cache as memory
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client

from markup import Element, Markup
from tuidang.register import queries

DAY = date(2026, 11, 21)
Fields = list[tuple[str, str]]
FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass
class Visitor:
    """Holds the page that is on the screen; `errors` are answered as pages, so any status may come."""

    client: Client
    address: str = ""
    page: Markup = field(default_factory=lambda: Markup(""))
    status: int = 0
    response: HttpResponse = field(default_factory=HttpResponse)

    def open(self, address: str) -> Markup:
        """Open a page by its address."""
        self.address = address
        return self._show(self.client.get(address))

    def press(self, button: str, value: str = "", **typed: str | list[str]) -> Markup:
        """Type into the form that has this button, and press it; whatever else stands in it goes along."""
        form, pressed = self._find(button, value)
        fields = [(name, text) for name, text in fields_of(form, self.page) if name not in typed]
        for name, texts in typed.items():
            fields += [(name, text) for text in ([texts] if isinstance(texts, str) else texts)]
        fields.append((button, pressed.attributes.get("value", "")))
        self.address = form.attributes.get("action", self.address)
        return self.send(fields)

    def send(self, fields: Fields) -> Markup:
        """Send fields to the address on the screen."""
        return self._show(self.client.post(self.address, urlencode(fields), content_type=FORM_TYPE))

    def words(self) -> str:
        """Return what a person reads on the page, spaces made single."""
        return " ".join(self.page.find("main")[0].words.split())

    def kept(self, button: str, value: str = "") -> Fields:
        """Return the fields of the form that has a button, as they would be sent."""
        return fields_of(self._find(button, value)[0], self.page)

    def _show(self, response: HttpResponse) -> Markup:
        self.response, self.status = response, response.status_code
        self.page = Markup(response.content.decode())
        return self.page

    def _find(self, button: str, value: str) -> tuple[Element, Element]:
        for element in self.page.find("button", name=button):
            if not value or element.attributes.get("value") == value:
                return form_around(element), element
        raise AssertionError(f"no button {button}={value} on the page")


def forget_measurements() -> None:
    """Forget what was measured or remembered within the last seconds."""
    memory.clear()
    queries._measured.clear()


@contextmanager
def database_away() -> Iterator[None]:
    """Take the database away for a while, as a lock that lasts or a restart does."""
    forget_measurements()
    with patch.object(connection, "cursor", side_effect=OperationalError("the database is away")):
        yield
    forget_measurements()


def form_around(element: Element) -> Element:
    """Return the form that an element stands in."""
    while element.tag != "form":
        assert element.parent is not None
        element = element.parent
    return element


def fields_of(form: Element, page: Markup) -> Fields:
    """Return what a browser would send of a form, without its buttons."""
    return [pair for element in page.all if is_within(element, form) for pair in _sent(element, page)]


def _sent(element: Element, page: Markup) -> Fields:
    name = element.attributes.get("name", "")
    if not name or element.tag == "button":
        return []
    if element.tag == "textarea":
        return [(name, element.words.removeprefix("\n"))]
    if element.tag == "select":
        options = [option for option in page.find("option") if is_within(option, element)]
        chosen = next((o for o in options if "selected" in o.attributes), options[0])
        return [(name, chosen.attributes["value"])]
    if element.attributes.get("type") == "checkbox" and "checked" not in element.attributes:
        return []
    return [(name, element.attributes.get("value", ""))]


def is_within(element: Element | None, outer: Element) -> bool:
    """Tell whether an element is another or stands somewhere in it."""
    while element is not None and element is not outer:
        element = element.parent
    return element is not None
