"""Mirror sets and tools at the desk: who is told what, canaries by people alone, measurements, the page."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from calls_cast import Enter
from django.db import IntegrityError, transaction
from django.test import Client

from markup import read, weight
from tuidang.base.audit.models import AuditEntry
from tuidang.base.clock import china_today
from tuidang.reach.actions import create_source, set_state
from tuidang.reach.doctor import examine_lists
from tuidang.reach.lists.actions import (
    close_set,
    create_set,
    hand_out_mirrors,
    keep_measured,
    moves_to_even_out,
    renew_canary,
)
from tuidang.reach.lists.measured import Measured, Network, Thing
from tuidang.reach.lists.queries import all_sets, assigned, find_set
from tuidang.reach.models import Measurement, MirrorPlace, MirrorSet, ToolEntry
from tuidang.reach.rules import Door, Entry, Kind, Mistake, State
from tuidang.reach.tools.actions import save_tool
from tuidang.reach.tools.rules import LANGUAGES, LONGEST_WORDS, MOST_TOOLS, Tool
from tuidang.reach.tools.sample import stock_tools
from tuidang.volunteers.models import Role

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 28)
TOOL = {
    "code": "lamp",
    "name": "Sample lamp",
    **{f"{kind}-{language}": f"{kind} 话" for kind in ("does", "risk") for language in LANGUAGES},
    "open_source": "1",
    "place": "https://lamp.example/",
    "size": "7.5 MB",
    "sha256": "AB" * 32,
    "signed_by": "Sample signer",
    "shown": "1",
}


@pytest.fixture
def alder(enter: Enter) -> Client:
    """Give the browser of an operator."""
    return enter("alder", Role.OPERATOR)


@pytest.fixture
def rowan(enter: Enter) -> Client:
    """Give the browser of an editor."""
    return enter("rowan", Role.EDITOR)


@pytest.fixture
def mirrors(house: object) -> list[str]:
    """Keep six mirrors, and sets for two ways."""
    codes = [f"m{n}" for n in range(6)]
    for code in codes:
        place = f"https://{code}.example/"
        create_source(Entry(code, Kind.MIRROR, "A mirror", place, State.LIVE, Door.HOME), DAY)
    create_set("e-mail", "Letters")
    create_set("posters", "Posters")
    return codes


def acts() -> list[str]:
    return [entry.act for entry in AuditEntry.objects.order_by("ordinal")]


def test_sets_are_begun_filled_and_given_as_files_that_are_all_alike(
    alder: Client, mirrors: list[str]
) -> None:
    assert alder.post("/desk/mirrors/", {"name": "calls", "title": "Calls"}).status_code == 302
    page = alder.get("/desk/mirrors/").content.decode()
    assert "6 mirrors are in no set" in page
    assert alder.post("/desk/mirrors/hand-out/").headers["Location"] == "/desk/mirrors/?handed"
    assert [len(one.mirrors) for one in all_sets()] == [2, 2, 2]
    assert acts() == ["change-mirrors"] * 2
    file = alder.get("/desk/mirrors/set/calls/file/")
    assert file.headers["Content-Disposition"] == 'attachment; filename="calls.json"'
    assert file.content == alder.get("/desk/mirrors/set/calls/file/").content
    listed = {one["code"] for one in json.loads(file.content)["mirrors"]}
    assert listed == {code for code, name in assigned()[2].items() if name == "calls"}
    assert "2 live mirrors" in alder.get("/desk/mirrors/").content.decode()


def test_a_blocked_or_retired_mirror_that_is_in_no_set_is_given_none_and_not_counted(
    alder: Client, mirrors: list[str]
) -> None:
    set_state("m0", State.BLOCKED, DAY)
    set_state("m1", State.RETIRED, DAY)
    assert "4 mirrors are in no set" in alder.get("/desk/mirrors/").content.decode()
    assert hand_out_mirrors() == 4
    assert sorted(assigned()[2]) == ["m2", "m3", "m4", "m5"]
    assert "in no set" not in alder.get("/desk/mirrors/").content.decode()
    set_state("m0", State.LIVE, DAY)
    assert hand_out_mirrors() == 1, "it is dealt out when it is live again"


def test_a_blocked_mirror_keeps_its_place_is_told_nobody_and_moves_no_other(mirrors: list[str]) -> None:
    hand_out_mirrors()
    before = assigned()[2]
    burnt = sorted(code for code, name in before.items() if name == "e-mail")
    for code in burnt:
        set_state(code, State.BLOCKED, DAY)
    assert hand_out_mirrors() == 0
    assert assigned()[2] == before
    found = find_set("e-mail")
    assert found is not None
    assert (found.live, found.blocked) == ([], 3)
    for code in burnt:
        set_state(code, State.RETIRED, DAY)
    create_source(Entry("new", Kind.MIRROR, "N", "https://n.example/", State.LIVE, Door.HOME), DAY)
    assert hand_out_mirrors() == 1
    after = find_set("e-mail")
    assert after is not None
    assert [one.code for one in after.live] == ["new"]
    assert moves_to_even_out() == 1


def test_the_screen_says_what_evening_out_costs_before_it_is_pressed(
    alder: Client, mirrors: list[str]
) -> None:
    hand_out_mirrors()
    create_set("calls", "Calls")
    assert (
        "To even them out, 2 mirrors would go into other sets" in alder.get("/desk/mirrors/").content.decode()
    )
    alder.post("/desk/mirrors/hand-out/", {"even": "1"})
    assert [len(one.mirrors) for one in all_sets()] == [2, 2, 2]
    assert "The sets are not even" not in alder.get("/desk/mirrors/").content.decode()


def test_a_mirror_can_be_in_one_set_only_whoever_writes(mirrors: list[str]) -> None:
    hand_out_mirrors()
    name = assigned()[2]["m0"]
    other = next(one for one in MirrorSet.objects.all() if one.name != name)
    with pytest.raises(IntegrityError), transaction.atomic():
        MirrorPlace.objects.create(mirror_id="m0", set=other)


def test_a_canary_is_said_by_a_person_and_runs_out_by_itself(alder: Client, mirrors: list[str]) -> None:
    where = "/desk/mirrors/set/e-mail/"
    assert alder.post(where, {"words": "今天下雨。", "days": "14"}).headers["Location"] == f"{where}?renewed"
    kept = MirrorSet.objects.get(name="e-mail")
    today = china_today()
    assert (kept.canary, kept.canary_day, kept.canary_until) == ("今天下雨。", today, today + timedelta(14))
    assert acts() == ["renew-canary"]
    assert "counts until" in alder.get(where).content.decode()
    for wrong in ({"words": "", "days": "14"}, {"words": "x", "days": "32"}, {"words": "x", "days": "soon"}):
        assert alder.post(where, wrong).status_code == 422
    assert len(acts()) == 1
    MirrorSet.objects.filter(name="e-mail").update(
        canary_day=DAY - timedelta(9), canary_until=DAY - timedelta(1)
    )
    if today >= DAY:
        assert "canary over since" in alder.get("/desk/mirrors/").content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        MirrorSet.objects.filter(name="e-mail").update(canary_until=None)


def test_the_doctor_says_whose_canary_is_over_and_what_nobody_is_told(
    mirrors: list[str], settings: object
) -> None:
    options = settings.TUIDANG  # type: ignore[attr-defined]
    said = [what for _level, what, _mend in examine_lists(options)]
    assert said == [
        "6 mirrors are in no set, so nobody is told them",
        "the mirror list e-mail has no canary that counts",
        "the mirror list posters has no canary that counts",
    ]
    hand_out_mirrors()
    renew_canary("e-mail", "x", 14, china_today())
    renew_canary("posters", "x", 2, china_today())
    (left,) = [what for _level, what, _mend in examine_lists(options)]
    assert left.startswith("the canary of the mirror list posters counts until")


def test_a_set_is_closed_when_nobody_can_be_led_from_it_to_another(alder: Client, mirrors: list[str]) -> None:
    hand_out_mirrors()
    refused = alder.post("/desk/mirrors/set/posters/", {"close": "1"})
    assert refused.status_code == 422
    assert "Mirrors are in it" in refused.content.decode()
    for one in find_set("posters").mirrors:  # type: ignore[union-attr]  # it is there
        set_state(one.listed.code, State.RETIRED, DAY)
    assert (
        alder.post("/desk/mirrors/set/posters/", {"close": "1"}).headers["Location"]
        == "/desk/mirrors/?closed"
    )
    assert [one.name for one in all_sets()] == ["e-mail"]
    with pytest.raises(Mistake, match="no such set"):
        close_set("posters")


def test_measurements_are_taken_in_the_newest_counts_and_the_screen_says_it_in_words(
    alder: Client, mirrors: list[str]
) -> None:
    hand_out_mirrors()
    where = "/desk/mirrors/measurements/"
    text = "mirror,network,day,works\nm0,cn-mobile,2026-11-26,yes\nm0,cn-mobile,2026-11-20,no\n"
    assert alder.post(where, {"file": text}).headers["Location"] == "/desk/mirrors/?loaded"
    assert (
        keep_measured([Measured(Thing.MIRROR, "m0", Network.CHINA_MOBILE, date(2026, 11, 25), works=False)])
        == 0
    )
    assert Measurement.objects.get().works
    page = alder.get(f"/desk/mirrors/set/{assigned()[2]['m0']}/").content.decode()
    assert "worked on 26 November" in page
    assert "on China Mobile" in page
    for wrong in ("mirror,network\n", "mirror,network,day,works\ngone,abroad,2026-11-26,yes\n"):
        assert alder.post(where, {"file": wrong}).status_code == 422
    assert Measurement.objects.count() == 1


def test_what_cannot_be_a_set_is_said_beside_its_field(alder: Client, mirrors: list[str]) -> None:
    for typed, field in (
        ({"name": "E mail", "title": "x"}, "name"),
        ({"name": "e-mail", "title": "x"}, "name"),
        ({"name": "new", "title": ""}, "title"),
    ):
        refused = alder.post("/desk/mirrors/", typed)
        assert refused.status_code == 422
        assert f'id="{field}-error"' in refused.content.decode()
    assert acts() == []


def test_a_tool_is_kept_changed_and_shown_in_three_languages(rowan: Client) -> None:
    assert rowan.post("/desk/tools/new/", TOOL).headers["Location"] == "/desk/tools/?saved"
    kept = ToolEntry.objects.get()
    assert (kept.size, kept.sha256, kept.open_source, kept.anonymity) == (7_864_320, "ab" * 32, True, False)
    keep_measured([Measured(Thing.TOOL, "lamp", Network.CHINA_UNICOM, date(2026, 11, 26), works=False)])
    public = Client()
    for language, words in (
        (
            "en",
            (
                "Sample lamp",
                "7.5 MB",
                "did not work on 26 November on China Unicom",
                "signed by Sample signer",
            ),
        ),
        ("zh-hans", ("11月26日在中国联通上不能用", "没有：办它的人")),
        ("zh-hant", ("11月26日在中國聯通上不能用", "沒有：辦它的人")),
    ):
        page = public.get(f"/{language}/tools/").content.decode()
        assert all(one in page for one in words), language
    rowan.post("/desk/tool/lamp/", {key: value for key, value in TOOL.items() if key != "shown"})
    assert "Sample lamp" not in public.get("/en/tools/").content.decode()
    assert acts() == ["change-tool"] * 2
    assert "taken down" in rowan.get("/desk/tools/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "A b"}, "code"),
        ({"name": ""}, "name"),
        ({"does-en": ""}, "does-en"),
        ({"risk-zh-hant": "x" * 161}, "risk-zh-hant"),
        ({"place": "lamp"}, "place"),
        ({"size": "large"}, "size"),
        ({"sha256": "xyz"}, "sha256"),
        ({"signed_by": ""}, "signed_by"),
    ],
)
def test_what_cannot_be_a_tool_is_said_beside_its_field(
    rowan: Client, wrong: dict[str, str], field: str
) -> None:
    refused = rowan.post("/desk/tools/new/", {**TOOL, **wrong})
    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.content.decode()
    assert acts() == []


def test_samples_say_that_they_are_and_go_on_saying_it(rowan: Client) -> None:
    stock_tools()
    stock_tools()
    assert ToolEntry.objects.count() == 2
    rowan.post("/desk/tool/sample-a/", TOOL)
    assert ToolEntry.objects.get(code="sample-a").sample
    assert Client().get("/en/tools/").content.decode().count("sample, invented") == 2


def test_the_fullest_page_of_tools_is_light_and_no_more_are_let_on_it(house: object) -> None:
    import random

    rng = random.Random(7)
    noise = {
        language: "".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in range(LONGEST_WORDS))
        for language in LANGUAGES
    }
    for n in range(MOST_TOOLS):
        digits = "".join(rng.choices("0123456789abcdef", k=64))
        mixed = {language: "".join(rng.sample(words, LONGEST_WORDS)) for language, words in noise.items()}
        place = f"https://{digits[:40]}.example/"
        save_tool(
            Tool(
                f"t{n}", f"Sample tool {n}", mixed, mixed, place=place, size=1, sha256=digits, signed_by="S"
            ),
            is_new=True,
        )
        keep_measured([Measured(Thing.TOOL, f"t{n}", network, DAY, works=True) for network in Network])
    for language in LANGUAGES:
        assert weight(Client().get(f"/{language}/tools/")) <= 14 * 1024
    with pytest.raises(Mistake, match="must stay light"):
        save_tool(Tool("more", "More", noise, noise, place="https://more.example/"), is_new=True)
    save_tool(Tool("more", "More", noise, noise, place="https://more.example/", shown=False), is_new=True)


def test_the_page_tells_of_the_onion_and_of_the_robot_where_there_are_any(
    settings: object, house: object
) -> None:
    from dataclasses import replace

    client, onion = Client(), "a" * 56 + ".onion"
    assert "Tor Browser" not in read(client.get("/en/tools/")).find("main")[0].words
    with_both = replace(settings.TUIDANG, onion=onion, mail_address="books@lantern.example")  # type: ignore[attr-defined]
    settings.TUIDANG = with_both  # type: ignore[attr-defined]
    page = read(client.get("/en/tools/")).find("main")[0].words
    assert f"http://{onion}/" in page
    assert "books@lantern.example" in page
