"""Asterisk's whole configuration, written from ours: nothing in it is edited by hand, nothing else is loaded.

What Asterisk is not to do it is not given the modules for: no call records, no dialplan, no manager
interface, no voicemail. What it writes to disk holds no telephone number.
"""

from __future__ import annotations

import hmac
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from tuidang.phone.asterisk.install import root
from tuidang.phone.asterisk.mirror import architecture

APPLICATION = "tuidang"  # the name under which our ARI client takes calls, and its user's
CODECS = "alaw,ulaw"  # what sounds lie in comes first, so that nothing is transcoded
RTP_SILENCE = 30  # seconds without a packet of the other side, after which a call whose carrier vanished ends
SESSION_EXPIRES = (
    90  # seconds, the least that RFC 4028 allows: a carrier that is gone is noticed by signalling too
)
LONGEST_RUN_PATH = 90  # letters: the name of a control socket has 108 at most (sys/un.h)

MODULES = (
    # What is written where
    *("res_sorcery_config", "res_sorcery_memory", "res_sorcery_astdb", "res_timing_timerfd"),
    # The line: SIP, its media, and keys by RFC 4733 and INFO
    *("res_pjproject", "res_crypto", "res_http_websocket", "res_srtp", "res_rtp_asterisk"),
    *("res_pjsip", "res_pjsip_session", "res_pjsip_pubsub", "res_pjsip_sdp_rtp", "res_pjsip_caller_id"),
    *("res_pjsip_authenticator_digest", "res_pjsip_outbound_authenticator_digest"),
    # Nobody signs in here, a name in a packet makes nobody a trunk, and browsers speak no SIP with us yet.
    *("res_pjsip_outbound_registration", "res_pjsip_nat", "res_pjsip_rfc3326"),
    *("res_pjsip_endpoint_identifier_ip", "res_pjsip_dtmf_info", "chan_pjsip"),
    # Sounds as they lie on the disk; volunteers' browsers may bring Opus
    *("format_pcm", "codec_alaw", "codec_ulaw", "codec_opus_open_source", "codec_resample"),
    *("res_format_attr_opus", "bridge_simple", "bridge_native_rtp", "bridge_holding"),
    # Our side: ARI, and whether somebody speaks
    *("res_stasis", "res_stasis_answer", "res_stasis_playback", "res_stasis_recording", "res_stasis_snoop"),
    *("res_stasis_device_state", "app_stasis", "func_talkdetect", "func_channel", "func_hangupcause"),
    *(
        "res_websocket_client",
        "res_ari",
        "res_ari_model",
        "res_ari_applications",
        "res_ari_asterisk",
        "res_ari_bridges",
    ),
    *("res_ari_channels", "res_ari_endpoints", "res_ari_events", "res_ari_playbacks", "res_ari_sounds"),
)


@dataclass(frozen=True)
class Line:
    """Hold what Asterisk must know of a trunk."""

    name: str  # a slug; what is dialled is PJSIP/<number>@<endpoint>
    host: str  # where the carrier listens: host:port
    username: str = ""
    password: str = field(default="", repr=False)
    caller: str = ""  # E.164 digits, the one true caller identity
    keys: str = "auto_info"  # Asterisk's dtmf_mode: RFC 4733 where it is offered, else SIP INFO


@dataclass(frozen=True)
class Ports:
    """Hold the ports of one Asterisk."""

    http: int = 8088  # ARI; on loopback
    sip: int = 5060
    rtp_low: int = 10000
    rtp_high: int = 19999


@dataclass(frozen=True)
class Setup:
    """Hold all that one Asterisk is started from."""

    data: Path  # the data folder; everything of the phone lies in data/phone
    lines: tuple[Line, ...] = ()
    ports: Ports = Ports()
    address: str = "127.0.0.1"  # where SIP listens
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)  # of the ARI user

    @property
    def folder(self) -> Path:
        """Name the folder of the generated configuration."""
        return self.data / "phone" / "etc"

    @property
    def run(self) -> Path:
        """Name the folder of everything that Asterisk writes."""
        return self.data / "phone" / "run"

    @property
    def sounds(self) -> Path:
        """Name the folder in which sounds are looked up."""
        return self.data / "phone" / "sounds"

    def endpoint(self, line: Line) -> str:
        """Name what Asterisk dials by."""
        return endpoint_of(line.name, line.host, line.caller, self.password)

    @property
    def user(self) -> str:
        """Name the ARI user."""
        return APPLICATION

    @property
    def ari(self) -> str:
        """Return the address under which ARI answers."""
        return f"http://127.0.0.1:{self.ports.http}/ari"


def endpoint_of(name: str, host: str, caller: str, password: str) -> str:
    """Name the endpoint of a trunk after where it leads, whom it shows, and ARI's password of this start.

    So a trunk that was changed since Asterisk was started is unknown to it, and nobody is called by the old
    one under the rules of the new one. And a carrier cannot name it: an answer of his that redirects a call
    ("302", to PJSIP/<any number>@<endpoint>) is obeyed by Asterisk, and no setting forbids it.
    """
    return f"{name}-{hmac.digest(password.encode(), f'{host} {caller}'.encode(), 'sha256').hex()[:20]}"


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
        "modules.conf": "[modules]\nautoload = no\n" + "".join(f"load = {name}\n" for name in MODULES),
        "logger.conf": _LOGGER,
        "http.conf": _HTTP.substitute(port=setup.ports.http),
        "ari.conf": _ARI.substitute(user=setup.user, password=setup.password),
        "rtp.conf": _RTP.substitute(low=setup.ports.rtp_low, high=setup.ports.rtp_high),
        "pjsip.conf": _pjsip(setup),
        "cdr.conf": "[general]\nenable = no\n",
        "cel.conf": "[general]\nenable = no\n",
        "indications.conf": _INDICATIONS,
        "websocket_client.conf": "",  # looked for by ARI, which says so when it is not there
    }


_LOGGER = """[general]
dateformat = %H:00
queue_log = no
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
sessionlimit = 200
""")

_ARI = Template("""[general]
enabled = yes
pretty = no
websocket_write_timeout = 1000
[$user]
type = user
read_only = no
password = $password
password_format = plain
""")

# A carrier speaks no ICE. With it, each call would ask for all addresses of this machine.
_RTP = Template("""[general]
rtpstart = $low
rtpend = $high
icesupport = no
""")

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

_TRANSPORT = Template("""[global]
type = global
user_agent = PBX
keep_alive_interval = 30
max_initial_qualify_time = 2
[system]
type = system
timer_t1 = 500
[udp]
type = transport
protocol = udp
bind = $address:$port
""")

# Sound goes where the carrier's answer says, never to whoever sends some (rtp_symmetric): receipts are read.
_ENDPOINT = Template("""[$endpoint]
type = endpoint
transport = udp
context = stasis-$application
disallow = all
allow = $codecs
aors = $name
identify_by = ip
$outbound_auth
from_user = $caller
from_domain = $address
callerid = <$caller>
trust_id_outbound = yes
send_pai = no
direct_media = no
dtmf_mode = $keys
rtp_symmetric = no
force_rport = yes
rewrite_contact = yes
rtp_timeout = $silence
timers = yes
timers_sess_expires = $expires
inband_progress = no
send_history_info = no
[$name]
type = aor
contact = sip:$host
qualify_frequency = 15
qualify_timeout = 2
[$name]
type = identify
endpoint = $endpoint
match = $address
""")

_AUTH = Template("""[$name]
type = auth
auth_type = userpass
username = $username
password = $password
""")

_REGISTRATION = Template("""[$name]
type = registration
transport = udp
outbound_auth = $name
server_uri = sip:$host
client_uri = sip:$username@$host
retry_interval = 20
forbidden_retry_interval = 120
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
    return f"[directories]\n{lines}[options]\nhideconnect = yes\ndefaultlanguage = zh\n"


def _pjsip(setup: Setup) -> str:
    parts = [_TRANSPORT.substitute(address=setup.address, port=setup.ports.sip)]
    for line in setup.lines:
        account = {
            "name": _value(line.name),
            "host": _value(line.host),
            "username": _value(line.username),
            "password": _value(line.password),
        }
        parts.append(
            _ENDPOINT.substitute(
                name=account["name"],
                endpoint=_value(setup.endpoint(line)),
                host=account["host"],
                address=account["host"].rpartition(":")[0] or account["host"],
                application=APPLICATION,
                codecs=CODECS,
                caller=_value(line.caller) or "anonymous",
                keys=_value(line.keys),
                silence=RTP_SILENCE,
                expires=SESSION_EXPIRES,
                outbound_auth=f"outbound_auth = {line.name}" if line.username else "",
            )
        )
        if line.username:
            parts += [_AUTH.substitute(account), _REGISTRATION.substitute(account)]
    return "\n".join(parts)


def _value(text: str) -> str:
    """Write a value so that Asterisk reads it whole: a semicolon begins a comment, and a line ends it."""
    if not text.isprintable() or text != text.strip():
        raise ValueError(
            "a trunk's name, host, account, password and caller are printable, without space around"
        )
    return text.replace(";", "\\;")


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
