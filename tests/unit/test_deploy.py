"""What the files for operators promise, as far as it can be read off them."""

from __future__ import annotations

import re
from pathlib import Path

DEPLOY = Path(__file__).parents[2] / "deploy"
NGINX = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")


def test_the_web_server_in_front_tells_no_more_of_the_folder_than_we_do() -> None:
    folder = NGINX[NGINX.index("location /log/ {") : NGINX.index("location / {")]
    assert "etag off;" in folder
    # A location with one add_header of its own inherits none of the outer ones (nginx, add_header).
    with_headers = [part for part in re.split(r"location ", folder)[1:] if "add_header" in part]
    assert len(with_headers) == 2
    assert all('add_header Last-Modified "";' in part for part in with_headers)
    assert re.search(r"location ~ (\S+) \{\s*return 404;", folder)


def test_the_web_server_in_front_takes_a_form_whole_in_memory_before_it_passes_it_on() -> None:
    assert re.search(r"proxy_request_buffering\s+on;", NGINX)
    most, held = (re.search(rf"{name}\s+(\w+);", NGINX) for name in ("max_body_size", "body_buffer_size"))
    assert most
    assert held
    assert most[1] == held[1]


def test_the_web_server_in_front_passes_on_one_address_that_a_visitor_cannot_write() -> None:
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in NGINX
    assert "proxy_set_header X-Forwarded-Proto https;" in NGINX


def test_the_web_server_of_debian_12_knows_every_word_of_its_settings() -> None:
    assert "http2 on;" not in NGINX  # a directive of nginx 1.25.1; older ones refuse the whole file
    assert NGINX.count("ssl http2;") == 2


def test_no_service_leaves_a_core_with_a_program_that_collects_them_either() -> None:
    services = sorted(DEPLOY.glob("*.service"))
    assert services
    # One byte: a limit of nought is passed over by Linux where core_pattern is a program.
    assert all("LimitCORE=1\n" in path.read_text(encoding="utf-8") for path in services)
