"""What SIPp does with a call: it looks the number up, and acts the script of whoever has it.

A script is `milliseconds:act,` again and again, ending in an act that ends the call or waits for its end. The
whole of a person is in his script, so one scenario serves everybody. The acts:

    r  ring (180)            e  early media (183)        a  answer (200)
    B  busy (486)            U  unallocated (404)        X  unavailable (480)
    J  declined (603)        F  trunk refuses (503)
    o  says the phone is off q  says there is no such number
    h  says hello            g  a machine's greeting, ending in a beep
    s  a room's noise, for as long as the call lasts     +  that noise goes on after a key
    H  hangs up              W  waits for the other side to hang up
    0 to 9, * and #          the key; several are pressed at once, by RFC 4733
    i and a key              the key by SIP INFO
"""

from __future__ import annotations

CONTROL = "99999"  # a call to a number that ends so sets what the carrier refuses, instead of ringing anybody

_ANSWER = """

SIP/2.0 {status}
[last_Via:]
From: [$from]
To: [$to];tag=[pid]L[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:lab@[local_ip]:[local_port]>
Allow: INVITE, ACK, BYE, CANCEL, INFO, UPDATE, OPTIONS
{rest}
"""
_EMPTY = "Content-Length: 0\n"
_MEDIA = """Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [media_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=sendrecv
"""
_REQUEST = """

{method} [$contact] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK-[pid]-[call_number]-[clock_tick]
From: [$to];tag=[pid]L[call_number]
To: [$from]
[last_Call-ID:]
CSeq: [clock_tick] {method}
Max-Forwards: 70
Contact: <sip:lab@[local_ip]:[local_port]>
{rest}
"""
_KEY = """Content-Type: application/dtmf-relay
Content-Length: [len]

Signal=[$key]
Duration=160
"""
_FINAL = {
    "B": "486 Busy Here",
    "U": "404 Not Found",
    "X": "480 Temporarily Unavailable",
    "J": "603 Decline",
    "F": "503 Service Unavailable",
}
_EREG = '<ereg regexp="{}" search_in="var" variable="{}" assign_to="{}"/>'
_SOUNDS = {"o": "off", "q": "empty", "h": "hello", "g": "machine"}


def render(*, rfc4733: bool = True) -> str:
    """Return the scenario for SIPp; with `rfc4733` a person is heard from the port that keys come from."""
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<scenario name="a country of people">',
            '<Global variables="refuse,bound,second,begun"/>',
            *_arrival(),
            *_loop(),
            *_acts(rfc4733=rfc4733),
            *_ends(),
            # SIPp takes a variable that is only set for a mistake.
            '<Reference variables="whole,micro"/>',
            "</scenario>",
        ]
    )


def _arrival() -> list[str]:
    """A call arrives: refused where that is the fault of the hour, or else looked up."""
    return [
        '<recv request="INVITE">',
        "<action>",
        '<ereg regexp="sip:[+]?([0-9]*([0-9]{5}))@" search_in="msg" assign_to="whole,number,key5"/>',
        '<ereg regexp="[^ ].*" search_in="hdr" header="From:" assign_to="from"/>',
        '<ereg regexp="[^ ].*" search_in="hdr" header="To:" assign_to="to"/>',
        '<ereg regexp="Contact: *[^&lt;]*&lt;([^&gt;]+)&gt;" search_in="msg" assign_to="whole,contact"/>',
        '<ereg regexp="[^ ].*" search_in="hdr" header="Via:" assign_to="via"/>',
        '<ereg regexp="CSeq: *([0-9]+)" search_in="msg" assign_to="whole,cseq"/>',
        f'<strcmp assign_to="other" variable="key5" value="{CONTROL}"/>',
        '<test assign_to="control" variable="other" compare="equal" value="0"/>',
        '<gettimeofday assign_to="now,micro"/>',
        '<test assign_to="elapsed" variable="now" compare="not_equal" variable2="second"/>',
        "</action>",
        "</recv>",
        '<nop next="control" test="control"/>',
        '<nop condexec="elapsed"><action><assign assign_to="begun" value="0"/>',
        '<gettimeofday assign_to="second,micro"/></action></nop>',
        "<nop><action>",
        '<add assign_to="begun" value="1"/>',
        '<todouble assign_to="most" variable="bound"/>',
        '<todouble assign_to="flag" variable="refuse"/>',
        '<test assign_to="over" variable="begun" compare="greater_than" variable2="most"/>',
        '<test assign_to="refused" variable="flag" compare="not_equal" value="0"/>',
        '<lookup assign_to="line" file="people.csv" key="[$key5]"/>',
        '<test assign_to="nobody" variable="line" compare="less_than" value="0"/>',
        "</action></nop>",
        # SIPp holds a variable that is 0 for unset, so the first line that can be named is 1.
        '<nop condexec="nobody"><action><assign assign_to="line" value="1"/></action></nop>',
        "<nop><action>",
        '<assignstr assign_to="script" value="[field1 file=&quot;people.csv&quot; line=[$line]]"/>',
        '<assignstr assign_to="done" value=""/>',
        "</action></nop>",
        '<nop next="act_F" test="refused"/>',
        '<nop next="act_F" test="over"/>',
    ]


def _loop() -> list[str]:
    """The next act of the script, after its time, unless the caller hangs up before."""
    return [
        '<label id="loop"/>',
        "<nop><action>",
        _EREG.format("^([0-9]+):([^,]+),(.*)", "script", "whole,delay,act,script"),
        "</action></nop>",
        '<recv request="BYE|CANCEL" regexp_match="true" timeout="[$delay]" ontimeout="act" next="hung_up">',
        '<action><ereg regexp="^CANCEL" search_in="msg" assign_to="cancelled"/></action>',
        "</recv>",
        '<label id="act"/>',
    ]


def _acts(*, rfc4733: bool) -> list[str]:
    lines = []
    for act in ("r", "e", "a", "s", "+", *_SOUNDS, *_FINAL, "H", "W"):
        lines += [
            f'<nop><action><strcmp assign_to="other" variable="act" value="{act}"/>',
            '<test assign_to="same" variable="other" compare="equal" value="0"/></action></nop>',
            f'<nop next="act_{_name(act)}" test="same"/>',
        ]
    lines += [
        f"<nop><action>{_EREG.format('^i(.)', 'act', 'info,key')}</action></nop>",
        '<nop next="act_info" test="info"/>',
        # A key by RFC 4733: SIPp stops the phone's own sound meanwhile, as phones do it.
        '<nop next="loop"><action><exec play_dtmf="[$act],100,101"/>',
        '<assignstr assign_to="done" value="[$done][$act]"/></action></nop>',
        '<label id="act_info"/>',
        f'<send retrans="500"><![CDATA[{_REQUEST.format(method="INFO", rest=_KEY)}]]>',
        '<action><assignstr assign_to="done" value="[$done][$key]"/></action></send>',
        '<recv request="BYE" optional="true" next="hung_up"/>',
        '<recv response="200" timeout="4000" ontimeout="loop" next="loop"/>',
        '<label id="act_r"/>',
        f'<send next="loop"><![CDATA[{_ANSWER.format(status="180 Ringing", rest=_EMPTY)}]]></send>',
        '<label id="act_e"/>',
        f'<send next="loop"><![CDATA[{_ANSWER.format(status="183 Session Progress", rest=_MEDIA)}]]></send>',
        '<label id="act_a"/>',
        f'<send retrans="500"><![CDATA[{_ANSWER.format(status="200 OK", rest=_MEDIA)}]]></send>',
        '<recv request="CANCEL" optional="true"/>',
        '<recv request="ACK" next="loop"/>',
    ]
    plays = {act: f'rtp_stream="{sound}.al,1,8,PCMA/8000"' for act, sound in _SOUNDS.items()}
    plays |= {"s": 'rtp_stream="room.al,-1,8,PCMA/8000"', "+": 'rtp_stream="resume"'}
    if rfc4733:
        plays |= {"h": 'play_pcap_audio="hello.pcap"', **dict.fromkeys("s+", 'play_pcap_audio="room.pcap"')}
    for act, play in plays.items():
        lines += [
            f'<label id="act_{_name(act)}"/>',
            f'<nop next="loop"><action><exec {play}/></action></nop>',
        ]
    return lines


def _ends() -> list[str]:
    lines = []
    for act, status in _FINAL.items():
        lines += [
            f'<label id="act_{act}"/>',
            f'<nop><action><assignstr assign_to="end" value="{status[:3]}"/></action></nop>',
            f'<send retrans="500"><![CDATA[{_ANSWER.format(status=status, rest=_EMPTY)}]]></send>',
            '<recv request="ACK" next="log"/>',
        ]
    bye = _REQUEST.format(method="BYE", rest=_EMPTY)
    return [
        *lines,
        '<label id="act_W"/>',
        # An Asterisk that was killed hangs up on nobody; after ten minutes the carrier does, as carriers do.
        '<recv request="BYE|CANCEL" regexp_match="true" timeout="600000" ontimeout="act_H" next="hung_up">',
        '<action><ereg regexp="^CANCEL" search_in="msg" assign_to="cancelled"/></action></recv>',
        '<label id="hung_up"/>',
        '<nop next="cancelled" test="cancelled"/>',
        f"<send><![CDATA[{_OK_TO_LAST}]]></send>",
        '<nop next="log"><action><assignstr assign_to="end" value="they"/></action></nop>',
        '<label id="cancelled"/>',
        f"<send><![CDATA[{_OK_TO_LAST}]]></send>",
        f'<send retrans="500"><![CDATA[{_TERMINATED}]]></send>',
        '<recv request="ACK" timeout="4000" ontimeout="given_up"/>',
        '<label id="given_up"/>',
        '<nop next="log"><action><assignstr assign_to="end" value="cancelled"/></action></nop>',
        '<label id="act_H"/>',
        f'<send retrans="500"><![CDATA[{bye}]]></send>',
        '<recv request="BYE" optional="true"/>',
        '<recv response="200" timeout="4000" ontimeout="bye_done"/>',
        '<label id="bye_done"/>',
        '<nop next="log"><action><assignstr assign_to="end" value="we"/></action></nop>',
        # Somebody sets a fault: whether everything is refused, and how many calls a second are not.
        '<label id="control"/>',
        "<nop><action>",
        _EREG.format(f"^([0-9])([0-9]+){CONTROL}", "number", "whole,flagged,rate"),
        '<assignstr assign_to="refuse" value="[$flagged]"/>',
        '<assignstr assign_to="bound" value="[$rate]"/>',
        "</action></nop>",
        f'<send next="over"><![CDATA[{_ANSWER.format(status="486 Busy Here", rest=_EMPTY)}]]></send>',
        '<label id="log"/>',
        '<nop><action><log message="[$number];[$end];[$done]"/></action></nop>',
        '<label id="over"/>',
    ]


_OK_TO_LAST = """

SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

"""
_TERMINATED = """

SIP/2.0 487 Request Terminated
Via: [$via]
From: [$from]
To: [$to];tag=[pid]L[call_number]
[last_Call-ID:]
CSeq: [$cseq] INVITE
Content-Length: 0

"""


def _name(act: str) -> str:
    return "resume" if act == "+" else act
