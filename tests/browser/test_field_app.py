"""The field app: without a network, killed, seized, handed over; and by whom it can be used."""

from __future__ import annotations

import datetime
import gzip
import json
import os
import re
import signal
import time
import urllib.request
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import pytest
from field_walk import fill, network, new_team, settle_down, take_all, unsent, wait_until_sent, write_down
from looks import wrong_at
from playwright.sync_api import Browser, BrowserContext

from conftest import ARGUMENTS, CHROMIUM
from served import Served
from tuidang.privacy.names import NameTable, published_name
from tuidang.privacy.receipts import is_wellformed
from tuidang.privacy.sealing import CannotOpenError
from tuidang.privacy.weekly import make_week_key, open_entry, read_week_key, week_of, weeks_from

MOST = 60 * 1024
NAME, REASON, DRAFT = "周吴郑王甲", "我想清清白白地过日子", "还没写完的一句话"
NAMES = (
    "王伟",
    "王偉",
    "欧阳震华",
    "金福",
    "老孙",
    "陈静",
    "陳靜",
    "John",
    "钱某某",
    "李秀英",
    "张三丰",
    "小王老师",
)


@pytest.fixture(scope="module")
def team(site: Served) -> str:
    """Give the code of a team, which all phones share."""
    return new_team(site)[1]


@contextmanager
def phone(chromium: Browser, site: Served, profile: Path) -> Iterator[BrowserContext]:
    """Start a browser of its own on a profile that lasts."""
    context = chromium.browser_type.launch_persistent_context(
        profile, executable_path=CHROMIUM, args=ARGUMENTS, base_url=site.address,
        viewport={"width": 390, "height": 844}, locale="zh-CN",
    )  # fmt: skip
    try:
        yield context
    finally:
        if pids_of(profile):
            context.close()


def pids_of(profile: Path) -> list[int]:
    """Find the processes of the browser that has a profile open."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if f"--user-data-dir={profile}".encode() in command:
            found.append(int(folder.name))
    return found


def kill(profile: Path) -> None:
    """Kill a browser and all its processes, as a battery that is taken out."""
    for pid in pids_of(profile):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    patience = time.monotonic() + 30
    while pids_of(profile):
        assert time.monotonic() < patience
        time.sleep(0.05)


def forms_of(text: str) -> list[bytes]:
    """Give a word in every encoding in which a browser might keep it."""
    bare = re.sub(r"\s", "", text)
    return [
        text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be"), bare.encode(),
        json.dumps(text).strip('"').encode(), urllib.request.quote(text).encode(), text.encode("gb18030"),
    ]  # fmt: skip


def test_offline_killed_and_seized_every_entry_arrives_once_and_the_phone_tells_nothing(
    chromium: Browser, site: Served, team: str, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    receipts = []
    with phone(chromium, site, profile) as context:
        page = context.pages[0]
        settle_down(page, team)
        receipts.append(write_down(page, NAME, REASON))
        wait_until_sent(page)
        network(context, there=False)
        receipts += [write_down(page, f"{NAME}{number}", REASON) for number in range(3)]
        page.click("#next")
        fill(page, f"{NAME}丁", DRAFT)  # typed, and never sealed
        page.wait_for_timeout(1000)
        kill(profile)
    seized = b"".join(path.read_bytes() for path in profile.rglob("*") if path.is_file())
    assert team.replace("-", "").encode() in seized  # we look where things are kept
    for word in (NAME, REASON, DRAFT, *receipts, *(" ".join(re.findall("....", one)) for one in receipts)):
        assert not [form for form in forms_of(word) if form in seized], word

    with phone(chromium, site, profile) as context:
        page = context.pages[0]
        network(context, there=False)
        page.goto("/field/zh-hans/")
        page.wait_for_selector("#screen-person:not([hidden])")
        assert unsent(page) == 3
        assert page.input_value("#name") == ""
        network(context, there=True)
        wait_until_sent(page)
        assert page.locator("#entries .sent").count() == 4
    told = take_all(site)
    assert told["taken"] >= 4
    assert told["refused"] == told["unreadable"] == 0
    assert all(is_wellformed(one) == one for one in receipts)


def test_what_a_phone_hands_over_counts_once_whoever_sends_it(
    chromium: Browser, site: Served, team: str, tmp_path: Path
) -> None:
    take_all(site)  # what other tests have left
    first, second = (chromium.new_context(base_url=site.address, locale="en-GB") for _ in range(2))
    one, two = first.new_page(), second.new_page()
    for page in (one, two):
        settle_down(page, team, "en")
    network(first, there=False)
    receipt = write_down(one, "金福")
    write_down(one, "万顺")
    one.click("#go-list")
    with one.expect_download() as got:
        one.click("#hand-over")
    file = tmp_path / "handed.sealed"
    got.value.save_as(file)
    assert "金福".encode() not in file.read_bytes()
    assert receipt.encode() not in file.read_bytes()
    two.click("#go-list")
    two.set_input_files("#take-in", file)
    two.wait_for_selector("#entries .sent >> nth=1")
    network(first, there=True)
    wait_until_sent(one)
    assert take_all(site)["taken"] == 2
    head, line, *_ = file.read_text().splitlines()
    (tmp_path / "one").write_text(f"{head}\n{json.dumps({**json.loads(line), 'uuid': str(uuid4())})}\n")
    two.set_input_files("#take-in", tmp_path / "one")
    two.wait_for_function("() => document.querySelector('#handed').textContent.startsWith('One sealed')")
    (tmp_path / "other").write_text("{}")
    two.set_input_files("#take-in", tmp_path / "other")
    two.wait_for_function("() => document.querySelector('#handed').textContent.includes('no file')")
    for context in (first, second):
        context.close()


def test_entries_are_deleted_one_by_one_or_all_and_only_when_asked_twice(
    chromium: Browser, site: Served, team: str
) -> None:
    context = chromium.new_context(base_url=site.address, locale="en-GB")
    page = context.new_page()
    settle_down(page, team, "en")
    network(context, there=False)
    for name in ("金福", "万顺", "平安"):
        write_down(page, name)
    page.click("#go-list")
    page.click("#entries li:nth-child(2) button")
    page.click("#ask-no")
    assert unsent(page) == 3
    page.click("#entries li:nth-child(2) button")
    page.click("#ask-yes")
    page.wait_for_selector("#entries li >> nth=2", state="detached")
    assert page.locator("#entries li span:first-child").all_inner_texts() == ["No. 1", "No. 3"]
    age = "days => new Promise(done => { const open = indexedDB.open('field'); open.onsuccess = () => {"
    age += "const store = open.result.transaction('entries', 'readwrite').objectStore('entries');"
    age += "store.getAll().onsuccess = e => { for (const one of e.target.result) store.put({...one,"
    age += "day: new Date(Date.now() - days * 864e5).toISOString().slice(0, 10)}); };"
    age += "store.transaction.oncomplete = () => { open.result.close(); done(); } } })"
    page.evaluate(age, 5)
    page.reload()
    assert re.search("[456] days old", page.inner_text("[data-warning=old]"))
    page.click("#go-list")
    page.click("#clear")
    page.click("#ask-yes")
    page.wait_for_selector("#none:not([hidden])")
    assert page.locator("[data-warning=old]").count() == 0
    network(context, there=True)
    page.click("#remove")
    with page.expect_navigation():
        page.click("#ask-yes")
    page.wait_for_url("**/calendar/")  # which says nothing of us
    left = "async () => [await caches.keys(), await indexedDB.databases(), "
    left += "await navigator.serviceWorker.getRegistrations()].flat().length"
    assert page.evaluate(left) == 0
    context.close()


def test_a_revoked_code_and_a_closed_site_are_said_and_lose_nothing(chromium: Browser, site: Served) -> None:
    code, team, number = new_team(site)
    context = chromium.new_context(base_url=site.address, locale="en-GB")
    page = context.new_page()
    settle_down(page, team, "en")
    network(context, there=False)
    write_down(page, "金福")
    site.run("field", "site", "set", code, "closed")
    network(context, there=True)
    page.reload()
    page.wait_for_selector("[data-warning=closed]")
    wait_until_sent(page)
    fill(page, "万顺")
    page.click("#person .actions button")
    page.click("#seal")
    assert "closed" in page.inner_text("#seal-error")
    site.run("field", "team", "revoke", number)
    page.reload()
    page.wait_for_selector("[data-warning=code]")
    context.close()


def test_a_phone_whose_code_was_revoked_is_given_a_new_one_and_sends_all_it_kept(
    chromium: Browser, site: Served
) -> None:
    code, team, number = new_team(site)
    context = chromium.new_context(base_url=site.address, locale="en-GB")
    page = context.new_page()
    settle_down(page, team, "en")
    network(context, there=False)
    for name in ("金福", "万顺"):
        write_down(page, name)
    site.run("field", "team", "revoke", number)
    network(context, there=True)
    page.wait_for_selector("[data-warning=code]")
    page.click("#go-list")
    page.wait_for_selector("#kept", state="hidden")
    assert page.inner_text("body").count("This code is not known") == 1
    assert unsent(page) == 2
    page.click("[data-warning=code] button")
    assert page.inner_text("#team-for") == "灯塔码头 Pier"
    again = json.loads(site.run("field", "team", "make", code, "mornings", "--json"))["code"]
    page.fill("#team", again)
    page.click("#site-form button")
    wait_until_sent(page)
    page.wait_for_selector("#screen-list:not([hidden])")
    assert page.locator("[data-warning=code]").count() == 0
    assert page.is_visible("#kept")
    assert page.locator("#entries .sent").count() == 2
    context.close()


SEALED = """() => new Promise((done) => { const open = indexedDB.open("field"); open.onsuccess = () => {
  open.result.transaction("entries").objectStore("entries").getAll().onsuccess = ({ target }) =>
    done(target.result.map(({ week, sealed }) => [week, btoa(String.fromCharCode(...sealed))])); } })"""


def test_what_is_sealed_is_the_text_as_typed_in_every_language_of_the_screen(
    chromium: Browser, site: Served, team: str
) -> None:
    typed = "电话 13800138000，QQ 12345678\n身份证 11010519491231002X"
    context = chromium.new_context(base_url=site.address)
    page = context.new_page()
    settle_down(page, team, "en")
    network(context, there=False)
    for language in ("en", "zh-hans", "zh-hant"):
        page.goto(f"/field/{language}/")
        page.wait_for_selector(".alias")
        fill(page, "金福", typed)
        page.click("#person .actions button")
        assert "13800138000" not in page.inner_text("#seen-text")
        assert page.is_visible("#seen-masked")
        page.click("#seal")
        page.wait_for_selector("#screen-receipt:not([hidden])")
        if language == "en":  # this register is a sample
            assert "within minutes" in page.inner_text("#screen-receipt")
    found = page.evaluate(SEALED)
    context.close()
    opened = [
        json.loads(open_entry(key.secret, b64decode(sealed)))
        for week, sealed in found
        for key in [read_week_key(site.data / "sealing-sample" / f"{week}.key")]
    ]
    assert [(one["lang"], one["text"]) for one in opened] == [
        (language, typed) for language in ("en", "zh-hans", "zh-hant")
    ]


JUDGED = """async ([files, names, days, key]) => {
  const [seal, receipt, weeks, names_, masks] = await Promise.all(files.map((file) => import(file)));
  const table = new names_.Names(await (await fetch("/field/names.json")).json());
  const content = { name: "金福", text: "我退出。", orgs: ["party"] };
  return {
    sealed: [0, 1, 2].map(() => seal.toText(seal.sealContent(seal.fromText(key), content))),
    digits: Array.from({ length: 400 }, () => receipt.makeDigits()),
    weeks: days.map((day) => [weeks.weekOf(day), weeks.mondayOf(weeks.weekOf(day))]),
    rare: names.map((name) => table.isRare(table.read(name, "CN-GD"))),
    kinds: names.map((name) => table.read(name, "CN-GD").kind),
    ideas: Array.from({ length: 20 }, () => table.propose(6, "CN-GD", false)).flat(),
    masked: masks.maskText("电话 138-0013-8000，微信号 abc12345，a@b.com，见 https://x.org/y 。我三十岁。",
                           { email: "E", link: "L", number: "N" }),
  };
}"""


def test_foreign_judges_agree_with_what_the_phone_computes(chromium: Browser, site: Served) -> None:
    context = chromium.new_context(base_url=site.address)
    page = context.new_page()
    page.goto("/field/zh-hans/")
    worker = urllib.request.urlopen(f"{site.address}/field/worker.js").read().decode()
    files = [re.search(rf"/static/field/{one}\.\w+\.js", worker)[0] for one in  # type: ignore[index]
             ("seal", "receipt", "weeks", "names", "masks")]  # fmt: skip
    key = make_week_key("2026-W48")
    days = [f"{year}-{month:02d}-{day:02d}" for year in range(2024, 2034) for month in (1, 6, 12)
            for day in (1, 2, 3, 4, 28, 29, 30)]  # fmt: skip
    public = b64encode(key.public).decode()
    found = page.evaluate(JUDGED, [files, list(NAMES), days, public])
    context.close()
    boxes = [b64decode(one) for one in found["sealed"]]
    assert len(set(boxes)) == 3
    for box in boxes:  # PyNaCl's sealed box
        assert json.loads(open_entry(key.secret, box)) == {
            "name": "金福",
            "text": "我退出。",
            "orgs": ["party"],
        }
        with pytest.raises(CannotOpenError):
            open_entry(make_week_key("2026-W48").secret, box)
    assert all(is_wellformed(one) == one for one in found["digits"])
    assert len(set(found["digits"])) == 400
    drawn = "".join(one[:15] for one in found["digits"])
    assert all(
        480 < drawn.count(str(digit)) < 720 for digit in range(10)
    )  # 600, and five standard deviations
    real = [datetime.date.fromisoformat(day) for day in days]
    assert [week for week, _ in found["weeks"]] == [week_of(day) for day in real]
    assert all(week in weeks_from(datetime.date.fromisoformat(monday), 1) for week, monday in found["weeks"])
    table = NameTable.default()
    shortened = [published_name(name, "CN-GD", table) != name for name in NAMES]
    assert dict(zip(NAMES, found["rare"], strict=True)) == dict(zip(NAMES, shortened, strict=True))
    assert not [name for name in found["ideas"] if published_name(name, "CN-GD", table) != name]
    assert found["masked"] == "电话 〔N〕，微信号 〔N〕，〔E〕，见 〔L〕 。我三十岁。"


def test_the_whole_app_weighs_less_than_sixty_kilobytes(site: Served) -> None:
    def get(path: str) -> str:
        return urllib.request.urlopen(site.address + path).read().decode("latin-1")

    worker = get("/field/worker.js")
    listed = [
        json.loads(found)
        for found in re.findall(r"^const (?:FILES|FRESH) = (\[.*?\]);", worker, re.MULTILINE)
    ]
    files = [path for one in listed for path in one]
    pages = [path for path in files if re.fullmatch("/field/[a-z-]+/", path)]
    assert len(pages) == 3
    weights = {path: len(gzip.compress(get(path).encode("latin-1"), 6)) + 100
               for path in (*files, "/field/worker.js", f"{pages[0]}app.webmanifest")}  # fmt: skip
    assert sum(weights.values()) < MOST, weights
    assert "http" not in "".join(files)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_screen_can_be_used_by_everybody(
    chromium: Browser, site: Served, team: str, language: str
) -> None:
    context = chromium.new_context(base_url=site.address, viewport={"width": 390, "height": 800})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def stations() -> Iterator[str]:
        page.goto(f"/field/{language}/")
        page.click("summary")
        yield "sites"
        settle_down(page, team, language)
        page.click("#person .actions button")
        yield "person, with errors"
        fill(page, "欧阳震华", "我退出。电话 13800138000")
        page.click("#person .actions button")
        yield "seen"
        page.click("#seal")
        page.wait_for_selector("#screen-receipt:not([hidden])")
        yield "receipt"
        page.click("#go-list")
        wait_until_sent(page)
        yield "list"
        page.click("#entries button")
        yield "asked"

    assert not wrong_at(page, stations(), language)
    assert not complaints
    context.close()
