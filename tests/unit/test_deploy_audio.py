"""nginx with our own lines gives sound whole and in parts, and says no more of a file than we do."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

CONF = (Path(__file__).parents[2] / "deploy/nginx.conf").read_text(encoding="utf-8")
SOUND = bytes(range(256)) * 40


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Give an nginx that serves a recording by the location of deploy/nginx.conf."""
    begin = CONF.index("    location ~ ^/audio/")
    location = CONF[begin : CONF.index("\n    }\n", begin) + 7].replace("/srv/tuidang", str(tmp_path))
    (tmp_path / "audio").mkdir()
    (tmp_path / "audio/abcdefg.mp3").write_bytes(SOUND)
    (tmp_path / "audio/lock").touch()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    conf = tmp_path / "nginx.conf"
    user = "" if os.geteuid() else "user root;"  # who may read what lies in the tests' folder
    conf.write_text(
        f"{user} daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log emerg; events {{}}\n"
        f"http {{ access_log off; client_body_temp_path {tmp_path}/t1; proxy_temp_path {tmp_path}/t2;\n"
        f"fastcgi_temp_path {tmp_path}/t3; uwsgi_temp_path {tmp_path}/t4; scgi_temp_path {tmp_path}/t5;\n"
        f"server {{ listen 127.0.0.1:{port};\n{location}\n}} }}\n"
    )
    server = subprocess.Popen(["/usr/sbin/nginx", "-c", str(conf), "-e", f"{tmp_path}/error.log"])
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def test_a_part_is_given_as_it_is_asked_for_and_nothing_is_kept(address: str) -> None:
    sound = f"{address}/audio/abcdefg.mp3"
    with urllib.request.urlopen(sound) as whole:
        assert whole.read() == SOUND
        assert whole.headers["Content-Type"] == "audio/mpeg"
        assert whole.headers["Cache-Control"] == "no-store"
        assert whole.headers["CDN-Cache-Control"] == "public, max-age=300"
        assert whole.headers["Accept-Ranges"] == "bytes"
        assert not {"Last-Modified", "ETag"} & set(whole.headers.keys())
    asked = urllib.request.Request(sound, headers={"Range": "bytes=5000-5099"})
    with urllib.request.urlopen(asked) as part:
        assert (part.status, part.read()) == (206, SOUND[5000:5100])
    for other in ("lock", "abcdefg.mp3.new", "../nginx.conf", ""):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{address}/audio/{other}")
        assert refused.value.code in {400, 403, 404}
        refused.value.close()
