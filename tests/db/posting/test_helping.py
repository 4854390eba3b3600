"""The form of a helper: many people at once, each with a statement and a receipt of their own."""

from __future__ import annotations

import re

from intake_cast import content_of
from markup import weight
from tuidang.register.models import Waiting
from visitor_cast import Fields, Visitor

PEOPLE = [("金福", "party"), ("老孙", "league"), ("万顺", "pioneers")]


def people(rows: list[tuple[str, str]]) -> dict[str, str]:
    return {
        f"people.{n}.{field}": value
        for n, (name, org) in enumerate(rows)
        for field, value in (("name", name), ("orgs", org))
    }


def names_in(fields: Fields) -> list[str]:
    return [value for name, value in fields if name.endswith(".name")]


def test_each_person_gets_a_receipt_in_the_order_of_the_form(visitor: Visitor) -> None:
    visitor.open("/zh-hans/write/for-others/")
    visitor.press("step", "preview", **people(PEOPLE), region="CN-BJ", text="我们退出。", consent="asked")
    assert visitor.status == 200
    assert [name in visitor.words() for name, _ in PEOPLE] == [True] * 3
    visitor.press("step", "post")
    rows = [row.words for row in visitor.page.find("li") if re.fullmatch(r"(\d{4} ){3}\d{4}", row.words)]
    assert len(rows) == len(set(rows)) == 3
    for (name, _), receipt in zip(PEOPLE, rows, strict=True):
        visitor.open("/zh-hans/my-statement/")
        visitor.press("step", "find", receipt=receipt, name=name)
        assert visitor.status == 200
    contents = [content_of(row) for row in Waiting.objects.all()]
    assert {(c.name, c.orgs) for c in contents} == {(name, (org,)) for name, org in PEOPLE}
    assert sorted(c.text for c in contents) == ["", "", "我们退出。"]


def test_the_list_of_receipts_has_order_and_digits_only(visitor: Visitor) -> None:
    visitor.open("/zh-hans/write/for-others/")
    visitor.press("step", "preview", **people(PEOPLE), consent="asked")
    visitor.press("step", "post")
    assert visitor.page.find("ol", class_="receipts")
    assert not [name for name, _ in PEOPLE if name in visitor.response.content.decode()]
    on_paper = visitor.page.find("main")[0].words
    for part in visitor.page.all:
        if "no-print" in part.attributes.get("class", "").split() or "actions" in part.attributes.get(
            "class", ""
        ):
            on_paper = on_paper.replace(part.words, "") if part.words.strip() else on_paper
    assert re.fullmatch(r"(\s*\d{4} \d{4} \d{4} \d{4}\s*){3}", on_paper)


def test_more_rows_come_without_script_and_everything_stays(visitor: Visitor) -> None:
    visitor.open("/en/write/for-others/")
    first = len(names_in(visitor.kept("step")))
    visitor.press("step", "more", **people(PEOPLE), text="We leave.", region="CN-BJ", consent="asked")
    assert visitor.status == 200
    kept = visitor.kept("step")
    assert names_in(kept)[:3] == [name for name, _ in PEOPLE]
    assert len(names_in(kept)) == first + 5
    assert {"text": "We leave.", "region": "CN-BJ", "consent": "asked"}.items() <= dict(kept).items()


def test_rows_end_at_a_hundred(visitor: Visitor) -> None:
    visitor.open("/en/write/for-others/")
    for _ in range(25):
        if [b for b in visitor.page.find("button") if b.attributes.get("value") == "more"]:
            visitor.press("step", "more")
    assert len(names_in(visitor.kept("step"))) == 100


def test_a_hundred_people_are_taken_at_once_and_one_more_is_not(visitor: Visitor) -> None:
    visitor.open("/zh-hans/write/for-others/")
    rows = [(f"金福{n}", "party") for n in range(100)]
    visitor.press("step", "preview", **people(rows), consent="asked")
    assert visitor.status == 200
    visitor.press("step", "change")
    assert names_in(visitor.kept("step")) == [name for name, _ in rows]
    visitor.press("step", "preview", **people([*rows, ("老孙", "party")]))
    assert visitor.status == 422
    assert "一百" in visitor.page.find("div", class_="errors")[0].words
    assert len(names_in(visitor.kept("step"))) == 101
    visitor.press("step", "preview", **{"people.100.name": "", "people.100.orgs": []})
    visitor.press("step", "post")
    assert Waiting.objects.count() == 100


def test_an_error_stands_in_the_row_it_belongs_to(visitor: Visitor) -> None:
    visitor.open("/en/write/for-others/")
    visitor.press("step", "preview", **people([("金福", "party"), ("老孙", "")]), consent="asked")
    assert visitor.status == 422
    (link,) = [
        a.attributes["href"] for a in visitor.page.find("a") if a.attributes["href"].startswith("#people")
    ]
    assert link == "#people.1.orgs"
    assert visitor.page.find("p", class_="error", id="people.1.orgs-error")
    assert [e for e in visitor.page.all if e.attributes.get("id") == "people.1.orgs"]


def test_empty_rows_are_left_out_but_somebody_must_be_named(visitor: Visitor) -> None:
    visitor.open("/en/write/for-others/")
    visitor.press("step", "preview", consent="asked")
    assert visitor.status == 422
    assert [a for a in visitor.page.find("a") if a.attributes["href"] == "#people"]
    assert [e for e in visitor.page.all if e.attributes.get("id") == "people"]
    visitor.press("step", "preview", **{"people.2.name": "金福", "people.2.orgs": "party"})
    assert visitor.status == 200
    visitor.press("step", "post")
    assert Waiting.objects.count() == 1


def test_an_alias_replaces_the_name_of_its_own_row(visitor: Visitor) -> None:
    visitor.open("/zh-hans/write/for-others/")
    rows = [("老孙", "party"), ("欧阳璟雯", "party"), ("诸葛瑾瑜", "party")]
    visitor.press("step", "preview", **people(rows), consent="asked")
    button = visitor.page.find("button", class_="alias")[0]
    assert button.attributes["name"] == "alias.1"
    visitor.press("alias.1", button.attributes["value"])
    assert names_in(visitor.kept("step")) == ["老孙", button.attributes["value"], "诸葛瑾瑜"]


def test_a_helper_must_say_that_each_person_asked(visitor: Visitor) -> None:
    visitor.open("/en/write/for-others/")
    for consent in ("", "own"):
        visitor.press("step", "preview", **people(PEOPLE), consent=consent)
        assert visitor.status == 422
        assert [a for a in visitor.page.find("a") if a.attributes["href"] == "#consent"]


def test_a_hundred_people_still_make_a_light_page(visitor: Visitor) -> None:
    visitor.open("/zh-hans/write/for-others/")
    rows = [(f"{a}{b}", "party") for a in "王李张刘陈杨赵黄周吴" for b in "伟芳娜敏静丽强磊军洋"]
    visitor.press("step", "preview", **people(rows), consent="asked")
    assert visitor.status == 200
    assert weight(visitor.response) <= 14 * 1024
    visitor.press("step", "change")
    assert weight(visitor.response) <= 14 * 1024
