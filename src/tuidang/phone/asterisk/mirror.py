"""Where this machine's own apt fetches Debian from, and how it checks what it fetches."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

KEYRINGS = (
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
)
WITH_US = ("setpriv", "--pdeathsig", "TERM")  # before a command: it ends when we are ended
SUITES = ("sid", "forky")  # the only ones with Asterisk 22, the better kept one first
_MACHINES = {"x86_64": ("amd64", "x86_64-linux-gnu"), "aarch64": ("arm64", "aarch64-linux-gnu")}
# Of the machine's own settings only how to reach the network: proxies, certificates, clocks. No hooks.
_NETWORK = re.compile(r'Acquire::(https?|Retries|ForceIPv[46]|Check-)\S* "[^"]+";')


class CannotInstallError(Exception):
    """Say in a sentence why Asterisk cannot be fetched here, and what would help."""


def architecture() -> tuple[str, str]:
    """Return Debian's name of this machine's architecture, and of its library folder."""
    try:
        return _MACHINES[platform.machine()]
    except KeyError:
        raise CannotInstallError(
            f"Asterisk can be fetched for amd64 and arm64; this machine is {platform.machine()}."
        ) from None


def check_machine() -> None:
    """Raise CannotInstallError where Debian's packages cannot be fetched or would not be checked."""
    architecture()
    system = _system()
    if system.get("ID") != "debian":
        raise CannotInstallError(
            f"Asterisk is fetched from Debian, and this machine runs {system.get('NAME', 'another system')}. "
            "Run the telephone on Debian 12 or newer, or from the image in deploy/."
        )
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise CannotInstallError("Asterisk is fetched by apt-get and dpkg-deb, and they are not here.")
    if not any(keyring.is_file() for keyring in KEYRINGS):
        raise CannotInstallError(
            "Debian's keys are missing, so packages could not be checked: "
            "apt-get install debian-archive-keyring."
        )


def mirrors(folder: Path) -> list[str]:
    """Return the addresses from which this machine's apt fetches Debian, the likeliest first.

    apt is asked with its lists in `folder`, so that it says every address whether or not it was ever used.
    """
    # Its own sources are asked for; only the lists and the lock lie with us.
    listed = run_apt(["update", "--print-uris"], {"Dir::State::lists": str(folder)}, None)
    found: Counter[str] = Counter()
    codename = _system().get("VERSION_CODENAME", "")
    named = {codename, "stable", "oldstable", "testing", "unstable", "sid", "forky"} - {""}
    for address, suite in re.findall(r"^'(\S+?)/?/dists/([^/\s]+)/InRelease'", listed.stdout, re.MULTILINE):
        if suite.partition("-")[0] in named:
            found[address] += 1  # Debian's mirror has updates too; others use its names for one suite
    if not found:
        raise CannotInstallError(
            "This machine's apt names no mirror of Debian: add one to /etc/apt/sources.list."
        )
    return [address for address, _ in found.most_common()]


def write_apt(folder: Path, mirror: str, suite: str) -> Path:
    """Write a private apt configuration in `folder`, and return its file for APT_CONFIG."""
    for part in ("state/lists/partial", "cache/archives/partial", "sources"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "state" / "status").touch()  # nothing is installed: all that is needed is fetched
    keyring = next(keyring for keyring in KEYRINGS if keyring.is_file())
    _write_private(
        folder / "sources" / "debian.sources",
        f"Types: deb\nURIs: {mirror}\nSuites: {suite}\nComponents: main\nSigned-By: {keyring}\n",
    )
    network = run_apt(["dump"], {}, None, program="apt-config").stdout.splitlines()
    _write_private(
        folder / "apt.conf",
        "\n".join(
            [
                *(line for line in network if _NETWORK.fullmatch(line)),
                f'Dir::State "{folder}/state";',
                f'Dir::State::status "{folder}/state/status";',
                f'Dir::Cache "{folder}/cache";',
                'Dir::Etc::main "/dev/null";',
                'Dir::Etc::parts "/dev/null";',
                'Dir::Etc::sourcelist "/dev/null";',
                f'Dir::Etc::sourceparts "{folder}/sources";',
                'Dir::Etc::preferences "/dev/null";',
                'Dir::Etc::preferencesparts "/dev/null";',
                'Acquire::Languages "none";',
                'Acquire::Retries "3";',
                'APT::Install-Recommends "false";',
                'APT::Update::Error-Mode "any";',
                # The user to whom root's apt gives downloads over may not enter our folder.
                'APT::Sandbox::User "root";',
                "",
            ]
        ),
    )
    return folder / "apt.conf"


def run_apt(
    arguments: list[str],
    settings: dict[str, str],
    config: Path | None,
    *,
    program: str = "apt-get",
) -> subprocess.CompletedProcess[str]:
    """Run apt-get, or another `program` of apt, and return what it said in English."""
    given = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
    return subprocess.run(  # noqa: S603 -- apt, with words of ours
        [*WITH_US, program, *given, *arguments],
        env=apt_environment(config),
        capture_output=True,
        text=True,
        check=False,
    )


def apt_environment(config: Path | None) -> dict[str, str]:
    """Return the environment in which apt reads `config` and speaks English."""
    return {**os.environ, "LC_ALL": "C", **({"APT_CONFIG": str(config)} if config else {})}


def complaint(text: str) -> str:
    """Return in a sentence what apt complained of, without any name or password in an address."""
    if "NO_PUBKEY" in text or "is not signed" in text:
        return (
            "the signature on Debian's list of packages cannot be checked with this machine's keys: "
            "update debian-archive-keyring"
        )
    if "Could not resolve" in text or "Temporary failure" in text or "Could not connect" in text:
        return "the mirror cannot be reached: is there a network?"
    lines = [line[3:] for line in text.splitlines() if line.startswith("E: ")]
    return re.sub(r"//[^/@\s]*@", "//", lines[0]) if lines else "apt did not say why"


def _system() -> dict[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)  # a mirror's or proxy's address may hold a password
    path.write_text(text, encoding="utf-8")
