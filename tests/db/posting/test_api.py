"""The interface for programs: the same rules and sentences as the page, and problems a program can act on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from intake_cast import content_of, own_form, submit
from tuidang.register.actions.publication import publish
from tuidang.register.api import views
from tuidang.register.models import Receipt, Waiting
from tuidang.register.rules.content import Channel
from tuidang.tlog.note import VerifierKey
from tuidang.tlog.proof import check_proof, parse_proof
from visitor_cast import DAY, database_away, forget_measurements

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("register")]

STATEMENT = {
    "name": "金福",
    "orgs": ["party", "league"],
    "region": "CN-SC",
    "place": "成都",
    "text": "我退出。\n电话 13812345678",
    "lang": "zh-hans",
    "consent": "own",
    "under_18": False,
    "idempotency_key": "00112233445566778899aabbccddeeff",
}
STATEMENTS = "/api/v1/statements"
RECEIPTS = "/api/v1/receipts"


@pytest.fixture
def program(register: object) -> Client:
    return Client(enforce_csrf_checks=True, headers={"accept": "application/json", "accept-language": "en"})


def post(program: Client, path: str = STATEMENTS, **fields: Any) -> HttpResponse:
    return program.post(path, fields or STATEMENT, content_type="application/json")


def problem(response: HttpResponse) -> dict[str, Any]:
    assert response.headers["Content-Type"] == "application/problem+json"
    read: dict[str, Any] = response.json()
    assert read["status"] == response.status_code
    assert read["title"]
    assert read["type"] == "about:blank" or read["type"].startswith(
        "/api/v1/openapi.json#/components/responses/"
    )
    return read


def test_a_statement_is_taken_once_and_answered_alike_when_repeated(program: Client) -> None:
    first = post(program)
    assert first.status_code == 201
    assert len(first.json()["receipt"]) == 16
    again = post(program)
    assert (again.status_code, again.json()) == (200, first.json())
    content = content_of(Waiting.objects.get())
    assert (content.name, content.orgs, content.text) == (
        "金福",
        ("party", "league"),
        "我退出。\n电话 〔电话〕",
    )


def test_the_smallest_statement_has_a_name_an_organisation_consent_and_a_key(program: Client) -> None:
    smallest = {field: STATEMENT[field] for field in ("name", "orgs", "consent", "idempotency_key")}
    assert post(program, **smallest).status_code == 201
    for field in smallest:
        response = post(program, **{name: value for name, value in smallest.items() if name != field})
        assert response.status_code == 422
        (error,) = problem(response)["errors"]
        assert (error["pointer"], error["code"]) == (f"#/{field}", "missing")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "", "name_missing"),
        ("name", " \u3000", "name_missing"),
        ("name", "字" * 41, "name_too_long"),
        ("name", "金\u202e福", "forbidden_character"),
        ("name", "a\x00b", "forbidden_character"),
        ("name", "\ud800", "forbidden_character"),
        ("name", 7, "not_text"),
        ("name", None, "not_text"),
        ("orgs", [], "no_organisation"),
        ("orgs", ["army"], "unknown_organisation"),
        ("orgs", ["party", "party"], "not_list"),
        ("orgs", "party", "not_list"),
        ("orgs", [1], "not_list"),
        ("region", "XX", "unknown_region"),
        ("place", "字" * 61, "place_too_long"),
        ("text", "字" * 5001, "text_too_long"),
        ("text", "\ud83d", "forbidden_character"),
        ("lang", "fr", "unknown_language"),
        ("consent", "maybe", "no_consent"),
        ("under_18", "yes", "not_yes_or_no"),
        ("under_18", None, "not_yes_or_no"),
        ("idempotency_key", "0" * 31, "not_key"),
        ("idempotency_key", "0" * 33, "not_key"),
        ("idempotency_key", "G" * 32, "not_key"),
        ("idempotency_key", "0" * 31 + "\n", "not_key"),
        ("colour", "green", "unknown_field"),
        ("a/b~c %", "", "unknown_field"),
        ("\udcff", "", "unknown_field"),
    ],
)
def test_each_wrong_field_is_named_with_its_sentence(
    program: Client, field: str, value: object, code: str
) -> None:
    response = post(program, **{**STATEMENT, field: value})
    assert response.status_code == 422
    (error,) = problem(response)["errors"]
    assert error["code"] == code
    assert error["detail"].endswith((".", "…"))
    pointers = {"a/b~c %": "#/a~1b~0c%20%25", "\udcff": "#/%3F"}
    assert error["pointer"] == pointers.get(field, f"#/{field}")
    assert not Waiting.objects.exists()


def test_all_that_is_wrong_is_said_at_once(program: Client) -> None:
    response = post(program, name="", orgs=[], text="\x00", consent=1, other=1)
    codes = {error["pointer"]: error["code"] for error in problem(response)["errors"]}
    assert codes == {
        "#/name": "name_missing",
        "#/orgs": "no_organisation",
        "#/text": "forbidden_character",
        "#/consent": "not_text",
        "#/idempotency_key": "missing",
        "#/other": "unknown_field",
    }


@pytest.mark.parametrize(
    ("language", "word"), [("zh-CN", "名字"), ("zh-TW", "寫"), ("en", "name"), ("fr", "名字")]
)
def test_sentences_are_in_the_language_that_is_asked_for(program: Client, language: str, word: str) -> None:
    response = program.post(
        STATEMENTS,
        {**STATEMENT, "name": ""},
        content_type="application/json",
        headers={"accept-language": language},
    )
    assert word in problem(response)["errors"][0]["detail"]


@pytest.mark.parametrize("path", [STATEMENTS, RECEIPTS])
@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b" ", "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff\xfe{}", "application/json", 400),
        (b'{"name": "\xed\xa0\x80"}', "application/json", 400),
        (b'{"name": 1, "name": 2}', "application/json", 400),
        (b'{"name": NaN}', "application/json", 400),
        (b'{"name": ' + b"1" * 5000 + b"}", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, "application/json", 400),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b'"x"', "application/json", 422),
        (b"{}", "text/plain", 415),
        (b"{}", "", 415),
        (b"{}", "application/json; charset=utf-16", 415),
        (b"name=x", "application/x-www-form-urlencoded", 415),
        (b"[" + b" " * 10_000_000 + b"]", "application/json", 413),
    ],
)
def test_a_body_that_is_no_json_object_is_refused_with_the_right_problem(
    program: Client, path: str, body: bytes, content_type: str, status: int
) -> None:
    response = program.generic("POST", path, body, content_type)
    assert response.status_code == status
    problem(response)


def test_a_full_queue_answers_503_and_the_same_request_is_taken_later(
    program: Client, settings: Settings
) -> None:
    house = django_settings.TUIDANG
    settings.TUIDANG = replace(house, free_disk=100)
    forget_measurements()
    response = post(program)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    problem(response)
    settings.TUIDANG = house
    forget_measurements()
    assert post(program).status_code == 201


def test_receipt_and_name_find_the_state_and_once_published_the_number(program: Client) -> None:
    receipt = post(program).json()["receipt"]
    pair = {"receipt": receipt, "name": "金福"}
    assert post(program, RECEIPTS, **pair).json() == {"state": "accepted"}
    publish(DAY)
    assert post(program, RECEIPTS, **pair).json() == {"state": "published", "index": 0}
    Receipt.objects.update(state="erased")
    assert post(program, RECEIPTS, **pair).json() == {"state": "erased", "index": 0}


def test_a_receipt_heard_on_the_phone_is_found_by_the_sound_of_the_alias(program: Client) -> None:
    heard = submit(own_form("金福"), channel=Channel.MACHINE).receipts[0]
    written = submit(own_form("金福"), bytes(16)).receipts[0]
    for typed in ("jinfu", "Jīn Fú", "今富"):
        assert post(program, RECEIPTS, receipt=heard, name=typed).json() == {"state": "accepted"}
    assert post(program, RECEIPTS, receipt=heard, name="wanshun").status_code == 404
    assert post(program, RECEIPTS, receipt=written, name="jinfu").status_code == 404
    publish(DAY)
    found = post(program, RECEIPTS, receipt=heard, name="jin fu").json()
    assert found["state"] == "published"
    assert found["index"] in {0, 1}


def test_a_wrong_pair_is_not_found_and_guessing_slows_down(program: Client) -> None:
    receipt = post(program).json()["receipt"]
    for wrong in (receipt[:-1] + "x", "", "0000000000000000", "1" * 500, "\ud800"):
        response = post(program, RECEIPTS, receipt=wrong, name="万顺")
        assert response.status_code == 404
        problem(response)
    assert post(program, RECEIPTS, receipt=receipt, name="万顺").status_code == 404
    slowed = post(program, RECEIPTS, receipt=receipt, name="万顺")
    assert slowed.status_code == 429
    assert int(slowed.headers["Retry-After"]) >= 1
    problem(slowed)
    assert post(program, RECEIPTS, receipt=receipt, name="金福").status_code == 200


def test_a_database_that_is_away_is_a_problem_too(program: Client) -> None:
    receipt = post(program).json()["receipt"]
    with database_away():
        answers = [post(program), post(program, RECEIPTS, receipt=receipt, name="金福")]
    for response in answers:
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        problem(response)


@pytest.fixture
def published(program: Client) -> list[dict[str, Any]]:
    """Publish some statements on two days; returns each as it is read by its number."""
    people = [("金福", "CN-SC"), ("万顺", "CN-BJ"), ("金福", "US"), ("老孙", ""), ("金福", "CN-SC")]
    for number, (name, region) in enumerate(people):
        fields = {"name": name, "region": region, "place": "", "idempotency_key": f"{number:032x}"}
        assert post(program, **{**STATEMENT, **fields}).status_code == 201
        if number == 2:
            publish(date(2026, 11, 20))
    publish(DAY)
    return [program.get(f"{STATEMENTS}/{index}").json() for index in range(5)]


def indexes(response: HttpResponse) -> list[int]:
    assert response.status_code == 200
    return [statement["index"] for statement in response.json()["statements"]]


def test_a_statement_is_read_by_its_number(program: Client, published: list[dict[str, Any]]) -> None:
    assert sorted(statement["name"] for statement in published) == sorted(
        ["金福", "万顺", "金福", "老孙", "金福"]
    )
    one = next(statement for statement in published if statement["name"] == "万顺")
    assert one == {
        "index": published.index(one),
        "day": "2026-11-20",
        "orgs": ["party", "league"],
        "region": "CN-BJ",
        "name": "万顺",
        "place": "",
        "text": "我退出。\n电话 〔电话〕",
        "lang": "zh-hans",
        "state": "published",
        "counted": True,
    }


@pytest.mark.parametrize("index", ["5", "999999999999999999999", "-1", "x", "1.0", "00", "٣", "0x1"])
def test_a_number_that_is_not_there_is_not_found(
    program: Client, published: list[dict[str, Any]], index: str
) -> None:
    for path in (f"{STATEMENTS}/{index}", f"/api/v1/proofs/{index}"):
        headers = {"accept": "*/*"}
        response = program.get(path, headers=headers)
        assert response.status_code == 404
        problem(response)


def test_a_list_is_narrowed_by_name_region_and_days(program: Client, published: list[dict[str, Any]]) -> None:
    def expected(**wanted: str) -> list[int]:
        return [s["index"] for s in reversed(published) if all(s[field] == v for field, v in wanted.items())]

    assert indexes(program.get(STATEMENTS)) == [4, 3, 2, 1, 0]
    assert indexes(program.get(STATEMENTS, {"name": "金福"})) == expected(name="金福")
    assert indexes(program.get(STATEMENTS, {"name": "金福", "region": "CN-SC"})) == expected(
        name="金福", region="CN-SC"
    )
    assert indexes(program.get(STATEMENTS, {"region": "US"})) == expected(region="US")
    assert indexes(program.get(STATEMENTS, {"to": "2026-11-20"})) == [2, 1, 0]
    assert indexes(program.get(STATEMENTS, {"from": "2026-11-21"})) == [4, 3]
    assert indexes(program.get(STATEMENTS, {"from": "2026-11-20", "to": "2026-11-20"})) == [2, 1, 0]
    assert indexes(program.get(STATEMENTS, {"from": "2026-11-22", "to": "2026-11-20"})) == []
    assert indexes(program.get(STATEMENTS, {"to": "2020-01-01"})) == []
    assert indexes(program.get(STATEMENTS, {"name": "没有人"})) == []
    empty = {"name": "", "region": "", "from": "", "to": "", "cursor": "", "limit": ""}
    assert indexes(program.get(STATEMENTS, empty)) == [4, 3, 2, 1, 0]


@pytest.mark.parametrize(
    "wanted", [{}, {"name": "金福"}, {"region": "CN-SC"}, {"to": "2026-11-20"}, {"from": "2026-11-21"}]
)
def test_the_cursor_leads_through_the_whole_list(
    program: Client, published: list[dict[str, Any]], wanted: dict[str, str]
) -> None:
    whole = indexes(program.get(STATEMENTS, wanted))
    seen, cursor = [], ""
    for _ in range(10):
        page = program.get(STATEMENTS, {**wanted, "limit": "1", "cursor": cursor})
        seen += indexes(page)
        cursor = page.json()["next"]
        if cursor is None:
            break
    assert seen == whole


@pytest.mark.parametrize(
    ("parameter", "value", "code"),
    [
        ("region", "XX", "unknown_region"),
        ("from", "2026-02-30", "not_day"),
        ("from", "20261120", "not_day"),
        ("to", "yesterday", "not_day"),
        ("cursor", "x", "not_cursor"),
        ("cursor", "-1", "not_cursor"),
        ("limit", "0", "not_limit"),
        ("limit", "101", "not_limit"),
        ("limit", "1.5", "not_limit"),
        ("colour", "green", "unknown_field"),
    ],
)
def test_a_wrong_parameter_is_named(program: Client, parameter: str, value: str, code: str) -> None:
    response = program.get(STATEMENTS, {parameter: value})
    assert response.status_code == 422
    (error,) = problem(response)["errors"]
    assert (error["parameter"], error["code"]) == (parameter, code)
    twice = program.get(f"{STATEMENTS}?name=a&name=b")
    assert problem(twice)["errors"][0]["code"] == "repeated"


def test_names_that_nobody_has_are_looked_up_without_harm(program: Client, published: object) -> None:
    for name in ("\x00", "%ED%A0%80", "\u202e", "'", "*", "字" * 5000, "%"):
        assert indexes(program.get(STATEMENTS, {"name": name})) == []
    assert program.get(f"{STATEMENTS}?name=%ff%fe%ED%A0%80").status_code == 200
    assert (
        program.get(STATEMENTS, {"name": "金福"}, content_type="text/plain; charset=rot13").status_code == 200
    )


def test_a_proof_convinces_who_has_only_the_key(program: Client, published: object, register: Any) -> None:
    verifier = VerifierKey.parse((register / "vkey").read_text().strip())
    for index in range(5):
        response = program.get(f"/api/v1/proofs/{index}", headers={"accept": "*/*"})
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
        proof = parse_proof(response.content.decode())
        assert proof.index == index
        assert proof.extra is not None
        assert check_proof(proof, proof.extra, verifier).size == 5


def test_figures_count_people_by_day_region_organisation_and_channel(
    program: Client, published: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "china_today", lambda: DAY)
    figures = program.get("/api/v1/figures").json()
    assert (figures["total"], figures["today"], figures["size"]) == (5, 2, 5)
    assert figures["by_day"] == {"2026-11-20": 3, "2026-11-21": 2}
    assert figures["by_region"] == {"CN-SC": 2, "CN-BJ": 1, "US": 1, "": 1}
    assert figures["by_organisation"] == {"party": 5, "league": 5}
    assert figures["by_channel"] == {"web": 5}
    monkeypatch.setattr(views, "china_today", lambda: date(2026, 11, 22))
    assert program.get("/api/v1/figures").json()["today"] == 0


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        (STATEMENTS, "GET, HEAD, OPTIONS, POST"),
        (f"{STATEMENTS}/0", "GET, HEAD, OPTIONS"),
        (RECEIPTS, "OPTIONS, POST"),
        ("/api/v1/proofs/0", "GET, HEAD, OPTIONS"),
        ("/api/v1/figures", "GET, HEAD, OPTIONS"),
        ("/api/v1/openapi.json", "GET, HEAD, OPTIONS"),
    ],
)
def test_an_address_says_which_methods_it_allows(program: Client, path: str, allow: str) -> None:
    for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "TRACE"} - set(allow.split(", ")):
        response = program.generic(method, path)
        assert response.status_code == 405
        assert response.headers["Allow"] == allow
        problem(response)
    options = program.options(path)
    assert (options.status_code, options.headers["Allow"]) == (204, allow)


@pytest.mark.parametrize("path", [STATEMENTS, "/api/v1/figures", "/api/v1/openapi.json", f"{STATEMENTS}/0"])
def test_who_accepts_nothing_that_is_sent_is_told_so(program: Client, path: str) -> None:
    response = program.get(path, headers={"accept": "image/png"})
    assert response.status_code == 406
    problem(response)
    assert program.get(path, headers={"accept": "*/*;q=0.1, image/png"}).status_code in {200, 404}
    for odd in ("", ";;;", "a/b/c", "text/html;q=x", ","):
        assert program.get(path, headers={"accept": odd}).status_code < 500


def test_head_is_answered_as_get_without_a_body(program: Client, published: object) -> None:
    for path in (STATEMENTS, "/api/v1/figures", f"{STATEMENTS}/0"):
        response = program.head(path)
        assert (response.status_code, response.content) == (200, b"")


def test_what_is_nowhere_is_a_problem_too(program: Client) -> None:
    for path in ("/api/", "/api/v1", "/api/v1/statements/", "/api/v2/x", "/api/v1/statements/a/b"):
        assert problem(program.get(path))["status"] == 404
        assert problem(program.post(path, b"", content_type="text/plain"))["status"] == 404


def test_other_sites_may_read_but_nothing_is_cached_or_remembered(program: Client) -> None:
    response = program.get("/api/v1/figures")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies
