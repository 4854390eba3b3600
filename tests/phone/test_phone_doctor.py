"""What the doctor says of the telephone, from a machine that has none to one that is ready."""

from __future__ import annotations

import resource
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from line_cast import TRUNK
from town_cast import CALLER, PREFIX, TOWN

from tuidang.base.options import Options
from tuidang.phone.asterisk.config import Setup
from tuidang.phone.asterisk.doctor import examine_phone
from tuidang.phone.asterisk.install import IMAGE, install, root
from tuidang.phone.asterisk.mirror import CannotInstallError
from tuidang.phone.asterisk.setup import password_file, read_setup
from tuidang.phone.asterisk.sounds import path_of, prepare_sounds
from tuidang.phone.models import Trunk
from tuidang.phone.prompts import PROMPTS
from tuidang.phone.sample import HOTLINE

pytestmark = pytest.mark.django_db


def options_of(setup: Setup) -> Options:
    """Give settings under which `setup` is what is read."""
    ports = setup.ports
    known: Options = django_settings.TUIDANG
    return replace(
        known,
        data=setup.data,
        phone_sip=(setup.address, ports.sip),
        phone_rtp=(ports.rtp_low, ports.rtp_high),
        phone_http=ports.http,
    )


def trunk_of(setup: Setup) -> Trunk:
    return Trunk.objects.create(name=TRUNK, host=setup.lines[0].host, caller=CALLER)


def said(options: Options, level: str) -> list[str]:
    return [what for found, what, _ in examine_phone(options) if found == level]


def test_a_machine_without_asterisk_is_told_the_command_and_no_more(tmp_path: Path) -> None:
    options = replace(django_settings.TUIDANG, data=tmp_path)
    assert list(examine_phone(options)) == [
        ("advice", "Asterisk is not set up here, so no machine calls", "tuidang phone install-asterisk")
    ]


def test_a_machine_whose_asterisk_is_in_an_image_is_told_where_to_ask(tmp_path: Path) -> None:
    (tmp_path / "phone").mkdir()
    root(tmp_path).symlink_to(IMAGE)
    ((level, what, mend),) = examine_phone(replace(django_settings.TUIDANG, data=tmp_path))
    assert (level, mend) == ("advice", "docker exec tuidang-phone tuidang doctor")
    assert "from an image" in what
    with pytest.raises(CannotInstallError, match="build that again"):
        install(tmp_path)
    assert root(tmp_path).readlink() == IMAGE


def test_a_telephone_that_is_ready_is_told_so_but_for_its_samples(
    setup: Setup, asterisk: subprocess.Popen[bytes], line: object
) -> None:
    trunk_of(setup)
    prepare_sounds(setup.data, setup.sounds, dict(PROMPTS))
    options = options_of(setup)
    assert said(options, "wrong") == []
    good = said(options, "good")
    assert any(what.startswith("Asterisk 22.") for what in good)
    assert "Asterisk's configuration is what the settings and trunks say" in good
    assert "Asterisk runs, and has loaded all that it needs" in good
    assert "the carrier of the trunk lab answers" in good
    assert said(options, "advice") == [
        f"{len(PROMPTS)} of {len(PROMPTS)} prompts are still spoken by a machine",
        "there are only sample messages",
    ]


def test_what_is_wrong_is_named_with_its_mend(
    setup: Setup, asterisk: subprocess.Popen[bytes], line: object, tmp_path: Path
) -> None:
    trunk = trunk_of(setup)
    prepare_sounds(setup.data, setup.sounds, dict(PROMPTS))
    options = options_of(setup)
    path_of(setup.sounds, "prompt/menu").unlink()
    Trunk.objects.filter(name=TRUNK).update(username="account")
    (setup.folder / "http.conf").chmod(0o644)
    wrong = said(options, "wrong")
    (setup.folder / "http.conf").chmod(0o600)
    assert "1 prompts cannot be played, such as prompt/menu" in wrong
    assert "the trunk lab signs in, and its password is not here" in wrong
    assert "settings or trunks have changed since Asterisk was started: pjsip.conf" in wrong
    assert any(what.startswith("others can read http.conf") for what in wrong)
    assert all(mend for level, _, mend in examine_phone(options) if level != "good")
    assert trunk.name in str(password_file(options, trunk.name))


def test_a_bound_of_asterisk_s_own_below_what_the_trunks_ask_for_is_named_with_its_mend(
    setup: Setup, asterisk: subprocess.Popen[bytes], line: object
) -> None:
    trunk_of(setup)
    prepare_sounds(setup.data, setup.sounds, dict(PROMPTS))
    options = options_of(setup)
    files = resource.prlimit(asterisk.pid, resource.RLIMIT_NOFILE)
    assert said(options, "wrong") == []
    Trunk.objects.filter(name=TRUNK).update(channels=2000)
    resource.prlimit(asterisk.pid, resource.RLIMIT_NOFILE, (10_000, files[1]))
    wrong = said(options, "wrong")
    resource.prlimit(asterisk.pid, resource.RLIMIT_NOFILE, files)
    asked = "trunks and desk telephones ask for 2000"
    assert wrong == [
        f"there are ports for the sound of 999 calls at once, and {asked}",
        f"Asterisk was started for 10 calls at once, and {asked}",
        "Asterisk may open 10000 files, and 2000 calls need 16500",
    ]


@pytest.mark.parametrize(
    ("hotline", "level", "what"),
    [
        (
            "",
            "good",
            "who presses 8 may be called back; TUIDANG_PHONE_HOTLINE would let him call with a PIN",
        ),
        (
            HOTLINE,
            "wrong",
            "the number that key 8 names is one of those kept for films and examples, and belongs to nobody",
        ),
        ("0085230000000", "good", "who presses 8 may have a PIN, and the number to call us at"),
    ],
)
def test_a_telephone_that_calls_real_people_is_asked_for_a_number_at_which_they_can_call(
    setup: Setup, line: object, hotline: str, level: str, what: str
) -> None:
    options = replace(options_of(setup), phone_hotline=hotline)
    assert what not in said(options, level)
    assert what in said(replace(options, phone_live=True), level)


def test_no_finding_shows_a_password_or_a_number(
    setup: Setup, asterisk: subprocess.Popen[bytes], line: object
) -> None:
    trunk_of(setup)
    words = "\n".join(" ".join(finding) for finding in examine_phone(options_of(setup)))
    assert setup.password not in words
    assert CALLER not in words
    assert not any(f"{PREFIX}{digits}" in words for digits in TOWN)


def test_what_asterisk_is_started_from_is_read_from_settings_trunks_and_the_key_folder(
    tmp_path: Path,
) -> None:
    options = replace(
        django_settings.TUIDANG,
        data=tmp_path,
        phone_sip=("192.0.2.2", 5080),
        phone_http=8090,
        phone_desks=2,
    )
    Trunk.objects.create(name="b", host="192.0.2.11:5060")
    Trunk.objects.create(name="a", host="192.0.2.10:5060", username="account", caller=CALLER, channels=70)
    password_file(options, "a").parent.mkdir(parents=True)
    password_file(options, "a").write_text("of the trunk\n")
    setup = read_setup(options)
    assert [
        (line.name, line.username, line.password, line.caller, line.channels) for line in setup.lines
    ] == [
        ("a", "account", "of the trunk", CALLER, 70),
        ("b", "", "", "", 10),
    ]
    assert setup.desks == 2
    assert (setup.address, setup.ports.sip, setup.ports.http) == ("192.0.2.2", 5080, 8090)
