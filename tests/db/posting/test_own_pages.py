"""My statement: what receipt and name show and do, and that neither ever stands in an address."""

from __future__ import annotations

import pytest

from intake_cast import content_of, own_form, submit
from tuidang.privacy.receipts import format_digits
from tuidang.register.actions.publication import publish
from tuidang.register.models import Erasure, HideRequest, Receipt, Waiting
from tuidang.register.rules.content import Channel
from visitor_cast import DAY, FORM_TYPE, Visitor, database_away

pytestmark = pytest.mark.django_db(transaction=True)  # publication commits

NAME = "金福"
TEXT = "我从小戴红领巾。"


@pytest.fixture
def receipt(register: object) -> str:
    return format_digits(submit(own_form(NAME, TEXT)).receipts[0])


def look(visitor: Visitor, receipt: str, name: str = NAME, language: str = "en") -> str:
    visitor.open(f"/{language}/my-statement/")
    visitor.press("step", "find", receipt=receipt, name=name)
    return visitor.words()


def test_a_waiting_statement_can_be_seen_but_its_text_not(visitor: Visitor, receipt: str) -> None:
    words = look(visitor, receipt)
    assert "waits for its day" in words
    assert TEXT not in visitor.response.content.decode()


def test_digits_are_understood_however_they_are_typed(visitor: Visitor, receipt: str) -> None:
    digits = receipt.replace(" ", "")
    wide = digits.translate({ord(str(n)): ord("０") + n for n in range(10)})
    for typed in (digits, f" {digits} ", "-".join(receipt.split()), wide):
        assert "waits for its day" in look(visitor, typed)


def test_a_published_statement_shows_its_text_its_number_and_its_proof(
    visitor: Visitor, receipt: str
) -> None:
    publish(DAY)
    words = look(visitor, receipt)
    assert "published and counted" in words
    assert TEXT in visitor.page.find("article", class_="letter")[0].words
    links = {a.attributes["href"] for a in visitor.page.find("a")}
    assert {"/en/statement/0/", "/api/v1/proofs/0"} <= links
    assert "history" in words


def test_a_long_published_text_goes_on_by_a_press(visitor: Visitor, register: object) -> None:
    text = "".join(chr(0x4E00 + n * 7 % 20000) for n in range(4900))
    receipt = submit(own_form(NAME, text)).receipts[0]
    Waiting.objects.update(state="accepted", reasons="")
    publish(DAY)
    look(visitor, receipt)
    seen = visitor.page.find("div", class_="words")[0].words
    while [b for b in visitor.page.find("button", name="part") if "→" in b.words]:
        (onward,) = [b for b in visitor.page.find("button", name="part") if "→" in b.words]
        visitor.press("part", onward.attributes["value"])
        seen += visitor.page.find("div", class_="words")[0].words
    assert seen == text


def test_wrong_digits_and_a_wrong_name_are_answered_alike(visitor: Visitor, receipt: str) -> None:
    other = format_digits(submit(own_form("老孙"), bytes(16)).receipts[0])
    answers = []
    for digits, name in ((receipt, "万顺"), (other, NAME)):
        look(visitor, digits, name)
        assert visitor.status == 404
        answers.append(visitor.page.find("div", class_="errors")[0].words)
    assert answers[0] == answers[1]


def test_what_was_typed_stays_when_it_does_not_fit(visitor: Visitor, receipt: str) -> None:
    look(visitor, "1234", "")
    assert visitor.status == 422
    assert [a for a in visitor.page.find("a") if a.attributes["href"] in {"#receipt", "#name"}]
    assert dict(visitor.kept("step"))["receipt"] == "1234"


def test_guessing_slows_down_and_says_how_long(visitor: Visitor, receipt: str) -> None:
    wrong = format_digits(submit(own_form("老孙"), bytes(16)).receipts[0])
    for _ in range(6):
        look(visitor, wrong)
        assert visitor.status == 404
    look(visitor, receipt)
    assert visitor.status == 429
    assert int(visitor.response.headers["Retry-After"]) >= 1
    assert "wait" in visitor.page.find("div", class_="errors")[0].words


@pytest.mark.parametrize("address", ["/en/my-statement/", "/en/my-statement/correct/"])
def test_a_database_that_is_away_keeps_what_was_typed(visitor: Visitor, receipt: str, address: str) -> None:
    pair = [("name", NAME), ("receipt", receipt)]
    form = [("orgs", "party"), ("consent", "own"), ("key", "0" * 32), ("step", "post")]
    visitor.address = address
    with database_away():
        visitor.send([*pair, *form])
    assert visitor.status in {422, 503}
    assert "just now" in visitor.page.find("div", class_="errors")[0].words
    assert dict(visitor.kept("step"))["receipt"] == receipt


def test_a_database_that_is_away_keeps_the_number_too(visitor: Visitor, receipt: str) -> None:
    publish(DAY)
    visitor.open("/en/hide/")
    with database_away():
        visitor.press("step", "ask", number="0")
    assert visitor.status == 503
    assert dict(visitor.kept("step"))["number"] == "0"


def test_a_statement_is_taken_back_without_a_trace(visitor: Visitor, receipt: str) -> None:
    look(visitor, receipt)
    visitor.press("step", "withdraw")
    assert "taken back" in visitor.words()
    assert not Waiting.objects.exists()
    assert publish(DAY).count == 0
    assert "taken back" in look(visitor, receipt)


def test_a_statement_is_corrected_under_its_name_and_receipt(visitor: Visitor, receipt: str) -> None:
    look(visitor, receipt)
    visitor.press("step", "change")
    assert visitor.address == "/en/my-statement/correct/"
    assert "readonly" in visitor.page.find("input", id="name")[0].attributes
    visitor.press("step", "preview", orgs="league", text="新的。", consent="own", region="CN-BJ")
    assert not visitor.page.find("button", class_="alias")
    visitor.press("step", "change")
    visitor.press("step", "preview", text="更新的。")
    visitor.press("step", "post")
    assert "in place of the old one" in visitor.words()
    content = content_of(Waiting.objects.get())
    assert (content.name, content.orgs, content.text) == (NAME, ("league",), "更新的。")
    assert "waits for its day" in look(visitor, receipt)


def test_a_correction_that_comes_too_late_changes_nothing(visitor: Visitor, receipt: str) -> None:
    look(visitor, receipt)
    visitor.press("step", "change")
    visitor.press("step", "preview", orgs="league", consent="own")
    publish(DAY)
    visitor.press("step", "post")
    assert "could not be corrected" in visitor.words()


def test_a_correction_needs_the_right_receipt_and_guessing_it_slows_down_too(
    visitor: Visitor, receipt: str
) -> None:
    wrong = submit(own_form("老孙"), bytes(16)).receipts[0]
    visitor.address = "/en/my-statement/correct/"
    fields = [("name", NAME), ("orgs", "league"), ("consent", "own"), ("key", "0" * 32), ("step", "post")]
    sentences = []
    for _ in range(7):
        visitor.send([*fields, ("receipt", wrong)])
        assert visitor.status == 422
        sentences.append(visitor.page.find("p", class_="error")[0].words)
    assert len(set(sentences[:6])) == 1
    assert "wait" in sentences[6]
    assert {content_of(row).orgs for row in Waiting.objects.all()} == {("party",)}


def test_what_erasing_cannot_do_is_said_before_the_press(visitor: Visitor, receipt: str) -> None:
    publish(DAY)
    look(visitor, receipt)
    visitor.press("step", "before_erasure")
    assert not Erasure.objects.exists()
    words = visitor.words()
    for said in ("copied the register", "30 days", "still counts", "notice", "cannot be undone"):
        assert said in words
    visitor.press("step", "find")
    assert "published and counted" in visitor.words()
    visitor.press("step", "before_erasure")
    visitor.press("step", "erase")
    assert "will be erased" in visitor.words()
    assert Erasure.objects.get().leaf == 0
    assert not visitor.page.find("button", value="before_erasure")


def test_an_erased_statement_shows_nothing_any_more(visitor: Visitor, receipt: str) -> None:
    publish(DAY)
    Receipt.objects.update(state="erased")
    assert "then erased" in look(visitor, receipt)
    assert not visitor.page.find("article")


@pytest.mark.parametrize("typed", ["jinfu", "Jin Fu", "Jīn Fú", "今富", NAME])
def test_who_heard_his_alias_on_the_phone_finds_his_statement_by_its_sound(
    visitor: Visitor, register: object, typed: str
) -> None:
    receipt = format_digits(submit(own_form(NAME, TEXT), channel=Channel.MACHINE).receipts[0])
    assert "waits for its day" in look(visitor, receipt, typed)
    publish(DAY)
    assert "published and counted" in look(visitor, receipt, typed)
    letter = visitor.page.find("article", class_="letter")[0].words
    assert NAME in letter
    assert TEXT in letter


def test_a_sound_finds_neither_another_s_statement_nor_one_that_was_written(
    visitor: Visitor, register: object
) -> None:
    heard = submit(own_form(NAME), channel=Channel.MACHINE).receipts[0]
    written = submit(own_form("万顺"), bytes(16)).receipts[0]
    for digits, typed in ((heard, "wanshun"), (written, "wanshun"), (written, "jinfu")):
        look(visitor, digits, typed)
        assert visitor.status == 404
        assert not visitor.page.find("article")


def test_a_receipt_that_was_read_aloud_only_shows(visitor: Visitor, register: object) -> None:
    receipt = submit(own_form(NAME), channel=Channel.MACHINE).receipts[0]
    assert "only shows" in look(visitor, receipt)
    assert not visitor.page.find("button", value="withdraw")
    visitor.send([("receipt", receipt), ("name", NAME), ("step", "withdraw")])
    assert Waiting.objects.count() == 1
    publish(DAY)
    visitor.send([("receipt", receipt), ("name", NAME), ("step", "erase")])
    assert "reviewer decides" in visitor.words()
    assert Erasure.objects.get().state == "asked"


@pytest.mark.parametrize("state", ["held", "rejected"])
def test_each_state_is_said_in_words(visitor: Visitor, receipt: str, state: str) -> None:
    said = {"held": "a person has read it", "rejected": "not taken into the register"}
    Waiting.objects.update(state=state, reasons="flood", rejection="hostile" if state == "rejected" else "")
    assert said[state] in look(visitor, receipt)


def test_correcting_begins_with_a_look(visitor: Visitor) -> None:
    response = visitor.client.get("/en/my-statement/correct/")
    assert response.status_code == 302
    assert response.headers["Location"] == "/en/my-statement/"


def test_anybody_may_ask_that_a_name_be_hidden(visitor: Visitor, receipt: str) -> None:
    publish(DAY)
    visitor.open("/en/hide/")
    visitor.press("step", "ask", number="0")
    assert "was noted" in visitor.words()
    assert HideRequest.objects.get().leaf == 0
    for number in ("7", "", "x", "-1", "9" * 40, "²"):
        visitor.open("/en/hide/")
        visitor.press("step", "ask", number=number)
        assert visitor.status == 422
        assert "no statement of this number" in visitor.words()


def test_a_page_of_another_site_cannot_have_a_browser_ask_that_a_name_be_hidden(
    visitor: Visitor, receipt: str
) -> None:
    publish(DAY)
    foreign = {"Sec-Fetch-Site": "cross-site"}
    shown = visitor.client.post("/en/hide/", "number=0", content_type=FORM_TYPE, headers=foreign)
    assert 'value="0"' in shown.content.decode()
    assert not HideRequest.objects.exists()
