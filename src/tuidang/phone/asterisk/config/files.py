"""The files that Asterisk reads, and the folders in which it may write.

It keeps no call records, has no dialplan, no manager interface, no voicemail. What it writes to disk holds no
telephone number. What bounds it stands in the files, each with its reason: a second line of defence, behind
the limits that are kept at the moment of dialling.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from string import Template

from tuidang.phone.asterisk.config.modules import needed
from tuidang.phone.asterisk.config.pjsip import pjsip
from tuidang.phone.asterisk.config.values import MARK, Setup
from tuidang.phone.asterisk.install import root
from tuidang.phone.asterisk.mirror import architecture

LONGEST_RUN_PATH = 90  # letters: the name of a control socket has 108 at most (sys/un.h)
SESSIONS = 200  # connections to the HTTP port, besides those of desk telephones


def write_config(setup: Setup) -> None:
    """Write every file that Asterisk reads, readable to us alone; what is there already is replaced."""
    if len(str(setup.run)) > LONGEST_RUN_PATH:
        raise ValueError(
            f"{setup.run} is too long a name for Asterisk's control socket: "
            "choose a data folder with a shorter one"
        )
    for folder in (setup.folder, setup.run, setup.sounds, *_run_folders(setup).values()):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
    _link_shared(setup)
    for name, text in render(setup).items():
        _replace_private(setup.folder / name, text)


def render(setup: Setup) -> Mapping[str, str]:
    """Return each file of the configuration by its name."""
    return {
        "asterisk.conf": _asterisk(setup),
        "modules.conf": "[modules]\nautoload = no\n" + "".join(f"load = {name}\n" for name in needed(setup)),
        "logger.conf": _LOGGER,
        "http.conf": _HTTP.substitute(port=setup.ports.http, sessions=SESSIONS + 2 * setup.desks),
        "ari.conf": _ARI.substitute(mark=MARK, user=setup.user, password=setup.password),
        "rtp.conf": _rtp(setup),
        "pjsip.conf": pjsip(setup),
        "sorcery.conf": _SORCERY if setup.desks else "",
        "cdr.conf": "[general]\nenable = no\n",
        "cel.conf": "[general]\nenable = no\n",
        "indications.conf": _INDICATIONS,
        "websocket_client.conf": "",  # looked for by ARI, which says so when it is not there
    }


_LOGGER = """[general]
dateformat = %H:00
queue_log = no
; So many lines may wait to be written, and more are dropped: a flood of them takes no memory. Nor the disk:
; what is written is bounded by us.
logger_queue_limit = 1000
[logfiles]
; What goes to the console is read by us, who strike out every digit before it reaches a file.
console = error,warning
"""

_HTTP = Template("""[general]
enabled = yes
bindaddr = 127.0.0.1
bindport = $port
enable_static = no
enable_status = no
; Each is a thread for as long as it is open: our own few, two for each desk telephone (a page that is loaded
; again has both for a moment), and no flood of others.
sessionlimit = $sessions
; Who connects and says nothing, or asks no more, is sent away after so many milliseconds.
session_inactivity = 5000
session_keep_alive = 5000
""")

_ARI = Template("""[general]
enabled = yes
pretty = no
; What a channel was for, told with every event of it: the hotline finds its calls again after a crash.
channelvars = $mark
websocket_write_timeout = 10000
[$user]
type = user
read_only = no
password = $password
password_format = plain
""")

_RTP = Template("""[general]
; Two ports a call, so $calls calls at once: whoever calls when they are all taken hears that we are busy.
rtpstart = $low
rtpend = $high
""")

# A carrier speaks no ICE. With it, each call would ask for all addresses of this machine.
_NO_ICE = "icesupport = no\n"

_ONE_ADDRESS = Template("""; Browsers are told this address of the machine, and none of a network behind it.
ice_deny = 0.0.0.0/0
ice_deny = ::/0
ice_permit = $address
""")

_SORCERY = """; Where a desk telephone is, in what browser and by which secret: in memory, never on the disk.
[res_pjsip]
contact = memory
; Trunks' accounts stand in pjsip.conf.
auth = config,pjsip.conf,criteria=type=auth
auth = memory
"""

_INDICATIONS = """[general]
country = cn
[cn]
description = China
ringcadence = 1000,4000
dial = 450
busy = 450/350,0/350
ring = 450/1000,0/4000
congestion = 450/700,0/700
"""

_OPTIONS = Template("""[options]
hideconnect = yes
defaultlanguage = zh
; As many calls as the trunks have channels and there are desk telephones: more that come in are refused.
; What we dial ourselves is not counted by Asterisk, but by us.
maxcalls = $calls
""")


def _run_folders(setup: Setup) -> dict[str, Path]:
    names = ("log", "spool", "db", "keys", "data", "cache")
    return {name: setup.run / name for name in names}


def _asterisk(setup: Setup) -> str:
    here = _run_folders(setup)
    folders = {
        "astetcdir": setup.folder,
        "astmoddir": root(setup.data) / "usr/lib" / architecture()[1] / "asterisk/modules",
        "astvarlibdir": here["data"],
        "astdatadir": here["data"],
        "astdbdir": here["db"],
        "astkeydir": setup.run,  # keys are looked up in its folder keys/
        "astspooldir": here["spool"],
        "astcachedir": here["cache"],
        "astrundir": setup.run,
        "astlogdir": here["log"],
        "astagidir": here["data"] / "agi-bin",
        "astsbindir": root(setup.data) / "usr/sbin",
    }
    lines = "".join(f"{name} => {path}\n" for name, path in folders.items())
    # None at all would mean any number of them.
    return f"[directories]\n{lines}{_OPTIONS.substitute(calls=max(1, setup.calls))}"


def _rtp(setup: Setup) -> str:
    low, high, calls = setup.ports.rtp_low, setup.ports.rtp_high, setup.ports.calls
    ports = _RTP.substitute(low=low, high=high, calls=calls)
    if not setup.desks:
        return ports + _NO_ICE
    # Browsers take no address of loopback, so one on this machine needs another of its addresses.
    is_reached = not setup.address.startswith("127.")
    return ports + (_ONE_ADDRESS.substitute(address=setup.address) if is_reached else "")


def _link_shared(setup: Setup) -> None:
    """Show Asterisk our sounds, and the documentation it reads its own options from, as one data folder."""
    shared = root(setup.data) / "usr/share/asterisk"
    folder = _run_folders(setup)["data"]
    targets = {"sounds": setup.sounds, **{name: shared / name for name in ("documentation", "rest-api")}}
    for name, target in targets.items():
        link = folder / name
        if link.is_symlink():
            link.unlink()
        elif link.is_dir():
            shutil.rmtree(link)
        link.symlink_to(target.absolute())


def _replace_private(path: Path, text: str) -> None:
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    new.replace(path)
