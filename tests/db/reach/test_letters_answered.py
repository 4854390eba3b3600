"""Letters in a real mailbox, answered by a real way out: once, bounded, and nothing of them is kept."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from mail_cast import OWN, PASSWORD, SENDER, Held, Post, post_office
from pytest_django.fixtures import Settings

from tuidang.base.limits import Budget
from tuidang.base.options import read_options
from tuidang.reach.actions import create_source
from tuidang.reach.doctor import examine_ways
from tuidang.reach.lists.actions import create_set, hand_out_mirrors, keep_measured, renew_canary
from tuidang.reach.lists.measured import Measured, Network, Thing
from tuidang.reach.mail.box import Flag, MailFault
from tuidang.reach.mail.service import Done, NotSet, Robot, read_post
from tuidang.reach.rules import Door, Entry, Kind, State
from tuidang.reach.tools.sample import stock_tools

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Requiring AUTH"),  # aiosmtpd knows STARTTLS alone as TLS
    pytest.mark.skipif(shutil.which("dovecot") is None, reason="needs Debian's dovecot-imapd"),
]
NOW = datetime.now(UTC)
MARKS = (b"marked-sender-77d1", b"marked-body-41c2", b"Marked Name", b"marked-id", b"post.example")


@pytest.fixture(scope="module")
def office() -> Iterator[Post]:
    """Run both servers for all of these tests."""
    folder = Path(tempfile.mkdtemp(prefix="tuidang-post-"))
    with post_office(folder) as post:
        yield post
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def post(office: Post) -> Post:
    """Give both, with an empty mailbox."""
    with office.box() as line:
        line.store("1:*", "+FLAGS", r"(\Deleted)") if office.waiting() else None
        line.expunge()
    office.sent.clear()
    office.verdict = lambda _to: "250 OK"
    return office


@pytest.fixture
def robot(post: Post, house: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Robot:
    """Give the robot, with settings as an operator writes them."""
    monkeypatch.setenv("SSL_CERT_FILE", str(post.authority))
    options, problems = read_options({**post.settings, "TUIDANG_DATA": str(house)})
    assert not problems
    settings.TUIDANG = options
    (house / "keys" / "mail-password").write_text(f"{PASSWORD}\n")
    assert [level for level, _what, _mend in examine_ways(options)] == ["good"]
    return Robot(read_post(options), options)


@pytest.fixture
def stocked(house: Path) -> None:
    """Have something of everything to send."""
    for name, size in (
        ("telling-name", 2048),
        ("long", 4 * 1024 * 1024),
        (".new/telling-name", 7),
        ("en", 1),
    ):
        editions = house / "editions" / name / "zh-hans"
        editions.mkdir(parents=True)
        (editions / "book.html").write_bytes(b"H" * size)
        (editions / "book.txt").write_bytes(b"T" * 512)
        (editions / "1.txt").write_text("a chapter")
    (house / "editions" / "en" / "zh-hans").rename(house / "editions" / "en" / "en")
    (house / "editions" / "manifest.txt").write_text("not for letters")
    today = date(2026, 11, 28)
    for code in ("m1", "m2", "m3", "m4"):
        place = f"https://{code}.mirror.example/"
        create_source(Entry(code, Kind.MIRROR, "A mirror", place, State.LIVE, Door.HOME), today)
    create_set("e-mail", "Who writes")
    create_set("posters", "Posters")
    hand_out_mirrors()
    renew_canary("e-mail", "今天下雨。", 14, today)
    stock_tools()
    keep_measured([Measured(Thing.TOOL, "sample-b", Network.CHINA_MOBILE, date(2026, 11, 26), works=True)])


def test_who_asks_for_all_gets_small_files_and_words_and_his_letter_is_gone(
    post: Post, robot: Robot, stocked: None
) -> None:
    post.bring("书 工具 镜像")
    assert robot.look(NOW) == Done(answered=1)
    assert post.waiting() == 0
    ((to, answer),) = post.sent
    assert (to, str(answer["From"]), str(answer["Subject"])) == (SENDER, OWN, "回信")
    names = [one.get_filename() for one in answer.iter_attachments()]
    assert names == ["1.txt", "2.html", "mirrors.json"], "a book each, the long one as text"
    text = answer.get_body(("plain",))
    assert text is not None
    words = text.get_content()
    assert "Sample tool B" in words
    assert "样例" in words
    assert "11月26日在中国移动上能用" in words
    assert "今天下雨。" in words
    assert sum(f"https://m{n}.mirror.example/" in words for n in range(1, 5)) == 2, "its own set and no other"


def test_who_asks_for_nothing_that_we_know_is_told_in_three_languages(post: Post, robot: Robot) -> None:
    post.bring("hello")
    robot.look(NOW)
    words = post.sent[0][1].get_content()
    assert all(one in words for one in ("This is a robot", "这是自动回信", "這是自動回信"))


def test_what_may_not_be_answered_is_deleted_in_silence(post: Post, robot: Robot) -> None:
    post.bring(Authentication_Results="mx.lantern.example; dmarc=fail header.from=post.example")
    post.bring(Auto_Submitted="auto-replied")
    post.bring(sender=OWN)
    post.bring("old", day=NOW - timedelta(days=4))
    assert robot.look(NOW) == Done(deleted=4)
    assert (post.waiting(), post.sent) == (0, [])


def test_a_letter_at_which_the_parser_falls_over_holds_up_nobody(post: Post, robot: Robot) -> None:
    with post.box() as line:
        deep = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(1500))
        assert line.append("INBOX", "", "", f"From: {SENDER}\r\n{deep}".encode())[0] == "OK"
    post.bring()
    assert robot.look(NOW) == Done(answered=1, deleted=1)
    assert post.waiting() == 0


def test_a_sender_is_answered_three_times_a_day_and_all_together_within_a_bound(
    post: Post, robot: Robot
) -> None:
    for _ in range(5):
        post.bring()
    assert robot.look(NOW) == Done(answered=3, deleted=2)
    robot.in_all = Budget(burst=1, per_hour=1)
    for name in ("a", "b", "c"):
        post.bring(sender=f"{name}@post.example")
    assert robot.look(NOW) == Done(answered=1, waiting=2)
    assert post.waiting() == 2, "they wait"
    robot.in_all = Budget(burst=9, per_hour=9)
    assert robot.look(NOW) == Done(answered=2)


def test_a_way_out_that_says_later_is_asked_again_and_one_that_says_never_is_not(
    post: Post, robot: Robot
) -> None:
    post.verdict = lambda _to: "451 later"
    post.bring()
    for _ in range(5):
        assert robot.look(NOW) == Done(waiting=1)
    post.verdict = lambda _to: "250 OK"
    assert robot.look(NOW) == Done(answered=1)
    post.verdict = lambda _to: "554 never"
    post.bring()
    assert robot.look(NOW) == Done(deleted=1)
    assert (post.waiting(), len(post.sent)) == (0, 1)


def test_a_closed_way_out_costs_nobody_his_answer_and_says_no_address(
    post: Post, robot: Robot, caplog: pytest.LogCaptureFixture
) -> None:
    post.bring()
    closed = replace(robot.post, smtp=robot.post.smtp._replace(port=9))
    for _ in range(3):
        with pytest.raises(MailFault, match=r"^the way out at localhost: ConnectionRefusedError$"):
            Robot(closed, robot.options).look(NOW)
    wrong = replace(robot.post, password="wrong")
    with pytest.raises(MailFault, match=r"^the mailbox at localhost does not let us in$"):
        Robot(wrong, robot.options).look(NOW)
    assert robot.look(NOW) == Done(answered=1)
    assert not [one for one in caplog.records if one.name.startswith("tuidang")]


def test_servers_whose_certificate_nobody_vouches_for_are_not_spoken_to(
    post: Post, robot: Robot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(MailFault, match="SSLCertVerificationError"):
        robot.look(NOW)


def test_a_letter_is_tried_twice_at_most_whoever_was_killed(post: Post, robot: Robot) -> None:
    for flags, done in (
        ("", Done(answered=1)),
        (rf"({Flag.TRIED})", Done(answered=1)),
        (rf"({Flag.TRIED} {Flag.TRIED_AGAIN})", Done(deleted=1)),
        (r"(\Deleted)", Done()),
    ):
        post.bring(sender=f"x{len(flags)}@post.example")
        with post.box() as line:
            if flags:
                line.store("1", "+FLAGS", flags)
        assert robot.look(NOW) == done, flags
        assert post.waiting() == 0


def test_what_is_missing_is_said(post: Post, house: Path) -> None:
    options, _ = read_options({"TUIDANG_DATA": str(house)})
    with pytest.raises(NotSet, match="TUIDANG_MAIL_ADDRESS"):
        read_post(options)
    options, _ = read_options({**post.settings, "TUIDANG_DATA": str(house)})
    with pytest.raises(NotSet, match="mail-password"):
        read_post(options)
    assert [level for level, _what, _mend in examine_ways(options)] == ["wrong"]
    part, _ = read_options({"TUIDANG_MAIL_ADDRESS": OWN})
    assert ["set in part" in what for _level, what, _mend in examine_ways(part)] == [True]


def test_a_robot_killed_between_sending_and_deleting_answers_twice_never_thrice_and_leaves_no_trace(
    post: Post, tmp_path: Path
) -> None:
    data, output = tmp_path / "var", tmp_path / "output"
    (data / "keys").mkdir(parents=True, mode=0o700)
    data.chmod(0o700)
    (data / "keys" / "mail-password").write_text(PASSWORD)
    (data / "keys" / "mail-password").chmod(0o600)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TUIDANG_")}
    environ = {**kept, **post.settings, "TUIDANG_DATA": str(data), "TMPDIR": str(tmp_path)}

    def command(*more: str) -> subprocess.Popen[bytes]:
        with output.open("ab") as out:
            asked = [sys.executable, "-m", "tuidang", "mail", "answer", *more]
            return subprocess.Popen(asked, env=environ, stdout=out, stderr=out, start_new_session=True)

    post.bring("books")
    post.verdict = held = Held()
    first = command()
    assert held.has_it.wait(120), output.read_text()
    assert b"marked" not in output.read_bytes()
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    held.let_go.set()
    post.verdict = lambda _to: "250 OK"
    assert post.waiting() == 1
    assert command("--once").wait(120) == 0, output.read_text()
    assert post.waiting() == 0
    assert command("--once").wait(120) == 0
    assert len(post.sent) == 2
    assert "Answered 1, deleted 0 without an answer, 0 wait." in output.read_text()
    seen = 0
    for path in tmp_path.rglob("*"):
        if path.is_file():
            seen += 1
            found = path.read_bytes() + path.name.encode()
            assert not [
                mark for mark in MARKS if mark in found or mark.decode().encode("utf-16-le") in found
            ], path
    assert seen > 3, "there was something to search"
    assert (data / "private.sqlite3").exists()
