"""What a letter asks for, whether it may be answered, and that the answer tells nobody anything of it."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.reach.mail.answer import File, Stock, fitting, write_answer
from tuidang.reach.mail.passed import passed
from tuidang.reach.mail.question import Question, Refusal, Topic, read_letter

OWN, SERVER, SENDER = "books@lantern.example", "mx.lantern.example", "li@post.example"
PASSED = f"{SERVER}; dmarc=pass (p=reject) header.from=post.example"
SPF = f"{SERVER}; spf=pass smtp.mailfrom=post.example"


def letter(body: str = "", *, html: str = "", **fields: str) -> bytes:
    """Write a letter as our server hands it over; `_` stands for a hyphen, and an empty field is none."""
    made = EmailMessage(policy=SMTP)
    usual = {
        "Return-Path": f"<{SENDER}>",
        "Authentication-Results": PASSED,
        "From": f"Li <{SENDER}>",
        "To": OWN,
        "Subject": "books",
        "Message-ID": "<abc@post.example>",
    }
    for name, value in (usual | {k.replace("_", "-"): v for k, v in fields.items()}).items():
        if value:
            made[name] = value
    made.set_content(body)
    if html:
        made.add_alternative(html, subtype="html")
    return bytes(made)


def read(raw: bytes) -> Question | Refusal:
    return read_letter(raw, own=OWN, server=SERVER)


def topics(raw: bytes) -> set[Topic]:
    found = read(raw)
    assert isinstance(found, Question)
    return set(found.topics)


@pytest.mark.parametrize(
    ("subject", "body", "asked", "language"),
    [
        ("Books please", "", {Topic.BOOKS}, "en"),
        ("", "I would like a tool,\nand MIRRORS.", {Topic.TOOLS, Topic.MIRRORS}, "en"),
        ("求书", "", {Topic.BOOKS}, "zh-hans"),
        ("翻墙工具", "镜像", {Topic.TOOLS, Topic.MIRRORS}, "zh-hans"),
        ("要書", "鏡像", {Topic.BOOKS, Topic.MIRRORS}, "zh-hant"),
        ("你好", "", set(), "zh-hans"),
        ("hello", "notebooks and toolbox", set(), "en"),
        ("re", "> books\n> tools\nmirrors", {Topic.MIRRORS}, "en"),
        ("hello", "\n\n".join(["line"] * 10) + "\n\nbooks", set(), "en"),
    ],
)
def test_a_letter_asks_by_words_in_its_subject_and_its_first_lines(
    subject: str, body: str, asked: set[Topic], language: str
) -> None:
    found = read(letter(body, Subject=subject))
    assert isinstance(found, Question)
    assert (set(found.topics), found.language, found.sender) == (asked, language, SENDER)


def test_letters_in_html_alone_and_in_old_character_sets_are_read() -> None:
    html = EmailMessage(policy=SMTP)
    html["Return-Path"], html["Authentication-Results"], html["From"] = f"<{SENDER}>", PASSED, SENDER
    html.set_content("<style>.books{}</style><p>请给我&#38236;像</p>", subtype="html", charset="utf-8")
    assert topics(bytes(html)) == {Topic.MIRRORS}
    raw = letter("X", Subject="hello").replace(b'charset="utf-8"', b'charset="gb2312"')
    assert topics(raw.replace(b"X\r\n", "工具".encode("gb2312") + b"\r\n").replace(b"7bit", b"8bit")) == {
        Topic.TOOLS
    }
    assert topics(raw.replace(b"gb2312", b"no-such-set").replace(b"X\r\n", b"tools\r\n")) == {Topic.TOOLS}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"Auto_Submitted": "auto-replied"}, Refusal.ROBOT),
        ({"Auto_Submitted": "auto-generated; owner-email=x"}, Refusal.ROBOT),
        ({"Precedence": "Bulk"}, Refusal.ROBOT),
        ({"List_Id": "<news.post.example>"}, Refusal.ROBOT),
        ({"List_Unsubscribe": "<mailto:x@post.example>"}, Refusal.ROBOT),
        ({"X_Loop": "somebody"}, Refusal.ROBOT),
        ({"Return_Path": "<>"}, Refusal.ROBOT),
        ({"From": "MAILER-DAEMON@post.example"}, Refusal.ROBOT),
        ({"From": "no-reply@post.example"}, Refusal.ROBOT),
        ({"From": "news-bounces@post.example"}, Refusal.ROBOT),
        (
            {"From": OWN, "Authentication_Results": f"{SERVER}; dmarc=pass header.from=lantern.example"},
            Refusal.OWN,
        ),
        ({"From": OWN.upper()}, Refusal.OWN),
        ({"From": ""}, Refusal.NO_SENDER),
        ({"From": f"{SENDER}, other@post.example"}, Refusal.NO_SENDER),
        ({"From": "nobody"}, Refusal.NO_SENDER),
        ({"From": f"other@post.example <{SENDER}>"}, Refusal.NO_SENDER),
        ({"From": f"<other@post.example> <{SENDER}>"}, Refusal.NO_SENDER),
        ({"From": f'"other@post.example" <{SENDER}>'}, Refusal.NO_SENDER),
        ({"Authentication_Results": ""}, Refusal.NOT_PASSED),
        ({"Authentication_Results": PASSED.replace("pass", "fail", 1)}, Refusal.NOT_PASSED),
        ({"Authentication_Results": PASSED.replace(SERVER, "mx.evil.example")}, Refusal.NOT_PASSED),
        ({"Authentication_Results": PASSED.replace("post.example", "evil.example")}, Refusal.NOT_PASSED),
        ({"Authentication_Results": SPF, "Return_Path": "<x@post.example>"}, Refusal.NOT_PASSED),
        ({"Authentication_Results": SPF, "Return_Path": ""}, Refusal.NOT_PASSED),
        ({"Authentication_Results": SPF.replace("post.example", "evil.example")}, Refusal.NOT_PASSED),
    ],
)
def test_robots_lists_and_forged_senders_are_not_answered(fields: dict[str, str], why: Refusal) -> None:
    assert read(letter(**fields)) is why


def test_a_sender_known_by_spf_alone_is_answered_and_auto_submitted_no_is_a_person() -> None:
    assert topics(letter(Authentication_Results=SPF, Auto_Submitted="no")) == {Topic.BOOKS}


def test_a_subject_is_read_in_whatever_way_it_was_written() -> None:
    for subject in ("=?gb2312?B?x/PK6Q==?=", "=?utf-8?q?=E4=B9=A6?=", "=?no-such-set?B?x/PK6Q==?= books"):
        raw = letter(Subject="").replace(b"To:", b"Subject: " + subject.encode() + b"\r\nTo:", 1)
        assert topics(raw) == {Topic.BOOKS}, subject
    raw = letter(Subject="").replace(b"To:", "Subject: 要書\r\nTo:".encode(), 1)
    assert topics(raw) == {Topic.BOOKS}, "as it is, in UTF-8"


def test_what_a_page_of_html_hides_is_not_asked_for_and_takes_no_time() -> None:
    page = "<head><title>mirrors</title></head><style>books</style><p>tools" + "<style>" * 9000
    assert topics(letter("", html=page, Subject="hello").replace(b"text/plain", b"text/x-none")) == {
        Topic.TOOLS
    }


def test_a_report_of_what_could_not_be_delivered_is_a_robot_s() -> None:
    raw = letter().replace(b"Content-Type: text/plain", b"Content-Type: multipart/report; x=text/plain")
    assert read(raw) is Refusal.ROBOT


def test_only_the_first_word_of_our_server_counts_and_a_sender_cannot_forge_it() -> None:
    forged = f"Authentication-Results: {PASSED}\r\n".encode()
    own = f"Authentication-Results: {SERVER}; dmarc=fail header.from=post.example\r\n".encode()
    assert read(own + forged + letter(Authentication_Results="")) is Refusal.NOT_PASSED


@pytest.mark.parametrize(
    "results",
    [
        f'{SERVER}; spf=pass smtp.mailfrom="x; dmarc=pass header.from=post.example"@evil.example',
        f"{SERVER}; spf=pass (x; dmarc=pass header.from=post.example) smtp.mailfrom=evil.example",
        f'{SERVER}; spf=pass ("("; dmarc=pass header.from=post.example) smtp.mailfrom=evil.example',
        f"{SERVER}; spf=pass smtp.mailfrom==?utf-8?q?x;_dmarc=3Dpass_header.from=3Dpost.example?=@e.example",
        f"{SERVER}; spf=pass (\\) ; dmarc=pass header.from=post.example",
        f"{SERVER}) ; dmarc=pass header.from=post.example",
        f"{SERVER}; dmarc=pass header.from=evil.example header.from=post.example",
        f"{SERVER}; dmarc=pass",
        f"{SERVER}; none",
        f"{SERVER}.evil.example; dmarc=pass header.from=post.example",
        "",
        "; dmarc=pass header.from=post.example",
    ],
)
def test_what_a_sender_can_have_chosen_says_nothing_for_him(results: str) -> None:
    assert not passed(results, SERVER, SENDER, "x@evil.example")
    raw = letter(Return_Path="<x@evil.example>", Authentication_Results="")
    assert read(f"Authentication-Results: {results}\r\n".encode() + raw) is Refusal.NOT_PASSED


def test_our_server_s_word_is_understood_as_servers_write_it() -> None:
    many = (
        f"{SERVER.upper()} 1; dkim=pass (2048-bit key) header.d=post.example header.i=@post.example;\r\n"
        "\tspf=none smtp.helo=x; dmarc = pass (policy=none; x=y) header.from=Post.Example"
    )
    assert passed(many, SERVER, SENDER, "bounce@elsewhere.example")


@given(st.binary(max_size=400))
def test_whatever_comes_is_read_without_falling_over(noise: bytes) -> None:
    assert isinstance(read(noise), Refusal)
    assert read(letter().replace(b"books", noise.replace(b"\r", b"").replace(b"\n", b""), 1))


@given(st.text(max_size=80))
def test_whatever_our_server_s_field_holds_is_read_without_falling_over(text: str) -> None:
    passed(text, SERVER, SENDER, SENDER)


STOCK = Stock(
    {Topic.BOOKS: "words on books", Topic.TOOLS: "words on tools", Topic.MIRRORS: "words on mirrors"},
    {
        Topic.BOOKS: (File("a.epub", "application/epub+zip", b"A" * 10), File("b.txt", "text/plain", b"B")),
        Topic.TOOLS: (),
        Topic.MIRRORS: (File("mirrors.json", "application/json", b"{}"),),
    },
    "how to ask",
)
NOW = datetime(2026, 11, 28, 9, 41, 23, tzinfo=UTC)


def answered(raw: bytes) -> EmailMessage:
    found = read(raw)
    assert isinstance(found, Question)
    made = write_answer(found, STOCK, "Answer", OWN, NOW)
    return message_from_bytes(bytes(made), policy=default)


def test_the_answer_holds_what_was_asked_for_and_of_the_question_its_address_and_its_id_alone() -> None:
    made = answered(
        letter("mirrors", Reply_To="else@evil.example", References="<old@x>", Subject="books secret-subject")
    )
    assert {name: str(made[name]) for name in ("From", "To", "Subject", "In-Reply-To", "Auto-Submitted")} == {
        "From": OWN,
        "To": SENDER,
        "Subject": "Answer",
        "In-Reply-To": "<abc@post.example>",
        "Auto-Submitted": "auto-replied",
    }
    assert "09:00:00" in str(made["Date"]), "the hour, as everywhere"
    text = made.get_body(("plain",))
    assert text is not None
    assert text.get_content().split("\r\n") == ["words on books", "", "words on mirrors", ""]
    assert [one.get_filename() for one in made.iter_attachments()] == ["a.epub", "b.txt", "mirrors.json"]
    for secret in (b"Li ", b"secret-subject", b"evil.example", b"old@x"):
        assert secret not in bytes(made)


def test_who_asks_for_nothing_we_know_is_told_how_to_ask_and_a_broken_id_is_left_out() -> None:
    made = answered(letter("hello", Subject="hello", Message_ID="<a b>"))
    assert made["In-Reply-To"] is None
    assert made.get_content().strip() == "how to ask"


def test_an_answer_is_taken_for_a_robot_s_by_ourselves_too() -> None:
    made = bytes(answered(letter()))
    head = f"Return-Path: <{OWN}>\r\nAuthentication-Results: {PASSED}\r\n".encode()
    assert read(head + made) is Refusal.ROBOT


@given(st.lists(st.integers(0, 50)), st.integers(0, 100))
def test_files_fit_together_and_none_is_left_out_that_would_have_fit(sizes: list[int], most: int) -> None:
    files = [File(str(n), "text/plain", b"x" * size) for n, size in enumerate(sizes)]
    found = fitting(files, most)
    left = most - sum(len(one.content) for one in found)
    assert left >= 0
    assert all(len(one.content) > left for one in files if one not in found)
