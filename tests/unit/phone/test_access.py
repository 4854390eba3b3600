"""Where the dialler takes Asterisk's password: to Asterisk, and to nobody who only has its port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tuidang.phone.asterisk.access import reach, read_access
from tuidang.phone.asterisk.config import Ports, Setup, render

NOBODY = 65534
_LISTEN = (
    "import os, socket, sys; os.setuid(int(sys.argv[1])); s = socket.create_server(('127.0.0.1', 0));"
    " print(s.getsockname()[1], flush=True); s.accept()"
)


def configured(folder: Path, port: int) -> Path:
    setup = replace(Setup(folder), ports=Ports(http=port))
    for name in ("http.conf", "ari.conf"):
        (folder / name).write_text(render(setup)[name])
    return folder


def test_asterisk_is_reached_where_our_own_user_listens_and_only_while_he_does(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as ours:
        etc = configured(tmp_path, ours.getsockname()[1])
        assert reach(etc) == read_access(etc)
    with pytest.raises(LookupError):
        reach(etc)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
def test_another_user_who_has_taken_the_port_is_told_no_password(tmp_path: Path) -> None:
    words = [sys.executable, "-c", _LISTEN, str(NOBODY)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as stranger:
        assert stranger.stdout is not None
        etc = configured(tmp_path, int(stranger.stdout.readline()))
        with pytest.raises(LookupError):
            reach(etc)
        stranger.kill()
