"""Somebody who rings us: SIPp calls from a trunk's port, speaks, presses keys, and stays on for a while."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tuidang.phone.asterisk.install import command
from tuidang.phone.lab.carrier import can_send_rfc4733
from tuidang.phone.lab.packets import packets_of

_HOST = "127.0.0.1"
_SILENCE = b"\xd5" * 8000  # a second, in A-law
_HEAD = """Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:{number}@[local_ip]:[local_port]>;tag=[pid]c[call_number]
Call-ID: [call_id]
Max-Forwards: 70
Contact: <sip:caller@[local_ip]:[local_port]>
"""
_INVITE = """<send retrans="500"><![CDATA[
INVITE sip:hotline@[remote_ip]:[remote_port] SIP/2.0
{head}To: <sip:hotline@[remote_ip]:[remote_port]>
CSeq: 1 INVITE
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20

]]></send>
<recv response="100" optional="true"/><recv response="180" optional="true"/>
{early}<recv response="486" optional="true" next="refused"/>
<recv response="503" optional="true" next="refused"/>
<recv response="200" rrs="true"/>
{ack}
<nop><action><log message="answered"/><exec play_pcap_audio="{sound}"/></action></nop>
"""
_ACK = """<send><![CDATA[
ACK [next_url] SIP/2.0
{head}[last_To:]
[routes]
CSeq: 1 ACK
Content-Length: 0

]]></send>"""
_RING = '<recv response="183" optional="true"/>'
# Keys before the call is taken need the progress that tells where sound goes, and sound of ours before them:
# Asterisk believes a sender after some packets only.
_EARLY = """<recv response="183" rrs="true"/>
<nop><action><log message="early"/><exec play_pcap_audio="talk.pcap"/></action></nop>"""
_KEY = '<pause milliseconds="{after}"/><nop><action><exec play_dtmf="{key},100,101"/></action></nop>'
_INFO = """<pause milliseconds="{after}"/><send retrans="500"><![CDATA[
INFO [next_url] SIP/2.0
{head}[last_To:]
[routes]
CSeq: {count} INFO
Content-Type: application/dtmf-relay
Content-Length: [len]

Signal={key}
Duration=160

]]></send><recv response="200"/>"""
# A key by RFC 4733 takes a while, and is cut off by sound that begins.
_END = """<pause milliseconds="900"/><nop><action><exec play_pcap_audio="{sound}"/></action></nop>
<recv request="BYE" timeout="{stay}" ontimeout="leaves"/>
<nop><action><log message="they"/></action></nop>
<send next="over"><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
<label id="leaves"/><nop><action><log message="we"/></action></nop>
<send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
{head}[last_To:]
[routes]
CSeq: 90 BYE
Content-Length: 0

]]></send><recv response="200" timeout="4000" ontimeout="over"/><nop next="over"/>
<label id="refused"/><send next="over"><![CDATA[
ACK sip:hotline@[remote_ip]:[remote_port] SIP/2.0
{head}[last_To:]
CSeq: 1 ACK
Content-Length: 0

]]></send>
<label id="over"/><nop/>"""


@dataclass
class Caller:
    """One person with a telephone, behind the trunk whose host is 127.0.0.1 and `port`."""

    data: Path  # the data folder, in which SIPp is installed
    port: int
    to: int  # where Asterisk speaks SIP
    speech: bytes = b""  # A-law; said again and again
    media: tuple[int, int] = (30000, 30999)
    number: str = "13800138000"  # as the carrier gives it
    _process: subprocess.Popen[bytes] | None = field(init=False, default=None)

    @property
    def folder(self) -> Path:
        """Name the folder of what he says, and what became of his calls."""
        return self.data / "phone" / "lab" / f"caller-{self.port}"

    def call(
        self,
        keys: Sequence[tuple[float, str]] = (),
        stay: float = 60.0,
        *,
        early: Sequence[tuple[float, str]] = (),
        times: int = 1,
    ) -> None:
        """Call, press each key so many seconds after what was before, and hang up after `stay` seconds.

        `early` keys are pressed before the call is taken. Of many `times` eight begin a second.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        said = (self.speech + _SILENCE) * (1 + int(stay + 60) * 8000 // (len(self.speech) + 8000))
        (self.folder / "talk.pcap").write_bytes(packets_of(said, int(stay) + 60))
        (self.folder / "caller.xml").write_text(self._scenario(keys, stay, early), encoding="utf-8")
        for log in self.folder.glob("*_logs.log"):
            log.unlink()
        words = [
            *(
                "setpriv",
                "--pdeathsig",
                "KILL",
                *command(self.data, "sipp"),
                "-sf",
                "caller.xml",
                "-m",
                str(times),
            ),
            *("-r", "8"),
            *("-i", _HOST, "-p", str(self.port), "-mi", _HOST, "-ci", _HOST),
            *("-nostdin", "-trace_logs", "-aa"),
            *("-min_rtp_port", str(self.media[0]), "-max_rtp_port", str(self.media[1])),
            f"{_HOST}:{self.to}",
        ]
        self._process = subprocess.Popen(  # noqa: S603 -- SIPp, with files of ours
            words,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def is_calling(self) -> bool:
        """Tell whether the call goes on."""
        return self._process is not None and self._process.poll() is None

    def seen(self) -> list[str]:
        """Say what he saw: answered; and who hung up, we (he himself) or they."""
        return [line for path in self.folder.glob("*_logs.log") for line in path.read_text().split() if line]

    def kill(self) -> None:
        """End him without a word."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _scenario(
        self, keys: Sequence[tuple[float, str]], stay: float, early: Sequence[tuple[float, str]]
    ) -> str:
        head = _HEAD.format(number=self.number)
        press = _KEY if can_send_rfc4733() else _INFO
        pressed = [
            press.format(after=int(1000 * after), key=key, head=head, count=2 + count)
            for count, (after, key) in enumerate((*early, *keys))
        ]
        begun = "".join((_EARLY, *pressed[: len(early)])) if early else _RING
        parts = [_INVITE.format(head=head, ack=_ACK.format(head=head), sound="talk.pcap", early=begun)]
        parts += pressed[len(early) :]
        parts.append(_END.format(head=head, sound="talk.pcap", stay=int(1000 * stay)))
        return f'<?xml version="1.0"?><scenario name="caller">{"".join(parts)}</scenario>'
