"""The commands `tuidang phone`: blocks of numbers, Asterisk, the dialler; the others are beside this file."""

from __future__ import annotations

import json
import os
import random
import re
import shlex
import signal
import sys
import threading
import time
from pathlib import Path

import click

from tuidang.base.clock import utc_now
from tuidang.base.options import Options
from tuidang.cli_campaign import campaign
from tuidang.cli_never import never
from tuidang.cli_number import number, test_call
from tuidang.cli_show import funnel
from tuidang.cli_start import prepare, start_django, start_options
from tuidang.cli_trunk import trunk

_SHOWN = 20  # bad lines of a file


@click.group()
def phone() -> None:
    """Tend what the telephone calls, whom it never calls, and Asterisk, which carries the sound.

    \b
    Examples:
      tuidang phone install-asterisk
      tuidang phone blocks load
      tuidang phone never count
    """


phone.add_command(campaign)
phone.add_command(trunk)
phone.add_command(funnel)
phone.add_command(never)
phone.add_command(number)
phone.add_command(test_call)


@phone.group()
def blocks() -> None:
    """Tend the blocks of numbers that machines call.

    \b
    Examples:
      tuidang phone blocks load
    """


@blocks.command("load")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what was loaded for a program to read.")
def load(file: Path | None, as_json: bool) -> None:
    """Load China's blocks of mobile numbers, with place and carrier where libphonenumber knows them.

    FILE is an operator's own table in their stead: CSV with the columns block (seven digits after +86),
    region (ISO 3166-2, such as CN-GD), carrier and zone (east or west); all but the first may be empty.
    Nothing is loaded from a file with a bad line. Loading again corrects places; passes and tallies stay.

    \b
    Examples:
      tuidang phone blocks load
      tuidang phone blocks load blocks.csv
    """
    start_django()
    from tuidang.phone.actions.blocks import load_blocks
    from tuidang.phone.numbers.blocks import NumberBlock, china_blocks, read_blocks
    from tuidang.web import house

    if file is None:
        found = china_blocks()
    else:
        try:
            lines = list(read_blocks(file.read_text(encoding="utf-8-sig").splitlines()))
        except UnicodeDecodeError:
            raise click.ClickException(f"{file} is not UTF-8: save it so, and load it again") from None
        bad = [line for line in lines if isinstance(line, str)]
        if bad:
            more = [f"and {len(bad) - _SHOWN} more"] if len(bad) > _SHOWN else []
            raise click.ClickException("\n".join([f"{file} was not loaded", *bad[:_SHOWN], *more]))
        found = tuple(line for line in lines if isinstance(line, NumberBlock))
    house.prepare()
    with click.progressbar(length=len(found), label="Blocks", file=sys.stderr) as bar:
        load_blocks(found, bar.update)
    placed = sum(1 for block in found if block.region)
    click.echo(
        json.dumps({"blocks": len(found), "with_place": placed})
        if as_json
        else f"Loaded {len(found)} blocks; the place of {placed} is known."
    )


@phone.command("install-asterisk")
def install_asterisk() -> None:
    """Fetch Asterisk, SIPp, espeak-ng and sox from Debian into the data folder, or bring them up to date.

    It needs no root and leaves the machine as it is: packages are checked as apt always does, and unpacked
    into a folder of ours. It can be interrupted and repeated; what was downloaded is kept.

    \b
    Examples:
      tuidang phone install-asterisk
    """
    options = start_options()
    from tuidang.phone.asterisk.install import install, version
    from tuidang.phone.asterisk.mirror import CannotInstallError

    with click.progressbar(length=100, label="Asterisk", file=sys.stderr) as bar:
        try:
            new = install(
                options.data, lambda text: click.echo(text, err=True), lambda at: bar.update(at - bar.pos)
            )
        except CannotInstallError as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"Asterisk {version(options.data)} {'is set up now' if new else 'was set up already'}.")


@phone.command("asterisk")
def run_asterisk() -> None:
    """Write Asterisk's configuration from settings and trunks, and run it until stopped.

    When it ends by itself, or is killed, it is started again. Samples of missing sounds are spoken first.

    \b
    Examples:
      tuidang phone asterisk
    """
    options = start_django()
    from tuidang.phone.asterisk.process import keep_running
    from tuidang.phone.asterisk.setup import read_setup
    from tuidang.web import house

    _need_asterisk(options)
    house.prepare()
    _prepare_sounds(options)
    keep_running(lambda: read_setup(options), _stop_signals(), click.echo)


@phone.command("sound")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("name")
def sound(file: Path, name: str) -> None:
    """Put the recording FILE in the place of the sound NAME, converted to what telephones carry.

    FILE may be WAV, MP3, FLAC, OGG or M4A, of any rate and loudness: silence at its ends is cut off, and it
    is made as loud as the others. NAME is prompt/… or hotline/… (`tuidang phone sounds` lists them), or
    message/ and a name of your own. No sample takes its place again. Whether a message says who is calling
    must be marked anew.

    \b
    Examples:
      tuidang phone sound hello.wav message/hello
      tuidang phone sound menu.mp3 prompt/menu
    """
    options = start_django()
    from tuidang.phone.actions.campaigns import forget_listening
    from tuidang.phone.asterisk.sounds import BadSoundError, record
    from tuidang.phone.hotline_prompts import HOTLINE_PROMPTS
    from tuidang.phone.prompts import PROMPTS

    _need_asterisk(options)
    known = {*PROMPTS, *HOTLINE_PROMPTS}
    if name not in known and not re.fullmatch(r"message/[a-z0-9][a-z0-9-]{0,39}", name):
        raise click.ClickException(
            f"{name} is no sound: name a prompt, or message/ and a name of small letters, digits and hyphens"
        )
    prepare()
    # Before it is in place: a crash leaves a message to listen to again, not one that nobody listened to.
    forget_listening(name)
    try:
        length = record(options.data, options.data / "phone" / "sounds", file, name)
    except BadSoundError as error:
        raise click.ClickException(str(error)) from None
    forget_listening(name)  # somebody may have listened to the old one meanwhile
    click.echo(f"{name} is your recording now, of {length:.1f} seconds.")


@phone.command("sounds")
@click.option("--json", "as_json", is_flag=True, help="Print the list for a program to read.")
def sounds(as_json: bool) -> None:
    """Speak the samples that are missing or whose words have changed; list what each sound is.

    \b
    Examples:
      tuidang phone sounds
      tuidang phone sounds --json
    """
    options = start_options()
    from tuidang.phone.asterisk.sounds import path_of, read_samples, seconds
    from tuidang.phone.hotline_prompts import HOTLINE_PROMPTS
    from tuidang.phone.messages import SAMPLE_MESSAGES
    from tuidang.phone.prompts import PROMPTS

    _need_asterisk(options)
    folder = _prepare_sounds(options)
    samples = read_samples(folder)
    own = {f"message/{path.stem}": "" for path in sorted((folder / "message").glob("*.alaw"))}
    rows = [
        {
            "name": name,
            "is": "sample" if name in samples else "recording",
            "seconds": round(length, 1),
            "words": words,
        }
        for name, words in (own | {**SAMPLE_MESSAGES, **PROMPTS, **HOTLINE_PROMPTS}).items()
        if (length := seconds(path_of(folder, name)))
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            click.echo(f"{row['is']:9} {row['seconds']:6} s  {row['name']:24} {row['words']}")


@phone.command("lab")
@click.option("--callers", is_flag=True, help="Let some of them ring the hotline of a sample now and then.")
def lab(callers: bool) -> None:
    """Run the simulated carrier on this machine, until stopped: a country of people who answer, or do not.

    A trunk to 127.0.0.1 and TUIDANG_PHONE_LAB reaches it. It says where the truth is written: who has which
    number, what becomes of a call there, and which keys are pressed.

    \b
    Examples:
      tuidang phone lab
    """
    options = start_django()
    from tuidang.phone.lab.carrier import Carrier, can_send_rfc4733
    from tuidang.phone.lab.ringing import LOOK, Ringing
    from tuidang.web import house

    _need_asterisk(options)
    if callers and not house.is_sample_register():
        raise click.ClickException("only the hotline of a sample is rung by simulated people")
    carrier = Carrier(options.data, options.phone_lab)
    ended = _stop_signals()
    carrier.populate()
    try:
        carrier.start()
    except RuntimeError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"A simulated carrier listens on 127.0.0.1:{options.phone_lab}.")
    click.echo(f"Who has which number there is in {carrier.folder / 'people.csv'}.")
    if not can_send_rfc4733():
        click.echo("Everybody sends keys by SIP INFO here: by RFC 4733 they need root.")
    speech, dice = carrier.speech(), random.SystemRandom()
    ringing = Ringing(options.data, options.phone_lab, options.phone_sip[1], speech, dice)
    while carrier.runs() and not ended.wait(LOOK):
        if callers:
            ringing.look(time.monotonic(), utc_now())
    ringing.stop()
    carrier.kill()
    if not ended.is_set():
        raise click.ClickException("the simulated carrier ended by itself")


@phone.command("up")
def up() -> None:
    """Run the telephone of a sample in this terminal: Asterisk, a simulated carrier, a campaign, a dialler.

    What it needs is fetched once, about a hundred megabytes. Only simulated people are called; the screens
    are at /desk/campaigns/, for volunteers with the role `campaigns`. `tuidang up` does this by itself.

    \b
    Examples:
      tuidang phone up
    """
    options = start_django()
    from tuidang.phone.asterisk.install import install, installed
    from tuidang.phone.asterisk.mirror import CannotInstallError
    from tuidang.phone.asterisk.process import CannotStartError, clear_the_way, need_port, only_keeper
    from tuidang.phone.asterisk.setup import read_setup
    from tuidang.phone.sample import DESKS, HOTLINE, make_sample_campaign, speak_sample_audio
    from tuidang.web import house, supervisor

    prepare()
    if house.is_empty() or not house.is_sample_register():
        raise click.ClickException(
            "only a sample has a telephone of its own: see docs/how-to/run-the-phone.md"
        )
    if not installed(options.data):
        click.echo("The telephone is being set up behind the site: a hundred megabytes from Debian, once.")
    try:
        install(options.data, lambda _: None, lambda _: None)
        setup = read_setup(options)
        with only_keeper(setup):  # ending an Asterisk that somebody keeps would end calls
            clear_the_way(setup)
        need_port("127.0.0.1", options.phone_lab, "TUIDANG_PHONE_LAB")
        _prepare_sounds(options)
    except (CannotInstallError, CannotStartError) as error:
        raise click.ClickException(f"The telephone cannot run here, the site can: {error}") from None
    make_sample_campaign(options.phone_lab)
    if count := speak_sample_audio(options.data):
        click.echo(f"{count} sample chapters are read aloud by the synthetic voice, and heard in a minute.")
    click.echo(
        "The telephone starts; simulated people are called, at any hour, and nobody else. Watch them at the\n"
        "desk, under Calls. Whoever is with you comes in by the link that this gives in another terminal:\n"
        f"  PORT={options.port} TUIDANG_DATA={shlex.quote(str(options.data.resolve()))}"
        f" {shlex.quote(str(Path(sys.executable).with_name('tuidang')))}"
        " volunteer invite maple --role operator --role listener"
        "\nTo be rung, open Telephone there and go on duty: a simulated caller is with you within a minute."
    )
    os.environ.setdefault("TUIDANG_PHONE_DESKS", str(DESKS))  # for all that is started now
    if not options.phone_hotline:
        os.environ["TUIDANG_PHONE_HOTLINE"] = HOTLINE  # for the dialler that is started now
    if supervisor.run_phone(click.echo):
        raise click.ClickException("The telephone has stopped; the site goes on.")


@phone.command("dial")
@click.option("--machine", default="dial-1", show_default=True, help="A name of its own for each machine.")
def dial(machine: str) -> None:
    """Dial for the campaigns that are running, until stopped; calls that are up may end first.

    It can be killed at any moment, and the next start repairs what was left. While Asterisk or the database
    is away nothing is dialled, and nothing that somebody confirmed is lost.

    \b
    Examples:
      tuidang phone dial
      tuidang phone dial --machine dial-2
    """
    options = start_django()
    from tuidang.phone.dialler.run import CannotDial
    from tuidang.phone.dialler.run import dial as run
    from tuidang.web import doctor, house

    house.prepare()

    try:
        run(options, machine, examine=doctor.count_warnings)
    except CannotDial as error:
        raise click.ClickException(str(error)) from None


@phone.command("hotline")
def hotline() -> None:
    """Run the hotline until stopped: who calls us waits for a volunteer, and talks with one.

    It can be killed at any moment: conversations go on, and the next start finds everybody who waits.

    \b
    Examples:
      tuidang phone hotline
    """
    options = start_django()
    from tuidang.phone.hotline.run import CannotServe, serve
    from tuidang.web import doctor, house

    house.prepare()
    try:
        serve(options, examine=doctor.count_warnings)
    except CannotServe as error:
        raise click.ClickException(str(error)) from None


def _stop_signals() -> threading.Event:
    """Return what is set when a person or the system wants us to stop."""
    ended = threading.Event()
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, lambda *_: ended.set())
    return ended


def _need_asterisk(options: Options) -> None:
    from tuidang.phone.asterisk.install import installed

    if not installed(options.data):
        raise click.ClickException("Asterisk is not set up here: tuidang phone install-asterisk")


def _prepare_sounds(options: Options) -> Path:
    from tuidang.phone.asterisk.sounds import prepare_sounds
    from tuidang.phone.hotline_prompts import HOTLINE_PROMPTS
    from tuidang.phone.messages import SAMPLE_MESSAGES
    from tuidang.phone.prompts import PROMPTS

    folder = options.data / "phone" / "sounds"
    words = {**PROMPTS, **SAMPLE_MESSAGES, **HOTLINE_PROMPTS}
    prepare_sounds(options.data, folder, words, lambda text: click.echo(text, err=True))
    return folder
