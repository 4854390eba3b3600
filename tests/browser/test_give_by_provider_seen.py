"""A donor in a browser without script: our page, the provider's, back, and a monthly gift ended."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator

import pytest
from looks import wrong_at
from playwright.sync_api import Browser, Page

from giving_provider_cast import Cashier, open_cashier
from served import Served, serve_bare

PATIENCE = 240  # looks at a page, half a second apart


@pytest.fixture(scope="module")
def cashier() -> Iterator[Cashier]:
    with open_cashier() as opened:
        yield opened


@pytest.fixture(scope="module")
def till(tmp_path_factory: pytest.TempPathFactory, cashier: Cashier) -> Iterator[Served]:
    """Give a register that takes gifts by the providers, with its worker."""
    folder = tmp_path_factory.mktemp("till")
    files = cashier.write_secrets(folder)
    settings = {f"TUIDANG_GIVING_{name.upper()}": str(file) for name, file in files.items()}
    with serve_bare(folder, **settings) as running:
        running.start("work")
        yield running
        running.stop("work")


def tell(site: Served, cashier: Cashier) -> None:
    """Deliver all that was told, as the providers do."""
    for told in cashier.told():
        heads = {name[5:].replace("_", "-"): value for name, value in told.signature().items()}
        place = f"{site.address}/give/heard/{told.provider}/"
        urllib.request.urlopen(urllib.request.Request(place, told.body, heads), timeout=30).close()


def look_until(page: Page, words: str) -> None:
    for _ in range(PATIENCE):
        if words in page.content():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"it never said {words!r}: {page.inner_text('main')}")


def test_a_donor_gives_every_month_and_ends_it_without_script(
    till: Served, cashier: Cashier, chromium: Browser
) -> None:
    context = chromium.new_context(
        base_url=till.address, java_script_enabled=False, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    page.goto("/zh-hans/give/")
    page.check('input[value="monthly"]')
    page.fill("#amount", "1")
    page.click('button[value="stripe"]')
    assert "最少 5" in page.inner_text("#amount-error")
    page.fill("#amount", "25")
    page.click('button[value="stripe"]')
    assert page.url.startswith(f"{cashier.at}/pay/")
    page.click("button")
    assert "还没有得到消息" in page.inner_text("h1")
    tell(till, cashier)
    look_until(page, "第一笔捐款已经到了")
    till.kill("work")  # whatever it was at
    page.click(".shared a")
    page.click("main button")
    assert "我们已请对方停止" in page.inner_text("main")
    till.start("work")
    look_until(page, "已经停止")
    tell(till, cashier)
    assert [one.kind for one in cashier.told()].count("customer.subscription.deleted") == 1
    assert not context.cookies()
    context.close()


def test_donors_and_treasurers_pages_can_be_used_by_everybody(
    till: Served, cashier: Cashier, chromium: Browser
) -> None:
    context = chromium.new_context(base_url=till.address, viewport={"width": 390, "height": 800})
    page = context.new_page()

    def donor() -> Iterator[str]:
        page.goto("/en/give/")
        yield "give"
        page.fill("#amount", "900")
        page.check('input[value="receipt"]')
        page.click('button[value="stripe"]')
        yield "what is wrong"
        page.fill("#name", "Margaret Lin")
        page.click('button[value="stripe"]')
        page.click("button")
        yield "not heard yet"
        tell(till, cashier)
        look_until(page, "your gift has come")
        yield "thanks"

    assert not wrong_at(page, donor(), "en")
    intent = next(one for one in reversed(cashier.told()) if one.kind == "payment_intent.succeeded")
    name = intent.body.decode().partition('"id": "pi_')[2].partition('"')[0]
    cashier.do("stripe/pay_out")
    cashier.do("stripe/dispute", intent=f"pi_{name}", cents=5000)
    tell(till, cashier)
    till.enter(page, "willow", till.add_volunteer("willow", "treasurer"))

    def treasurer() -> Iterator[str]:
        page.goto("/desk/gifts/providers/")
        look_until(page, "Disputed by givers")
        yield "providers"
        page.click('main a[href*="/entry/"]')
        page.fill("#amount", "20")
        page.click('button[value="back"]')
        yield "an entry"

    assert not wrong_at(page, treasurer(), page.get_attribute("html", "lang") or "")
    context.close()
