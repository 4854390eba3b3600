"""Mass actions and exports at the desk take two people."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from calls_cast import Enter
from desk_cast import Hold
from django.test import Client

from tuidang.base.audit.queries import newest_entries
from tuidang.base.clock import china_today
from tuidang.desk import consents
from tuidang.register.models import Waiting
from tuidang.volunteers.models import Consent, Role, User

pytestmark = pytest.mark.django_db

CHOSEN = "/desk/chosen/"


@pytest.fixture
def five(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Hold five statements of one text where one reviewer decides about four, and give a rejection of all."""
    monkeypatch.setattr(consents, "MOST_ALONE", 4)
    keys = [hold(name) for name in ("金福", "万顺", "如意", "平安", "长青")]
    return {"move": "reject", "rejection": "advertising", "chosen": " ".join(map(str, keys))}


def states() -> list[str]:
    return sorted(Waiting.objects.values_list("state", flat=True))


def acts() -> list[tuple[str, str]]:
    return [(entry.who, entry.act) for entry in reversed(newest_entries(limit=500)) if entry.act != "open"]


def test_many_statements_are_rejected_by_two(linden: Client, birch: Client, five: dict[str, str]) -> None:
    assert "Ask another reviewer" in linden.post(CHOSEN, five).content.decode()
    asked = linden.post(CHOSEN, five | {"confirmed": "yes"}).headers["Location"]
    assert states() == ["held"] * 5
    own = linden.get(asked).content.decode()
    assert "It waits for another" in own
    assert "I consent" not in own
    assert "asked for this yourself" in linden.post(asked, {"move": "grant"}).content.decode()
    assert states() == ["held"] * 5
    assert "5 statements" in birch.get("/desk/consents/").content.decode()
    page = birch.get(asked).content.decode()
    assert "I consent: do it" in page
    assert "It advertises something" in page
    assert page.count('class="letter') >= 5
    done = birch.post(asked, {"move": "grant"}).content.decode()
    assert "Rejected · 5" in done
    assert states() == ["rejected"] * 5
    assert birch.post(asked, {"move": "grant"}).status_code == 404
    assert acts() == [
        ("linden", "ask-consent"),
        *[("birch", "reject")] * 5,
        ("birch", "grant-consent"),
        ("birch", "use-consent"),
    ]
    back = {"move": "undo", "chosen": five["chosen"], "confirmed": "yes"}
    assert linden.post(CHOSEN, back).status_code == 200  # what takes back is not held up
    assert states() == ["held"] * 5


def test_who_asks_does_not_know_which_of_them_the_second_one_reads(
    linden: Client, birch: Client, five: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consents, "_SHOWN", 1)
    asked = linden.post(CHOSEN, five | {"confirmed": "yes"}).headers["Location"]
    names = ("金福", "万顺", "如意", "平安", "长青")
    seen: set[str] = set()
    for _ in range(200):  # each is missed in all of them once in 10^18 runs of this test
        page = birch.get(asked).content.decode()
        assert "1 of them, drawn anew at each look" in page
        shown = {name for name in names if name in page}
        assert len(shown) == 1
        seen |= shown
        if len(seen) == len(names):
            return
    assert seen == set(names)


@pytest.mark.parametrize("move", ["accept", "hide-name", "hide-text", "reject"])
def test_no_move_with_many_is_done_alone(linden: Client, five: dict[str, str], move: str) -> None:
    assert linden.post(CHOSEN, five | {"move": move, "confirmed": "yes"}).status_code == 302
    assert states() == ["held"] * 5


def test_an_account_that_a_link_opened_just_now_is_nobody_s_second_person(
    linden: Client, birch: Client, five: dict[str, str]
) -> None:
    today = china_today()
    User.objects.filter(pseudonym="birch").update(opened=today - timedelta(days=3))
    asked = linden.post(CHOSEN, five | {"confirmed": "yes"}).headers["Location"]
    page = birch.get(asked).content.decode()
    assert "I consent" not in page
    assert "somebody who has been here longer" in page
    assert birch.post(asked, {"move": "grant"}).status_code == 200
    assert states() == ["held"] * 5
    assert "is not the second one" in birch.get("/desk/account/").content.decode()
    User.objects.filter(pseudonym="birch").update(opened=today - timedelta(days=4))
    assert "Rejected · 5" in birch.post(asked, {"move": "grant"}).content.decode()


def test_few_are_decided_alone_and_what_is_decided_already_does_not_count(
    linden: Client, five: dict[str, str]
) -> None:
    one = five["chosen"].split()[0]
    linden.post(CHOSEN, five | {"chosen": one, "confirmed": "yes"})
    assert states().count("rejected") == 1
    linden.post(CHOSEN, five | {"confirmed": "yes"})
    assert states() == ["rejected"] * 5


def test_it_is_refused_and_nothing_happens(linden: Client, birch: Client, five: dict[str, str]) -> None:
    asked = linden.post(CHOSEN, five | {"confirmed": "yes"}).headers["Location"]
    birch.post(asked, {"move": "refuse"})
    assert states() == ["held"] * 5
    assert linden.get(asked).status_code == 404
    assert not Consent.objects.exists()


def test_the_audit_chain_leaves_the_house_with_two_auditors_once(enter: Enter) -> None:
    elm, ash, linden = (
        enter("elm", Role.AUDITOR),
        enter("ash", Role.AUDITOR),
        enter("linden", Role.REVIEWER),
    )
    for _ in range(3):
        linden.post("/desk/account/codes/")
    asked = elm.post("/desk/audit/export/").headers["Location"]
    assert linden.get(asked).status_code == 404
    assert elm.post(asked, {"move": "do"}).headers["Location"] == asked
    assert elm.post(asked, {"move": "grant"}).status_code == 200
    ash.post(asked, {"move": "grant"})
    file = elm.post(asked, {"move": "do"})
    assert file.headers["Content-Disposition"] == 'attachment; filename="audit.jsonl"'
    lines = [json.loads(line) for line in file.content.decode().splitlines()]
    assert [line["act"] for line in lines] == ["sign-in-way"] * 3
    previous = "00" * 32
    for line in lines:  # whoever has the file can hash it himself
        assert line["previous"] == previous
        fields = {name: line[name] for name in ("act", "hour", "ordinal", "previous", "thing", "who")}
        text = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        previous = hashlib.sha256(b"tuidang/audit/v1\n" + text.encode()).hexdigest()
        assert line["hash"] == previous
    assert elm.post(asked, {"move": "do"}).status_code == 404
    assert acts()[-2:] == [("elm", "export"), ("elm", "use-consent")]
