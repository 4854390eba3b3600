"""Receipts say word by word what IRS Publication 1771 asks for, as pdftotext reads it off the PDF."""

from __future__ import annotations

import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.giving.paper import NoFontError, make_pdf
from tuidang.giving.rules.letter import (
    Gift,
    Letter,
    Organisation,
    Recipient,
    Service,
    as_text,
    stamp,
    write_expenses,
    write_gift,
    write_year,
)
from tuidang.giving.rules.letter_words import LABELS, SENTENCES
from tuidang.giving.rules.money import Currency, write_amount
from tuidang.giving.rules.receipts import needs_receipt

DAY = date(2026, 11, 28)
OF = Organisation("Lantern House", "1 Pier Street, Flushing, NY 11354", "12-3456789")
MARGARET = Recipient("Margaret Lin", "7 Elm Road, Albany, NY 12203", "en")
WANG = Recipient("王长青", "", "zh-hans")
LIN = Recipient("林萬順", "台北市中山路一號", "zh-hant")

HEAD = "Lantern House 1 Pier Street, Flushing, NY 11354 EIN 12-3456789"
MARGARET_S = "Issued 28 November 2026 Donor Margaret Lin Address 7 Elm Road, Albany, NY 12203"
NOTHING = "No goods or services were provided in exchange for your contribution."
EXEMPT = (
    "Lantern House is exempt from federal income tax under section 501(c)(3) of the Internal Revenue"
    " Code; its"
    " Employer Identification Number is 12-3456789. Please keep this receipt with your tax records."
)


def printed(letter: Letter, mark: str = "") -> str:
    """Read a receipt's PDF as anybody can, each run of white space as one space."""
    run = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-", "-"],
        input=make_pdf(letter, mark),
        capture_output=True,
        check=True,
    )
    return " ".join(run.stdout.decode().split())


def test_a_gift_of_money_with_nothing_in_return() -> None:
    assert printed(write_gift(17, DAY, OF, MARGARET, Gift(date(2026, 5, 6), Currency.USD, 300_00))) == (
        f"{HEAD} Receipt for a gift Receipt number 000017 {MARGARET_S}"
        " Thank you for your cash contribution of USD 300.00, which Lantern House received on 6 May 2026."
        f" {NOTHING} {EXEMPT}"
    )


def test_a_gift_with_something_in_return_has_the_estimate_and_the_limit() -> None:
    gift = Gift(date(2026, 5, 6), Currency.USD, 100_00, benefit="a cookbook", benefit_cents=40_00)
    assert printed(write_gift(18, DAY, OF, MARGARET, gift)) == (
        f"{HEAD} Receipt for a gift Receipt number 000018 {MARGARET_S}"
        " Thank you for your cash contribution of USD 100.00, which Lantern House received on 6 May 2026."
        " In exchange for your contribution we provided you with: a cookbook. Our good faith estimate of its"
        " fair market value is USD 40.00. The amount of your contribution that is deductible for federal"
        " income"
        " tax purposes is limited to the excess of the money you contributed over the value of the goods or"
        f" services we provided, which is USD 60.00. {EXEMPT}"
    )


def test_what_was_given_back_is_taken_off() -> None:
    gift = Gift(date(2026, 5, 6), Currency.EUR, 300_00, refunded=50_00)
    assert printed(write_gift(19, DAY, OF, MARGARET, gift)) == (
        f"{HEAD} Receipt for a gift Receipt number 000019 {MARGARET_S}"
        " Thank you for your cash contribution of EUR 250.00, which Lantern House received on 6 May 2026."
        " You gave EUR 300.00, of which EUR 50.00 was returned to you since; this receipt is for the rest."
        f" {NOTHING} The amount stands in the currency in which you gave it. {EXEMPT}"
    )


def test_a_year_s_gifts() -> None:
    gifts = [
        Gift(date(2026, 1, 2), Currency.USD, 300_00),
        Gift(date(2026, 2, 3), Currency.USD, 100_00, benefit="a book", benefit_cents=25_00),
    ]
    assert printed(write_year(20, DAY, OF, MARGARET, year=2026, gifts=gifts)) == (
        f"{HEAD} Summary of gifts in a year Receipt number 000020 {MARGARET_S}"
        " Thank you for your cash contributions, which Lantern House received in 2026 and which are"
        " listed below."
        " Received Amount In return (estimated value) 2 January 2026 USD 300.00 3 February 2026 USD 100.00"
        " a book (USD 25.00) In all: USD 400.00."
        " In exchange for the contributions beside which they stand we provided goods or services; the value"
        " beside them is our good faith estimate of their fair market value. No goods or services were"
        " provided"
        " in exchange for the other contributions. For contributions with something in return, the"
        " amount that"
        " is deductible for federal income tax purposes is limited to the excess of the money you contributed"
        " over the value of the goods or services we provided."
        " This summary has every gift of the year, also those for which you hold a receipt of their own; each"
        f" counts once. {EXEMPT}"
    )


def test_what_a_volunteer_spent_is_acknowledged_without_an_amount() -> None:
    service = Service("driving posters to Niagara Falls", date(2026, 5, 1), date(2026, 9, 30))
    said = printed(write_expenses(21, DAY, OF, MARGARET, service))
    assert said == (
        f"{HEAD} Acknowledgment of expenses as a volunteer Receipt number 000021 {MARGARET_S}"
        " Thank you for the services that you provided to Lantern House as a volunteer, from 1 May 2026 to 30"
        " September 2026: driving posters to Niagara Falls. You spent money of your own for them, for"
        " which you"
        f" were not reimbursed. {NOTHING} This letter states no amount: please keep your own records of"
        f" what you"
        f" spent. {EXEMPT}"
    )
    assert "USD" not in said
    lunch = Service("driving", date(2026, 5, 1), DAY, "five lunches", 60_00)
    said = printed(write_expenses(22, DAY, OF, MARGARET, lunch))
    assert NOTHING not in said
    assert "five lunches. Our good faith estimate of its fair market value is USD 60.00." in said


def test_chinese_has_both_languages() -> None:
    gift = Gift(date(2026, 5, 6), Currency.USD, 300_00)
    assert printed(write_gift(23, DAY, OF, WANG, gift)) == (
        f"{HEAD} 捐款收据 Receipt for a gift 收据编号 Receipt number 000023 开具日期 Issued 2026年11月28日"
        " 捐款人 Donor 王长青 感谢您捐款 USD 300.00。Lantern House已于2026年5月6日收到这笔款项。"
        " Thank you for your cash contribution of USD 300.00, which Lantern House received on 6 May 2026."
        f" 本机构没有因这笔捐献向您提供任何商品或服务。 {NOTHING}"
        " Lantern House依《国内税收法》第 501(c)(3) 条免缴联邦所得税，雇主识别号码（EIN）为 12-3456789。"
        f"请将本收据与您的报税资料一并保存。 {EXEMPT}"
    )
    said = printed(write_gift(24, DAY, OF, LIN, gift), "again")
    assert said.startswith(
        f"{HEAD} 副本 DUPLICATE 捐款收據 Receipt for a gift 收據編號 Receipt number 000024"
    )
    assert f"本機構沒有因這筆捐獻向您提供任何商品或服務。 {NOTHING}" in said


@pytest.mark.parametrize(("mark", "word"), [("again", "DUPLICATE"), ("void", "VOID")])
def test_what_is_no_original_says_so_on_top(mark: str, word: str) -> None:
    letter = write_gift(25, DAY, OF, MARGARET, Gift(DAY, Currency.USD, 300_00))
    assert printed(letter, mark).startswith(f"{HEAD} {word} Receipt for a gift")
    assert as_text(letter, mark).startswith(f"*** {word} ***\n")
    assert word not in printed(letter)
    assert word not in as_text(letter)


AMOUNTS = st.integers(1, 10**9)
GIFTS = st.builds(
    lambda day, currency, cents, back, benefit, estimate: Gift(
        day,
        currency,
        cents,
        min(back, cents - 1),
        benefit if estimate < cents else "",
        estimate if estimate < cents else 0,
    ),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.sampled_from(Currency),
    AMOUNTS,
    st.just(0) | AMOUNTS,
    st.sampled_from(["a book", "一本书"]),
    AMOUNTS,
)


@given(gifts=st.lists(GIFTS, min_size=1, max_size=12), to=st.sampled_from([MARGARET, WANG, LIN]))
def test_whatever_is_given_all_is_said_that_must_be(gifts: list[Gift], to: Recipient) -> None:
    year = write_year(1, DAY, OF, to, year=2026, gifts=gifts)
    for letter in (write_gift(1, DAY, OF, to, gifts[0]), year):
        assert Letter.read(letter.store()) == letter
        mail = as_text(letter)
        words = [*letter.head, letter.title, *letter.paragraphs, *letter.last, *sum(letter.rows, ())]
        for word in [*words, *(name for fact in letter.facts for name in fact)]:
            assert word in mail
    one, all_of_it = as_text(write_gift(1, DAY, OF, to, gifts[0])), as_text(year)
    assert (SENTENCES["en"]["nothing"] in one) is not bool(gifts[0].benefit)
    assert ("good faith estimate of its" in one) is bool(gifts[0].benefit)
    assert ("is limited to the excess" in one) is bool(gifts[0].benefit)
    assert (SENTENCES["en"]["year-nothing"] in all_of_it) is not any(gift.benefit for gift in gifts)
    assert ("is limited to the excess" in all_of_it) is any(gift.benefit for gift in gifts)
    mixed = len({bool(gift.benefit) for gift in gifts}) == 2
    assert (SENTENCES["en"]["year-others"] in all_of_it) is mixed
    for currency in Currency:
        total = sum(gift.left for gift in gifts if gift.currency is currency)
        assert (not total) or write_amount(total, currency) in all_of_it


@pytest.mark.parametrize("to", [WANG, LIN], ids=["zh-hans", "zh-hant"])
def test_paper_and_mail_say_the_same(to: Recipient) -> None:
    gifts = [
        Gift(date(2026, 1, 2), Currency.JPY, 30_000),
        Gift(date(2026, 2, 3), Currency.USD, 100_00, 1, "a book", 25_00),
    ]
    letter = write_year(20, DAY, OF, to, year=2026, gifts=gifts)
    mail = "".join(as_text(letter, "void").split())  # lines end in other places; columns have no heads
    paper = "".join(printed(letter, "void").split())
    words = [*letter.head, stamp(to.language, "void"), letter.title]
    words += [word for fact in letter.facts for word in fact] + [*letter.paragraphs, *letter.columns]
    words += [cell for row in letter.rows for cell in row] + list(letter.last)
    assert paper == "".join("".join(words).split())
    assert all("".join(word.split()) in mail for word in words if word not in letter.columns)


def test_every_language_has_every_sentence() -> None:
    for table in (SENTENCES, LABELS):
        assert {language: set(words) for language, words in table.items()} == {
            language: set(table["en"]) for language in ("en", "zh-hans", "zh-hant")
        }
    for name, english in SENTENCES["en"].items():
        fields = set(re.findall(r"{\w+}", english))
        for language in ("zh-hans", "zh-hant"):
            assert set(re.findall(r"{\w+}", SENTENCES[language][name])) == fields, (language, name)


@pytest.mark.parametrize(
    ("cents", "currency", "benefit", "needed"),
    [
        (249_99, Currency.USD, 0, False),
        (250_00, Currency.USD, 0, True),
        (75_00, Currency.USD, 10_00, False),
        (75_01, Currency.USD, 1, True),
        (1, Currency.EUR, 0, True),
    ],
)
def test_who_must_get_a_receipt(cents: int, currency: Currency, benefit: int, needed: bool) -> None:
    assert needs_receipt(cents, currency, benefit) is needed


def test_without_the_font_nothing_is_half_made() -> None:
    with pytest.raises(NoFontError):
        make_pdf(write_gift(1, DAY, OF, LIN, Gift(DAY, Currency.USD, 1)), font=Path("/nowhere.ttc"))
