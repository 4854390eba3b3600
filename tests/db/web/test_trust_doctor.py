"""The doctor says in time when the trust root must be signed again, and when it names another log."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from tlog_cast import KEY, OTHER_KEY
from trust_cast import ANNA, BELA, NOW, SERVER, Ceremonies, hold_first, replace_key
from tuidang.tlog.note import SigningKey
from tuidang.trust.keys import save_key
from tuidang.trust.publishing import refresh
from tuidang.web.trust_health import examine_trust


@pytest.fixture
def held(house: Path) -> Ceremonies:
    """A server that shows a trust root which names its log."""
    settings.TUIDANG.log.mkdir()
    (settings.TUIDANG.log / "vkey").write_text(KEY.verifier.text)
    save_key(house / "keys" / "trust" / "server.key", SERVER.text)
    return hold_first(house)


def said(now: datetime = NOW) -> list[tuple[str, str]]:
    return [(level, what) for level, what, _ in examine_trust(settings.TUIDANG, is_sample=False, now=now)]


def test_all_is_well_while_it_lasts(held: Ceremonies) -> None:
    assert said() == [("good", "the trust root (version 1) is believed until 2026-11-27")]


def test_who_must_sign_again_is_told_before_it_ends(held: Ceremonies) -> None:
    later = NOW + timedelta(days=27)
    refresh(held.store, SERVER, later)
    (advice,) = (what for level, what in said(later) if level == "advice")
    assert advice == "the trust root, mirrors: it must be signed again before 2026-12-25"  # the server's are


def test_what_nobody_believes_any_more_is_wrong(held: Ceremonies) -> None:
    (found,) = said(NOW + timedelta(days=8))
    assert found[0] == "wrong"
    assert "nobody believes the trust root" in found[1]


def test_another_log_than_ours_is_wrong(held: Ceremonies) -> None:
    other = replace(OTHER_KEY, name="example.org/register-2")
    (settings.TUIDANG.log / "vkey").write_text(other.verifier.text)
    (wrong,) = (what for level, what in said() if level == "wrong")
    assert wrong.startswith(
        "the trust root names the log example.org/register, and ours is example.org/register-2"
    )


def test_a_server_that_lost_its_key_is_told_before_anybody_notices(held: Ceremonies, house: Path) -> None:
    (house / "keys" / "trust" / "server.key").unlink()
    assert "no key to sign the trust root with" in said()[-1][1]
    drafts = held.draft()
    new = SigningKey("server-2", bytes(range(32)))
    replace_key(drafts, SERVER, new)
    held.publish(drafts, ANNA, BELA, new, server=new)
    save_key(house / "keys" / "trust" / "server.key", new.text)
    assert said() == [("good", "the trust root (version 2) is believed until 2026-11-27")]


def test_a_register_without_a_trust_root_is_told_what_it_lacks(house: Path) -> None:
    assert [level for level, _ in said()] == ["advice"]
