"""The public folder over HTTP: as it lies there, nothing beside it, and what a slow network needs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from django.http import HttpResponseBase
from django.test import Client

from reading_cast import Register, Statement
from visitor_cast import DAY


@pytest.fixture
def cast(register: Path) -> Register:
    """Publish three hundred statements, into a folder that had none."""
    shutil.rmtree(register)
    cast = Register(register)
    cast.publish(*(Statement(f"金福{number}", day=DAY) for number in range(300)))
    return cast


@pytest.fixture
def folder(cast: Register) -> Path:
    return cast.folder


def body(response: HttpResponseBase) -> bytes:
    return b"".join(response) if response.streaming else response.content  # type: ignore[arg-type,attr-defined]


def test_every_file_of_the_folder_is_served_as_it_lies_there(client: Client, folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 5
    for path in files:
        response = client.get(f"/log/{path.relative_to(folder)}")
        assert response.status_code == 200
        assert body(response) == path.read_bytes()
        assert response.headers["Content-Length"] == str(path.stat().st_size)
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize(
    ("path", "content_type", "caching"),
    [
        ("checkpoint", "text/plain; charset=utf-8", "max-age=30"),
        ("vkey", "text/plain; charset=utf-8", "max-age=30"),
        ("figures.json", "application/json", "max-age=30"),
        ("tile/0/000", "application/octet-stream", "immutable"),
        ("tile/0/001.p/44", "application/octet-stream", "max-age=30"),
        ("tile/entries/000", "application/octet-stream", "immutable"),
        ("statements/2026/11/21.jsonl.gz", "application/gzip", "max-age=30"),
    ],
)
def test_a_file_says_what_it_is_and_how_long_it_holds(
    client: Client, folder: Path, path: str, content_type: str, caching: str
) -> None:
    response = client.get(f"/log/{path}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == content_type
    assert caching in response.headers["Cache-Control"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "../keys/log.key",
        "..%2fkeys%2flog.key",
        "%2e%2e/keys/log.key",
        "tile/../../keys/log.key",
        "/etc/passwd",
        "//etc/passwd",
        "C:\\x",
        "~/x",
        "tile",
        "tile/",
        "",
        ".",
        "./checkpoint",
        "checkpoint/",
        "checkpoint%00",
        "checkpoint\\",
        "tile//0/000",
        ".hidden",
        "tile/0/.hidden",
        "outside",
        "pipe",
        "nothing",
        "statements/2026/11/21.jsonl.gz.new",
        "%ff%fe",
        "a" * 5000,
    ],
)
def test_no_path_leads_out_of_the_folder_or_to_what_is_no_plain_file(
    client: Client, folder: Path, path: str
) -> None:
    (folder / ".hidden").write_text("secret")
    (folder / "statements/2026/11/21.jsonl.gz.new").write_text("secret")
    (folder / "tile/0/.hidden").write_text("secret")
    (folder / "outside").symlink_to(folder.parent / "keys" / "log.key")
    os.mkfifo(folder / "pipe")
    response = client.get(f"/log/{path}")
    assert response.status_code == 404
    assert b"PRIVATE" not in body(response)
    assert b"secret" not in body(response)


def test_who_has_a_file_already_is_not_sent_it_again(client: Client, cast: Register) -> None:
    first = client.get("/log/checkpoint")
    etag = first.headers["ETag"]
    same = client.get("/log/checkpoint", headers={"if-none-match": etag})
    assert (same.status_code, body(same), same.headers["ETag"]) == (304, b"", etag)
    cast.publish(Statement("万顺", day=DAY))
    new = client.get("/log/checkpoint", headers={"if-none-match": etag})
    assert new.status_code == 200
    assert new.headers["ETag"] != etag
    assert client.get("/log/checkpoint", headers={"if-match": etag}).status_code == 412


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("tile/0/000", {"If-Match": '"x"'}, 412),
        ("tile/0/000", {"Range": "bytes=99999999-"}, 416),
        ("tile/0/001", {}, 404),
        ("checkpoint/", {}, 404),
    ],
)
@pytest.mark.usefixtures("folder")
def test_no_refusal_is_kept_by_a_cache_in_place_of_the_file(
    client: Client, path: str, asked: dict[str, str], status: int
) -> None:
    response = client.get(f"/log/{path}", headers=asked)
    assert (response.status_code, response.headers["Cache-Control"]) == (status, "no-store")


def test_no_time_is_told(client: Client, folder: Path) -> None:
    assert "Last-Modified" not in client.get("/log/statements/2026/11/21.jsonl.gz").headers


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", slice(0, 1)),
        ("bytes=10-19", slice(10, 20)),
        ("bytes=100-", slice(100, None)),
        ("bytes=-7", slice(-7, None)),
        ("bytes=-999999", slice(0, None)),
        ("bytes=5-999999", slice(5, None)),
    ],
)
def test_a_part_can_be_asked_for(client: Client, folder: Path, asked: str, part: slice) -> None:
    whole = (folder / "tile/0/000").read_bytes()
    response = client.get("/log/tile/0/000", headers={"range": asked})
    assert response.status_code == 206
    assert body(response) == whole[part]
    start = part.indices(len(whole))[0]
    expected = f"bytes {start}-{start + len(whole[part]) - 1}/{len(whole)}"
    assert response.headers["Content-Range"] == expected
    assert response.headers["Content-Length"] == str(len(whole[part]))


@pytest.mark.parametrize("asked", ["bytes=8192-", "bytes=99999-100000", "bytes=-0"])
def test_a_part_beyond_the_end_is_refused_with_the_size(client: Client, folder: Path, asked: str) -> None:
    response = client.get("/log/tile/0/000", headers={"range": asked})
    assert response.status_code == 416
    assert response.headers["Content-Range"] == "bytes */8192"


@pytest.mark.parametrize(
    "asked", ["bytes=-", "bytes=5-1", "bytes=0-1,3-4", "lines=0-1", "bytes=a-b", "bytes=٣-"]
)
def test_what_is_no_single_range_gets_the_whole(client: Client, folder: Path, asked: str) -> None:
    response = client.get("/log/tile/0/000", headers={"range": asked})
    assert response.status_code == 200
    assert len(body(response)) == 8192


def test_a_part_of_another_version_is_not_mixed_in(client: Client, folder: Path) -> None:
    headers = {"range": "bytes=0-9", "if-range": '"another"'}
    assert client.get("/log/tile/0/000", headers=headers).status_code == 200
    headers["if-range"] = client.get("/log/tile/0/000").headers["ETag"]
    assert client.get("/log/tile/0/000", headers=headers).status_code == 206


def test_the_folder_is_only_read(client: Client, folder: Path) -> None:
    assert body(client.head("/log/checkpoint")) == b""
    for method in ("POST", "PUT", "DELETE"):
        assert client.generic(method, "/log/checkpoint").status_code == 405
