"""What providers tell ends in the book as it happened: late, doubled, forged, in any order."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from giving_cast import MARGARET, TODAY
from giving_life_cast import BTCPAY, JPY, KRW, STRIPE, USD, begin, deliver, full_life, the_book
from giving_provider_cast import Cashier, Told
from tuidang.base.clock import china_today
from tuidang.giving.actions.donors import Person, find_donor
from tuidang.giving.actions.hearing import event_of, tend_notices
from tuidang.giving.listening import catch_up, tend
from tuidang.giving.models import Checkout, Donor, Entry, Notice, Order, Payment
from tuidang.giving.providers import provider_of
from tuidang.giving.queries import balances
from tuidang.giving.rules.checkouts import Standing
from tuidang.giving.rules.ledger import Account
from tuidang.giving.rules.money import Currency

pytestmark = pytest.mark.django_db


def hear_all(client: Client, cashier: Cashier) -> None:
    assert set(deliver(client, cashier.told())) <= {200}
    tend(TODAY)


def held(account: Account, currency: Currency = USD) -> int:
    return balances()[account, currency]


def test_a_gift_is_in_the_book_with_its_fee_and_its_giver_once_it_was_told(
    client: Client, cashier: Cashier
) -> None:
    session = begin(person=MARGARET, purpose=Account.GIFTS_FOR_CALLS)
    row = Checkout.objects.get()
    tend(TODAY)
    assert (row.standing, Entry.objects.count(), Donor.objects.count()) == (Standing.OPEN, 0, 0)
    cashier.do("stripe/pay", name=session)
    hear_all(client, cashier)
    assert (held(STRIPE), held(Account.GIFTS_FOR_CALLS), held(Account.FEES)) == (96_80, -100_00, 3_20)
    gift = Entry.objects.get(kind="gift")
    assert find_donor(gift.donor) == MARGARET
    row.refresh_from_db()
    assert (row.standing, row.donor) == (Standing.PAID, gift.donor)
    assert b"Margaret" not in bytes(row.payload)
    assert set(Notice.objects.values_list("state", flat=True)) == {"done"}


def test_nobody_is_named_who_wants_no_receipt(client: Client, cashier: Cashier) -> None:
    cashier.do("stripe/pay", name=begin())
    hear_all(client, cashier)
    assert (Donor.objects.count(), Entry.objects.get(kind="gift").donor) == (0, None)


def test_the_same_person_giving_again_is_the_same_donor(client: Client, cashier: Cashier) -> None:
    for _ in range(2):
        cashier.do("stripe/pay", name=begin(person=MARGARET))
    cashier.do("stripe/pay", name=begin(person=Person("Margaret Lin", "elsewhere")))
    hear_all(client, cashier)
    assert Donor.objects.count() == 2


@pytest.mark.parametrize(("currency", "cents", "dollars"), [(JPY, 5000, 33_50), (KRW, 50_000, 35_00)])
def test_a_gift_in_another_currency_stays_what_was_given_and_is_held_as_what_came(
    client: Client, cashier: Cashier, currency: Currency, cents: int, dollars: int
) -> None:
    session = cashier.do("stripe/pay", name=begin(cents=cents, currency=currency))
    hear_all(client, cashier)
    gift = Entry.objects.get(kind="gift")
    assert (gift.currency, gift.cents, held(STRIPE, currency)) == (currency, cents, 0)
    fee = held(Account.FEES)
    assert (held(STRIPE), held(Account.EXCHANGE), held(Account.EXCHANGE, currency)) == (
        dollars - fee,
        -dollars,
        cents,
    )
    cashier.do("stripe/refund", intent=session["payment_intent"], cents=cents)
    hear_all(client, cashier)
    assert (held(STRIPE), held(Account.GIFTS, currency), held(Account.EXCHANGE)) == (-fee, 0, 0)


def test_a_monthly_gift_is_a_gift_each_month_until_its_giver_ends_it(
    client: Client, cashier: Cashier
) -> None:
    session = cashier.do("stripe/pay", name=begin(monthly=True, person=MARGARET))
    hear_all(client, cashier)
    row = Checkout.objects.get()
    assert row.standing == Standing.RUNNING
    cashier.do("stripe/renew", subscription=session["subscription"])
    hear_all(client, cashier)
    assert (held(Account.GIFTS), Donor.objects.count()) == (-200_00, 1)
    assert len(set(Entry.objects.filter(kind="gift").values_list("donor", flat=True))) == 1
    link = f"/en/give/end/{row.pk}/"
    assert client.post(f"{link}{'0' * 20}/").status_code == 404
    assert Order.objects.count() == 0
    from tuidang.giving.actions.checkouts import proof_of

    for _ in range(2):
        assert client.post(f"{link}{proof_of(row.pk)}/").status_code == 200
    assert Order.objects.count() == 1
    tend(TODAY)
    assert cashier.told()[-1].kind == "customer.subscription.deleted"
    hear_all(client, cashier)
    row.refresh_from_db()
    assert row.standing == Standing.ENDED


def test_what_went_back_and_what_a_bank_took_and_returned(client: Client, cashier: Cashier) -> None:
    intent = cashier.do("stripe/pay", name=begin())["payment_intent"]
    cashier.do("stripe/refund", intent=intent, cents=30_00)
    failed = cashier.do("stripe/refund", intent=intent, cents=20_00)
    cashier.do("stripe/fail_refund", name=failed["id"])
    hear_all(client, cashier)
    assert (held(STRIPE), held(Account.GIFTS)) == (66_80, -70_00)
    dispute = cashier.do("stripe/dispute", intent=intent)
    hear_all(client, cashier)
    # All of it is taken, 30 more than was left, and a fee: that much is lost.
    assert (held(STRIPE), held(Account.GIFTS), held(Account.OTHER)) == (-48_20, 0, 30_00)
    assert Payment.objects.get().disputed == "open"
    cashier.do("stripe/win", name=dispute["id"])
    hear_all(client, cashier)
    assert (held(STRIPE), held(Account.GIFTS), held(Account.OTHER)) == (51_80, -70_00, 0)
    assert (held(Account.FEES), Payment.objects.get().disputed) == (18_20, "won")


def test_a_payout_is_matched_with_the_bank_s_line_and_one_that_failed_is_void(
    client: Client, cashier: Cashier
) -> None:
    from tuidang.giving.actions.bank import likely_entries, load_lines, match_line
    from tuidang.giving.queries import open_lines

    cashier.do("stripe/pay", name=begin())
    payout = cashier.do("stripe/pay_out")
    hear_all(client, cashier)
    assert (held(STRIPE), held(Account.BANK), payout["amount"], held(Account.FEES)) == (0, 94_80, 94_80, 5_20)
    entry = Entry.objects.get(kind="payout")
    load_lines(f"Date,Amount,Description\n{entry.day},94.80,STRIPE TRANSFER\n", USD)
    line = open_lines().get()
    assert [row.pk for row in likely_entries(line)] == [entry.pk]
    match_line(line.pk, entry.pk)
    cashier.do("stripe/fail_payout", name=payout["id"])
    hear_all(client, cashier)
    assert (held(STRIPE), held(Account.BANK), open_lines().count()) == (94_80, 0, 1)


@pytest.mark.parametrize(
    ("steps", "cents", "standing"),
    [
        (["send", "settle"], 100_00, "paid"),
        (["send"], 0, "open"),  # on its way
        (["send 40", "expire", "settle"], 40_00, "paid"),  # underpaid: what came is a gift all the same
        (["send 150", "settle"], 150_00, "paid"),  # overpaid
        (["expire", "send", "settle"], 100_00, "paid"),  # late
        (["expire"], 0, "expired"),
        (["send", "spend_twice"], 0, "expired"),
    ],
)
def test_of_coins_what_is_settled_is_a_gift(
    client: Client, cashier: Cashier, steps: list[str], cents: int, standing: str
) -> None:
    name = begin(BTCPAY)
    for step in steps:
        act, _, percent = step.partition(" ")
        cashier.do(f"btcpay/{act}", name=name, **({"percent": int(percent)} if percent else {}))
    hear_all(client, cashier)
    assert (held(BTCPAY), held(Account.GIFTS)) == (cents, -cents)
    assert Checkout.objects.get().standing == standing


def test_a_coin_that_was_settled_and_is_void_after_all_is_taken_back(
    client: Client, cashier: Cashier
) -> None:
    name = begin(BTCPAY)
    for act in ("send", "settle"):
        cashier.do(f"btcpay/{act}", name=name)
    hear_all(client, cashier)
    cashier.do("btcpay/spend_twice", name=name)
    hear_all(client, cashier)
    assert (held(BTCPAY), Entry.objects.count()) == (0, 2)


def test_what_was_forged_altered_or_signed_too_long_ago_changes_nothing(
    client: Client, cashier: Cashier
) -> None:
    cashier.do("stripe/pay", name=begin())
    coin = begin(BTCPAY)
    cashier.do("btcpay/send", name=coin)
    for one in cashier.told():
        assert deliver(client, [one], key="whsec_of_somebody") == [400]
        altered = Told(one.provider, one.kind, one.body.replace(b"0", b"1"))
        heads = one.signature()
        post = client.post(
            f"/give/heard/{one.provider}/", altered.body, content_type="application/json", **heads
        )
        assert post.status_code == 400
        if one.provider == "stripe":
            assert deliver(client, [one], late=301) == [400]
            assert deliver(client, [one], late=-301) == [400]
    assert client.post("/give/heard/stripe/", b"{}", content_type="application/json").status_code == 400
    assert client.post("/give/heard/nobody/", b"{}", content_type="application/json").status_code == 404
    assert client.get("/give/heard/stripe/").status_code == 405
    tend(TODAY)
    assert (Notice.objects.count(), Entry.objects.count()) == (0, 0)


def test_a_payment_that_did_not_begin_with_us_waits_for_a_person(client: Client, cashier: Cashier) -> None:
    Checkout.objects.all().delete()
    strange = {"price_data": {"currency": "usd", "unit_amount": "500"}, "quantity": "1"}
    session = cashier.do(
        "stripe/make_session",
        asked={
            "mode": "payment",
            "line_items": {"0": strange},
            "success_url": "https://x",
            "cancel_url": "https://x",
        },
    )
    cashier.do("stripe/pay", name=session["id"])
    hear_all(client, cashier)
    assert set(Notice.objects.values_list("state", "fault")) == {("stuck", "foreign")}
    assert Entry.objects.count() == 0


def test_a_payment_whose_beginning_was_forgotten_is_a_gift_of_nobody_named(
    client: Client, cashier: Cashier
) -> None:
    session = begin(purpose=Account.GIFTS_FOR_CALLS, person=MARGARET)
    Checkout.objects.all().delete()
    cashier.do("stripe/pay", name=session)
    hear_all(client, cashier)
    assert (held(Account.GIFTS_FOR_CALLS), Entry.objects.get(kind="gift").donor) == (-100_00, None)


def test_what_is_done_is_forgotten_and_a_monthly_gift_is_not(client: Client, cashier: Cashier) -> None:
    begin(person=MARGARET)  # and never came back
    cashier.do("stripe/pay", name=begin())
    cashier.do("stripe/pay", name=begin(monthly=True, person=MARGARET))
    hear_all(client, cashier)
    catch_up(TODAY + timedelta(days=38))
    assert Checkout.objects.count() == 3
    catch_up(TODAY + timedelta(days=43))
    assert Checkout.objects.get().standing == Standing.RUNNING
    assert not Notice.objects.exists()


def test_while_the_provider_is_silent_everything_waits(client: Client, cashier: Cashier) -> None:
    cashier.do("stripe/pay", name=begin())
    deliver(client, cashier.told())
    for fault in (["before"], ["after"], ["after"]):
        cashier.do("faults", faults=fault)
        tend_notices(provider_of)
        assert Entry.objects.count() == 0
    tend(TODAY)
    assert held(Account.GIFTS) == -100_00


def test_one_answer_that_cannot_be_read_holds_no_other_gift_up(client: Client, cashier: Cashier) -> None:
    odd = cashier.do("stripe/pay", name=begin())["payment_intent"]
    cashier.do("stripe/garble", intent=odd)
    hear_all(client, cashier)
    assert not Entry.objects.exists()
    cashier.do("stripe/pay", name=begin(cents=70_00))
    hear_all(client, cashier)
    assert held(Account.GIFTS) == -70_00
    assert "waits" in Notice.objects.values_list("state", flat=True)


def test_what_was_told_in_vain_is_asked_for(cashier: Cashier) -> None:
    full_life(cashier)
    for _ in range(2):
        catch_up(china_today())
        tend(TODAY)
    assert held(BTCPAY) == 100_00
    assert Checkout.objects.filter(standing="ended").exists()
    before = the_book()
    catch_up(china_today())
    tend(TODAY)
    assert the_book() == before


def test_who_copies_the_database_alone_cannot_ask_the_provider_who_gave(
    client: Client, cashier: Cashier
) -> None:
    from django.db import connection

    session = cashier.do("stripe/pay", name=begin(person=MARGARET, monthly=True))
    hear_all(client, cashier)
    with connection.cursor() as cursor:
        for model in (Checkout, Notice, Payment, Order, Entry):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            found = "".join(str(bytes(v) if isinstance(v, memoryview) else v) for row in cursor for v in row)
            for word in (session["id"], session["subscription"], "pi_0", "ch_0", "evt_", "Margaret"):
                assert word not in found
    assert event_of(STRIPE, "a") != event_of(BTCPAY, "a")
    assert uuid.UUID(str(Checkout.objects.get().pk)).version == 4
