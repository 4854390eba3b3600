"""A passkey in a real browser: made at the door with a device that Chromium plays, and used again."""

from __future__ import annotations

import urllib.parse

from test_accessibility import RULES, faults
from test_hands_and_eyes import OVERFLOW, TARGETS
from walk import go

from conftest import Visit
from passkey_cast import give_device
from served import Served

KEY_OF_BIRCH = "from tuidang.volunteers.models import User; print(User.objects.get(pseudonym='birch').pk)"


def on_localhost(site: Served, path: str) -> str:
    """Name a page as a browser must for a passkey: a host name, on this machine."""
    parts = urllib.parse.urlsplit(site.address)
    return f"http://localhost:{parts.port}{urllib.parse.urlsplit(path).path}"


def test_a_volunteer_joins_and_comes_again_by_a_passkey(site: Served, visit: Visit) -> None:
    link = site.run("volunteer", "invite", "larch", "--role", "reviewer").split()[-1]
    page = visit(locale="en-GB", script=True)
    give_device(page)
    page.goto(on_localhost(site, link))
    wrong = [*faults(page, RULES), *page.evaluate(TARGETS)]
    page.fill("#label", " ")
    page.click("[data-passkey] button")
    page.get_by_text("Give the device a name first.").wait_for(timeout=60_000)
    page.fill("#label", "blue laptop")
    go(page, "[data-passkey] button")
    assert page.locator(".codes li").count() == 10
    page.goto(on_localhost(site, "/desk/account/"))
    assert "blue laptop" in page.content()
    wrong += [*faults(page, RULES), *page.evaluate(TARGETS)]
    go(page, ".menu form button")
    go(page, "[data-passkey] button")
    assert page.url == on_localhost(site, "/desk/")
    assert page.locator(".menu").count() == 1
    assert not wrong


def test_a_device_that_does_not_know_its_owner_lets_nobody_in(site: Served, visit: Visit) -> None:
    link = site.run("volunteer", "invite", "spruce", "--role", "reviewer").split()[-1]
    page = visit(locale="en-GB", script=True)
    give_device(page, verifies=False)
    page.goto(on_localhost(site, link))
    page.fill("#label", "blue laptop")
    page.click("[data-passkey] button")
    page.locator("[data-failed]").first.wait_for(state="visible", timeout=60_000)
    assert page.locator(".codes").count() == 0


def test_the_door_can_be_used_by_everybody(site: Served, visit: Visit) -> None:
    oak = site.add_volunteer("oak", "coordinator")
    elm = site.add_volunteer("elm", "auditor")
    site.run("volunteer", "invite", "birch", "--role", "listener")
    birch = site.run("manage", "shell", "-c", KEY_OF_BIRCH).split()[-1]
    wrong = []
    for language in ("zh-CN", "en-GB"):
        page = visit(locale=language, script=True, width=360)
        link = site.run("volunteer", "recover", "birch").split()[-1]
        screens = ["/desk/sign-in/", urllib.parse.urlsplit(link).path, "/desk/join/wrong/"]
        own = [
            "/desk/consents/",
            "/desk/account/",
            "/desk/account/app/",
            "/desk/password/",
            "/desk/volunteers/",
            f"/desk/volunteers/{birch}/",
            "/desk/line/",  # of which there is none yet
        ]
        for who, key, seen in (
            ("", None, screens),
            ("oak", oak, own),
            ("elm", elm, ["/desk/audit/?verify=yes", "/desk/canaries/"]),
        ):
            if key is not None:
                site.enter(page, who, key)
            for screen in seen:
                page.goto(screen)
                wrong += [(screen, fault) for fault in faults(page, RULES)]
                wrong += [(screen, target) for target in page.evaluate(TARGETS)]
                if (over := page.evaluate(OVERFLOW)) > 0:
                    wrong.append((screen, f"{over} px too wide"))
    assert not wrong
