"""Asterisk's part that speaks SIP: with carriers by UDP, with volunteers' browsers by WebSocket."""

from __future__ import annotations

from string import Template

from tuidang.phone.asterisk.config.values import (
    HOTLINE_APPLICATION,
    Line,
    Setup,
)

CODECS = "alaw,ulaw"  # what sounds lie in comes first, so that nothing is transcoded
DESK_CODECS = "opus,alaw"  # browsers speak both; Opus stands a bad network
RTP_SILENCE = 30  # seconds without a packet of the other side
RTP_HELD = 300  # likewise while the other side holds the call
SESSION_EXPIRES = 90  # seconds, the least that RFC 4028 allows
DESK_EXPIRES = 120  # seconds for which a desk telephone is signed in

_GENERAL = Template("""[global]
type = global
user_agent = PBX
; Connections, which are browsers', are asked for life so often, in seconds: who is gone is noticed.
keep_alive_interval = 30
max_initial_qualify_time = 2
$order[system]
type = system
timer_t1 = 500
[udp]
type = transport
protocol = udp
bind = $address:$port
""")

# A browser comes from this machine, as its web server does, and so may the simulated carrier: who it is is
# told by its name and secret before it could be told by the address.
_ORDER = "endpoint_identifier_order = username,ip\n"

_BOUNDS = Template("""; So many seconds without sound of the other side end a call: who vanished says nothing.
rtp_timeout = $silence
; Likewise while the other side holds the call, or who holds it and vanishes would keep it for good.
rtp_timeout_hold = $held
; Both sides confirm the call so often, in seconds: a side that is gone is noticed by signalling too.
timers = yes
timers_sess_expires = $expires""")

# Sound goes where the carrier's answer says, never to whoever sends some (rtp_symmetric): receipts are read.
_ENDPOINT = Template("""[$endpoint]
type = endpoint
transport = udp
; Who calls us comes to the hotline; there is nothing else in this context.
context = stasis-$application
disallow = all
allow = $codecs
aors = $name
identify_by = ip
$outbound_auth
from_user = $caller
from_domain = $address
trust_id_outbound = yes
send_pai = no
direct_media = no
dtmf_mode = $keys
rtp_symmetric = no
force_rport = yes
rewrite_contact = yes
$bounds
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
match = $match
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

_BROWSERS = """; Browsers come by the port of http.conf, through the web server: nothing listens here.
[ws]
type = transport
protocol = ws
bind = 127.0.0.1
"""

_DESK = Template("""[$name]
type = endpoint
; It is rung, and dials nobody: there is no such context, so what it dials is refused and takes no channel.
context = nowhere
disallow = all
allow = $codecs
aors = $name
; The hotline says with which secret (ARI), while somebody is on duty there. Until it does nobody is let in.
auth = $name
identify_by = username
; It signs in through the web server on this machine, and from nowhere else.
deny = 0.0.0.0/0
deny = ::/0
permit = 127.0.0.1
; ICE, and sound sealed by DTLS with a certificate that is made for each call
webrtc = yes
max_video_streams = 0
direct_media = no
allow_transfer = no
allow_subscribe = no
; A volunteer is never told the number of the other side.
send_connected_line = no
$bounds
[$name]
type = aor
; One browser a telephone; when a page is loaded again the new one counts.
max_contacts = 1
remove_existing = yes
; Seconds for which it is signed in at most: a browser that vanished is not rung for long.
default_expiration = $signed_in
maximum_expiration = $signed_in
qualify_frequency = 30
qualify_timeout = 5
""")


def pjsip(setup: Setup) -> str:
    """Write pjsip.conf."""
    parts = [
        _GENERAL.substitute(address=setup.address, port=setup.ports.sip, order=_ORDER if setup.desks else "")
    ]
    for line in setup.lines:
        parts += _trunk(setup, line)
    if setup.desks:
        parts.append(_BROWSERS)
        parts += [_desk(name) for name in setup.desk_names]
    return "\n".join(parts)


def _trunk(setup: Setup, line: Line) -> list[str]:
    account = {
        "name": _value(line.name),
        "host": _value(line.host),
        "username": _value(line.username),
        "password": _value(line.password),
    }
    address = account["host"].rpartition(":")[0] or account["host"]
    endpoint = _ENDPOINT.substitute(
        name=account["name"],
        endpoint=_value(setup.endpoint(line)),
        host=account["host"],
        address=address,
        match=_match(account["host"]),
        application=HOTLINE_APPLICATION,
        codecs=CODECS,
        caller=_value(line.caller) or "anonymous",
        keys=_value(line.keys),
        bounds=_bounds(),
        outbound_auth=f"outbound_auth = {line.name}" if line.username else "",
    )
    if not line.username:
        return [endpoint]
    return [endpoint, _AUTH.substitute(account), _REGISTRATION.substitute(account)]


def _desk(name: str) -> str:
    return _DESK.substitute(name=name, codecs=DESK_CODECS, bounds=_bounds(), signed_in=DESK_EXPIRES)


def _match(host: str) -> str:
    """Say whose packets are the carrier's.

    Of this machine's programs only the one at his port: others come from the same address, browsers too.
    """
    name, _, port = host.rpartition(":") if ":" in host else (host, "", "5060")
    if name == "localhost":
        name = "127.0.0.1"
    return f"{name}:{port}" if name.startswith("127.") else name


def _bounds() -> str:
    return _BOUNDS.substitute(silence=RTP_SILENCE, held=RTP_HELD, expires=SESSION_EXPIRES)


def _value(text: str) -> str:
    """Write a value so that Asterisk reads it whole: a semicolon begins a comment, and a line ends it."""
    if not text.isprintable() or text != text.strip():
        raise ValueError(
            "a trunk's name, host, account, password and caller are printable, without space around"
        )
    return text.replace(";", "\\;")
