"""What `tuidang doctor` says of the telephone: is it installed, configured, reached; has it its sounds?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tuidang.base.clock import china_today
from tuidang.base.options import Options
from tuidang.phone.asterisk import install, process
from tuidang.phone.asterisk.access import read_access
from tuidang.phone.asterisk.config import Setup, render
from tuidang.phone.asterisk.setup import password_file, read_setup
from tuidang.phone.asterisk.sounds import missing, read_samples
from tuidang.phone.messages import SAMPLE_MESSAGES
from tuidang.phone.models import Trunk
from tuidang.phone.prompts import PROMPTS
from tuidang.phone.queries import machines
from tuidang.phone.test_calls.queries import standings
from tuidang.phone.test_calls.rules import Outcome

_Finding = tuple[str, str, str]  # level, what, mend: the words of `tuidang.web.doctor.Finding`
_RUN = "start `tuidang phone asterisk`"
_HOW = "docs/how-to/run-the-phone.md"
# Told apart by nobody: what is random at each start, and what _limits looks at.
_APART = re.compile(r"^(password|maxcalls) = .*$", re.MULTILINE)
_FILES_A_CALL, _FILES_BESIDES = 8, 500  # a call that plays has five open
_EXAMPLE = re.compile(r"001[0-9]{3}55501[0-9]{2}")


def examine_phone(options: Options) -> Iterator[_Finding]:
    """Say how the telephone stands. A machine on which it was never set up is told so, and nothing else."""
    if not install.installed(options.data):
        if install.is_of_image(options.data):
            yield (
                "advice",
                "Asterisk is run from an image, and only in there can be told how it is",
                "docker exec tuidang-phone tuidang doctor",
            )
            return
        yield "advice", "Asterisk is not set up here, so no machine calls", "tuidang phone install-asterisk"
        return
    yield "good", f"Asterisk {install.version(options.data)} is set up in {install.root(options.data)}", ""
    setup = read_setup(options)
    with suppress(LookupError):  # it is random at each start, and endpoints are named by it
        setup = replace(setup, password=read_access(setup.folder).password)
    yield from _configuration(setup)
    yield from _limits(setup)
    yield from _trunks(options, setup)
    yield from _sounds(setup.sounds)
    if options.phone_live:
        yield from _hotline(options)
    yield from _numbers()
    for machine in machines(options.data / "phone" / "live", datetime.now(UTC)):
        if machine.asterisk:
            yield "good", f"{machine.name} dials, with {machine.in_air} calls in the air", ""


def _numbers() -> Iterator[_Finding]:
    """Say of each of our own numbers whether it answered when it was called last."""
    today = china_today()
    for one in standings(today):
        if one.last is None or one.is_stale(today):
            yield (
                "advice",
                f"the hotline's number {one.code} was not called since yesterday, to hear whether it answers",
                "start `tuidang phone hotline`, or: tuidang phone test-call",
            )
        elif one.last is Outcome.HEARD:
            yield "good", f"the hotline's number {one.code} answers, as a call to it heard", ""
        else:
            yield (
                "wrong",
                f"the hotline's number {one.code} did not answer with a voice: {one.last}",
                "call it yourself, look at trunk and hotline, then: tuidang phone test-call",
            )


def _configuration(setup: Setup) -> Iterator[_Finding]:
    wanted = {name: _APART.sub("", text) for name, text in render(setup).items()}
    found = {name: _APART.sub("", _read(setup.folder / name)) for name in wanted}
    if not setup.folder.is_dir():
        yield "advice", "Asterisk was never started here", _RUN
        return
    changed = sorted(name for name in wanted if wanted[name] != found[name])
    if changed:
        yield (
            "wrong",
            f"settings or trunks have changed since Asterisk was started: {', '.join(changed)}",
            f"restart Asterisk: stop it, and {_RUN}",
        )
    else:
        yield "good", "Asterisk's configuration is what the settings and trunks say", ""
    readable = [path.name for path in sorted(setup.folder.iterdir()) if path.stat().st_mode & 0o077]
    if readable:
        yield (
            "wrong",
            f"others can read {', '.join(readable)} in {setup.folder}",
            f"chmod go= {setup.folder}/*",
        )
    if not _is_running(setup):
        yield "advice", "Asterisk does not run", _RUN
        return
    lacking = process.not_loaded(setup)
    if lacking:
        yield "wrong", f"Asterisk runs without {', '.join(lacking)}", f"look at {process.log_file(setup)}"
    else:
        yield "good", "Asterisk runs, and has loaded all that it needs", ""


def _limits(setup: Setup) -> Iterator[_Finding]:
    """Say which limit of Asterisk's own is below what the trunks and desk telephones ask for."""
    asked = f"trunks and desk telephones ask for {setup.calls}"
    if setup.ports.calls < setup.calls:
        yield (
            "wrong",
            f"there are ports for the sound of {setup.ports.calls} calls at once, and {asked}",
            "widen TUIDANG_PHONE_RTP, or give the trunks fewer channels",
        )
    said = process.tell(setup, "core show settings").stdout if _is_running(setup) else ""
    most = re.search(r"Maximum calls:\s+(\d+)", said)
    if most and int(most[1]) < setup.calls:
        yield (
            "wrong",
            f"Asterisk was started for {most[1]} calls at once, and {asked}",
            f"restart Asterisk: stop it, and {_RUN}",
        )
    files = re.search(r"Maximum open file handles:\s+(\d+)", said)
    need = _FILES_BESIDES + _FILES_A_CALL * setup.calls
    if files and int(files[1]) < need:
        yield (
            "wrong",
            f"Asterisk may open {files[1]} files, and {setup.calls} calls need {need}",
            "raise LimitNOFILE= of its service, or `ulimit -Hn`, and start it again",
        )


def _trunks(options: Options, setup: Setup) -> Iterator[_Finding]:
    trunks = list(Trunk.objects.order_by("name"))
    if not trunks:
        yield "advice", "there is no trunk, so nobody can be called", f"set one up: {_HOW}"
    reached = _reached(setup) if _is_running(setup) else {}
    for trunk in trunks:
        if trunk.username and not password_file(options, trunk.name).is_file():
            yield (
                "wrong",
                f"the trunk {trunk.name} signs in, and its password is not here",
                f"write it into {password_file(options, trunk.name)}, readable to you alone",
            )
        if reached.get(trunk.name) is False:
            yield (
                "advice",
                f"the carrier of the trunk {trunk.name} does not answer",
                f"is {trunk.host} right?",
            )
        elif trunk.name in reached:
            yield "good", f"the carrier of the trunk {trunk.name} answers", ""


def _sounds(sounds: Path) -> Iterator[_Finding]:
    lost = missing(sounds, PROMPTS)
    if lost:
        yield "wrong", f"{len(lost)} prompts cannot be played, such as {lost[0]}", "tuidang phone sounds"
    samples = read_samples(sounds).keys() & PROMPTS.keys()
    if samples:
        yield (
            "advice",
            f"{len(samples)} of {len(PROMPTS)} prompts are still spoken by a machine",
            "record them one by one: tuidang phone sound FILE NAME",
        )
    if not lost and not samples:
        yield "good", f"all {len(PROMPTS)} prompts are recordings", ""
    messages = {f"message/{path.stem}" for path in (sounds / "message").glob("*.alaw")}
    if not messages - SAMPLE_MESSAGES.keys():
        yield "advice", "there are only sample messages", "tuidang phone sound FILE message/NAME"


def _hotline(options: Options) -> Iterator[_Finding]:
    if not options.phone_hotline:
        # Left empty as long as nobody answers anywhere: no warning, or live calls would wait for it.
        yield (
            "good",
            "who presses 8 may be called back; TUIDANG_PHONE_HOTLINE would let him call with a PIN",
            "",
        )
    elif _EXAMPLE.fullmatch(options.phone_hotline):
        yield (
            "wrong",
            "the number that key 8 names is one of those kept for films and examples, and belongs to nobody",
            "set TUIDANG_PHONE_HOTLINE to a number at which somebody answers",
        )
    else:
        yield "good", "who presses 8 may have a PIN, and the number to call us at", ""


def _is_running(setup: Setup) -> bool:
    return (setup.run / "asterisk.ctl").exists() and process.tell(setup, "core show uptime").returncode == 0


def _reached(setup: Setup) -> dict[str, bool]:
    said = process.tell(setup, "pjsip show contacts").stdout
    rows = re.findall(r"Contact:\s+(\S+?)/sip:\S+\s+\S+\s+(\w+)", said)
    return {name: status in {"Avail", "NonQual"} for name, status in rows}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
