"""Fetch Asterisk and what goes with it from Debian into a folder of ours, leaving the machine as it is.

apt is run with a state of its own in which nothing is installed, so it downloads everything that is needed,
checked as always, and touches nothing else. The packages are unpacked, never installed: no script of theirs
runs, no root is needed, and each program is started by the loader and with the libraries that came with it.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tuidang.phone.asterisk.mirror import (
    SUITES,
    WITH_US,
    CannotInstallError,
    apt_environment,
    architecture,
    check_machine,
    complaint,
    mirrors,
    run_apt,
    write_apt,
)

PACKAGES = ("asterisk", "asterisk-modules", "sip-tester", "espeak-ng", "sox", "libsox-fmt-all")
PROGRAMS = {
    "asterisk": "usr/sbin/asterisk",
    "sipp": "usr/bin/sipp",
    "espeak-ng": "usr/bin/espeak-ng",
    "sox": "usr/bin/sox",
}
MAJOR = "22"  # the Asterisk we speak to
IMAGE = Path("/opt/asterisk")  # where it lies in the image (deploy/asterisk/Containerfile)
NEEDED_FREE = 800_000_000  # bytes: the download beside two unpacked trees
_LOADERS = {"amd64": "usr/lib64/ld-linux-x86-64.so.2", "arm64": "usr/lib/ld-linux-aarch64.so.1"}
_NOT_RUN = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/perl", "usr/lib/python3.14")
_DOWNLOAD_SHARE = 70  # percent of the progress bar


def root(data: Path) -> Path:
    """Name the folder into which the packages are unpacked."""
    return data / "phone" / "asterisk"


def installed(data: Path) -> bool:
    """Tell whether Asterisk and its companions are whole in the data folder."""
    return (root(data) / "packages.json").is_file()


def is_of_image(data: Path) -> bool:
    """Tell whether Asterisk is run here from an image, in which alone it can be found."""
    return root(data).is_symlink() and root(data).readlink() == IMAGE


def version(data: Path) -> str:
    """Return the version of Asterisk in the data folder, as in 22.10.1; "" when it is not there."""
    try:
        packages = json.loads((root(data) / "packages.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ""
    return _upstream(packages["asterisk"])


def command(data: Path, program: str) -> list[str]:
    """Return the words that start one of `PROGRAMS`, by the loader and libraries that came with it."""
    folder = root(data)
    name, libraries = architecture()
    path = ":".join(str(folder / "usr/lib" / libraries / part) for part in ("", "pulseaudio"))
    return [str(folder / _LOADERS[name]), "--library-path", path, str(folder / PROGRAMS[program])]


def install(
    data: Path,
    say: Callable[[str], None] = lambda _: None,
    progress: Callable[[int], None] = lambda _: None,
) -> bool:
    """Fetch what is missing or older than Debian's; return whether anything was fetched.

    `progress` gets percents. Repeatable, and safe to interrupt at any moment: what was downloaded is kept,
    and a folder is put in place whole. Raises CannotInstallError with a sentence.
    """
    if is_of_image(data):
        raise CannotInstallError(
            "Asterisk is run from an image here: build that again for a newer one. "
            f"To fetch it in its stead, stop the image and remove {root(data)}."
        )
    check_machine()
    data.mkdir(parents=True, mode=0o711, exist_ok=True)  # others may pass through to the public folder
    (data / "phone").mkdir(mode=0o700, exist_ok=True)
    with _alone(data / "phone" / "install.lock"):
        state = data / "phone" / "apt"
        try:
            config, wanted = _choose(state, say)
        except CannotInstallError as error:
            if not installed(data):
                raise
            say(f"Whether there is a newer Asterisk cannot be told now. {error}")
            return False
        stamp = root(data) / "packages.json"
        if stamp.is_file() and json.loads(stamp.read_text(encoding="utf-8")) == wanted:
            progress(100)
            return False
        if shutil.disk_usage(data).free < NEEDED_FREE:
            raise CannotInstallError(
                f"Asterisk needs {NEEDED_FREE // 1_000_000} MB of free disk to be set up."
            )
        say(f"Fetching Asterisk {_upstream(wanted['asterisk'])} and {len(wanted) - 1} packages it needs.")
        _download(config, progress)
        _unpack(data, state, wanted, progress)
    progress(100)
    return True


def _choose(state: Path, say: Callable[[str], None]) -> tuple[Path, dict[str, str]]:
    """Find a mirror and suite that have what we need; return the apt configuration, and package versions."""
    (state / "state" / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    trouble = ""
    for mirror in mirrors(state / "state" / "lists"):
        for suite in SUITES:
            config = write_apt(state, mirror, suite)
            say(f"Asking this machine's Debian mirror for Asterisk in {suite}.")
            update = run_apt(["update"], {"Acquire::Retries": "1"}, config)  # no network is told soon
            if update.returncode:
                trouble = complaint(update.stderr)
                continue
            plan = run_apt(["--simulate", "install", *PACKAGES], {}, config)
            wanted = dict(re.findall(r"^Inst (\S+) \((\S+)", plan.stdout, re.MULTILINE))
            if plan.returncode:
                trouble = complaint(plan.stderr)
            elif _upstream(wanted["asterisk"]).split(".")[0] != MAJOR:
                trouble = f"{suite} has Asterisk {_upstream(wanted['asterisk'])}, and we speak to {MAJOR}"
            else:
                return config, wanted
    raise CannotInstallError(f"Asterisk cannot be fetched: {trouble}.")


def _upstream(debian_version: str) -> str:
    return re.sub(r"^\d+:", "", debian_version).split("+")[0].split("~")[0].split("-")[0]


def _download(config: Path, progress: Callable[[int], None]) -> None:
    # apt goes on with a file that was fetched in part, and checks each one's hash against the signed list.
    read_end, write_end = os.pipe()
    with subprocess.Popen(  # noqa: S603 -- apt, with words of ours
        [
            *WITH_US,
            "apt-get",
            "-y",
            "--download-only",
            "-o",
            f"APT::Status-Fd={write_end}",
            "install",
            *PACKAGES,
        ],
        env=apt_environment(config),
        pass_fds=(write_end,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as apt:
        os.close(write_end)
        with os.fdopen(read_end, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                fields = line.split(":")  # dlstatus:which:percent:words
                if fields[0] == "dlstatus":
                    progress(int(float(fields[2]) * _DOWNLOAD_SHARE / 100))
        assert apt.stderr is not None
        words = apt.stderr.read()
    if apt.returncode:
        raise CannotInstallError(f"Asterisk cannot be fetched: {complaint(words)}. What was fetched is kept.")


def _unpack(data: Path, state: Path, wanted: dict[str, str], progress: Callable[[int], None]) -> None:
    new = data / "phone" / "asterisk.new"
    shutil.rmtree(new, ignore_errors=True)  # of a run that was interrupted
    new.mkdir(mode=0o700)
    packages = [_archive(state, name, version) for name, version in sorted(wanted.items())]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for done, _ in enumerate(pool.map(lambda package: _unpack_one(package, new), packages), 1):
            progress(_DOWNLOAD_SHARE + (99 - _DOWNLOAD_SHARE) * done // len(packages))
    for part in _NOT_RUN:
        shutil.rmtree(new / part, ignore_errors=True)
    (new / "packages.json").write_text(json.dumps(wanted, indent=1), encoding="utf-8")
    # A crash between the two renames leaves no Asterisk; the next run unpacks it again without a download.
    old = data / "phone" / "asterisk.old"
    shutil.rmtree(old, ignore_errors=True)
    if root(data).exists():
        root(data).rename(old)
    new.rename(root(data))
    shutil.rmtree(old, ignore_errors=True)
    shutil.rmtree(state / "cache")


def _archive(state: Path, name: str, version: str) -> Path:
    """Find a package's file, beside which an older one may lie of a fetch that was interrupted."""
    found = list((state / "cache" / "archives").glob(f"{name}_{version.replace(':', '%3a')}_*.deb"))
    if not found:
        raise CannotInstallError(f"Asterisk cannot be set up: {name} was not fetched. Try again.")
    return found[0]


def _unpack_one(package: Path, folder: Path) -> None:
    words = ["dpkg-deb", "--extract", str(package), str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 -- our own words
    if done.returncode:
        raise CannotInstallError(f"{package.name} cannot be unpacked: {done.stderr.strip()}")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a person and `tuidang up` may both begin
        yield
