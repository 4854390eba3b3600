"""Where Asterisk is fetched from, and the sentences for machines that cannot."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

import pytest

from tuidang.phone.asterisk import mirror
from tuidang.phone.asterisk.install import command, installed, version


def test_packages_are_checked_by_debians_own_keys_and_no_setting_of_ours_weakens_that(tmp_path: Path) -> None:
    config = mirror.write_apt(tmp_path, "https://someone:secret@mirror.example/debian", "sid")
    source = (tmp_path / "sources" / "debian.sources").read_text()
    assert "Signed-By: /usr/share/keyrings/debian-archive-keyring." in source
    assert "Trusted" not in source
    words = config.read_text()
    assert not [line for line in words.splitlines() if "Allow" in line or "Verify" in line]
    assert 'Dir::Etc::parts "/dev/null"' in words  # and no hook of the machine's runs
    assert config.stat().st_mode & 0o077 == 0
    assert (tmp_path / "sources" / "debian.sources").stat().st_mode & 0o077 == 0


def test_a_list_of_packages_that_has_expired_is_an_old_one_played_again_and_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = subprocess.CompletedProcess([], 0, "", "")
    monkeypatch.setattr(
        mirror, "run_apt", lambda *_, **__: nothing
    )  # this machine's own settings say no more
    assert "Valid-Until" not in mirror.write_apt(tmp_path, "http://mirror.example/debian", "sid").read_text()


def test_everything_that_apt_writes_lies_in_our_folder(tmp_path: Path) -> None:
    config = mirror.write_apt(tmp_path, "http://mirror.example/debian", "sid")
    asked = mirror.run_apt(["dump", "--format", "%f=%v%n"], {}, config, program="apt-config").stdout
    settings = dict(line.split("=", 1) for line in asked.splitlines() if "=" in line)
    for name in ("Dir::State", "Dir::State::status", "Dir::Cache"):
        assert Path(settings[name]).is_relative_to(tmp_path)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("W: GPG error: … NO_PUBKEY 0123", "update debian-archive-keyring"),
        ("E: The repository '…' is not signed.", "update debian-archive-keyring"),
        ("W: Failed to fetch … Could not resolve 'mirror.example'", "is there a network?"),
        ("E: Unable to locate package asterisk", "Unable to locate package asterisk"),
        ("", "did not say why"),
    ],
)
def test_what_apt_complains_of_is_said_in_a_sentence(said: str, told: str) -> None:
    assert told in mirror.complaint(said)


def test_a_password_in_a_mirrors_address_is_not_told() -> None:
    said = mirror.complaint("E: Failed to fetch http://someone:secret@mirror.example/debian/dists/sid  404")
    assert "mirror.example" in said
    assert "secret" not in said
    assert "someone" not in said


@pytest.mark.parametrize(
    ("system", "machine", "told"),
    [
        ({"ID": "ubuntu", "NAME": "Ubuntu"}, "x86_64", "this machine runs Ubuntu"),
        ({"ID": "fedora", "NAME": "Fedora Linux"}, "x86_64", "this machine runs Fedora"),
        ({"ID": "debian"}, "riscv64", "this machine is riscv64"),
    ],
)
def test_a_machine_that_cannot_is_told_so(
    monkeypatch: pytest.MonkeyPatch, system: dict[str, str], machine: str, told: str
) -> None:
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    with pytest.raises(mirror.CannotInstallError, match=told):
        mirror.check_machine()


def test_a_machine_without_apt_or_without_debians_keys_is_told_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as without:
        without.setenv("PATH", str(tmp_path))
        with pytest.raises(mirror.CannotInstallError, match="apt-get"):
            mirror.check_machine()
    monkeypatch.setattr(mirror, "KEYRINGS", (tmp_path / "no-keyring.gpg",))
    with pytest.raises(mirror.CannotInstallError, match="debian-archive-keyring"):
        mirror.check_machine()


@pytest.mark.parametrize(("machine", "loader"), [("x86_64", "x86-64"), ("aarch64", "aarch64")])
def test_programs_run_by_the_loader_that_came_with_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, machine: str, loader: str
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    words = command(tmp_path, "asterisk")
    assert loader in words[0]
    assert all(str(tmp_path) in word for word in words if "/" in word)


def test_a_folder_without_the_last_file_is_not_installed(tmp_path: Path) -> None:
    (tmp_path / "phone" / "asterisk" / "usr").mkdir(parents=True)
    assert not installed(tmp_path)
    assert version(tmp_path) == ""
