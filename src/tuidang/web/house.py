"""Setting the house up, and looking after it: what the commands do once Django is there."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from tuidang.base.audit.chain import AT_SHELL
from tuidang.base.clock import CHINA
from tuidang.base.manifest import files_signer
from tuidang.base.options import Options
from tuidang.phone.sample import as_sample
from tuidang.privacy.keys import KeyFolder
from tuidang.register.actions.counters import read_counters
from tuidang.register.actions.head import SAMPLE_ORIGIN, find_misfit, open_log
from tuidang.register.folder.figures import compare_figures, recount
from tuidang.register.folder.folder import is_current
from tuidang.register.models import Head
from tuidang.register.queries import intake_load
from tuidang.register.rules.publication import is_sample
from tuidang.tlog.note import SigningKey
from tuidang.volunteers.actions.invitations import invite_volunteer, recover_volunteer
from tuidang.volunteers.models import Role
from tuidang.volunteers.queries import all_volunteers
from tuidang.web.server import public_address

NEWCOMER = "newcomer"

_Finding = tuple[str, str, str]  # level, what, mend: the words of `tuidang.web.doctor.Finding`


def prepare() -> None:
    """Make the tables and the static files where they are missing. Repeatable."""
    options: Options = settings.TUIDANG
    with _alone(options.data / "prepare.lock"):
        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)


def is_empty() -> bool:
    """Tell whether no register was begun here; a sample whose making was interrupted does not count."""
    return not Head.objects.exclude(origin=SAMPLE_ORIGIN, size=0).exists()


def is_sample_register() -> bool:
    """Tell whether the register here is a sample."""
    return is_sample(open_log().key.name)


def as_it_runs(options: Options) -> Options:
    """Give the settings with which `tuidang up` runs the telephone here: a sample's has some of its own."""
    return as_sample(options) if Head.objects.filter(origin=SAMPLE_ORIGIN).exists() else options


def files_key() -> SigningKey:
    """Give the key that signs lists of files, under the name of the register here. Raises NotBegun."""
    options: Options = settings.TUIDANG
    return files_signer(open_log().key.name, KeyFolder(options.keys).files_key())


def join_link(options: Options, token: str) -> str:
    """Give the link of an invitation, as browsers open it."""
    return public_address(options) + reverse("join", args=[token])


def invite_newcomer(now: datetime) -> str:
    """Give a link by which whoever tries a sample out comes in; nothing once somebody has come."""
    found = all_volunteers(now.astimezone(CHINA).date())
    if any(one.joined for one in found):
        return ""
    if any(one.pseudonym == NEWCOMER for one in found):
        token = recover_volunteer(NEWCOMER, by=AT_SHELL, now=now)
    else:
        token = invite_volunteer(NEWCOMER, list(Role), by=AT_SHELL, now=now)
    return join_link(settings.TUIDANG, token)


def check_figures(folder: Path, progress: Callable[[int], None] = lambda _: None) -> list[str]:
    """Count the leaves, and name every difference with the folder's files and the database's counters."""
    leaves = recount(folder, progress)
    counters = read_counters()
    differences = compare_figures(folder, leaves)
    for day in sorted(leaves.keys() | counters.keys()):
        counted, noted = leaves.get(day), counters.get(day)
        if counted is None or noted is None:
            differences.append(
                f"{day}: only {'the counters have' if counted is None else 'the log has'} this day"
            )
            continue
        for what in ("statements", "regions", "orgs", "uncounted"):
            if getattr(counted, what) != getattr(noted, what):
                differences.append(
                    f"{day}: {what} are {getattr(counted, what)} in the log, {getattr(noted, what)} counted"
                )
        if sum(noted.channels.values()) != noted.statements + noted.uncounted:
            differences.append(f"{day}: the channels do not add up to the statements")
    return differences


def examine_log(options: Options) -> Iterator[_Finding]:
    """Say how the log and what waits for it stand. Raises OSError and ValueError for what cannot be read."""
    if is_empty():
        yield "good", "no register was begun here yet", ""
        return
    log = open_log()
    origin = log.key.name
    kind = "a sample; it can never become a real register" if is_sample(origin) else "a real register"
    yield "good", f"{origin} is {kind}, of {log.tree.size} leaves", ""
    if is_current(options.log, log.checkpoint, log.key.verifier):
        yield "good", "the public folder shows the newest checkpoint", ""
    elif misfit := find_misfit(log):
        yield "wrong", misfit, "docs/how-to/recover.md tells how to go on"
    else:
        yield (
            "advice",
            "the public folder is behind the database",
            "start `tuidang work`; it catches up by itself",
        )
    if not is_sample(origin) and not (options.operator and options.contact):
        yield (
            "wrong",
            "the privacy page cannot say who answers for this register",
            "set TUIDANG_OPERATOR and TUIDANG_CONTACT",
        )
    load = intake_load()
    if load.waiting * 10 > options.queue_bound * 8:
        yield (
            "advice",
            f"{load.waiting} statements wait; the form closes at {options.queue_bound}",
            "let reviewers look at what is held, or raise TUIDANG_QUEUE_BOUND",
        )


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # web server and worker may start together
        yield
