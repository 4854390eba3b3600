"""What `tuidang doctor` looks at: each check names what is wrong, and the mend."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from tuidang.base.options import Options, read_options
from tuidang.library.audio.doctor import examine_audio


class Level(StrEnum):
    """Say how much a finding matters."""

    GOOD = "good"
    ADVICE = "advice"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """Hold one thing that was looked at, and how to mend it."""

    level: Level
    what: str
    mend: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the finding for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.level.value:7}{self.what}" + (f"\n       mend: {self.mend}" if self.mend else "")


def examine(*, outside: bool = True) -> list[Finding]:
    """Run every check; those that need the database run only when the settings are right."""
    options, problems = read_options()
    findings = [Finding(Level.WRONG, f"{p.name}={p.value!r} cannot be used", p.mend) for p in problems]
    if not problems:
        findings.append(Finding(Level.GOOD, "every setting can be read"))
    for check in (_names, _prefixes, _exposure, _folders, _disk, _giving):
        findings.extend(check(options))
    if not problems:
        findings.extend(_database_and_log(options))
    if outside:
        findings.extend(Finding(Level(level), what, mend) for level, what, mend in examine_audio())
        findings.extend(_witnesses(options))
        findings.extend(_reach(options, has_database=not problems))
        findings.extend(_trust(options))
        if not problems:
            findings.extend(_field(options))
    return findings


def count_warnings() -> int:
    """Count the findings that are not good; while there is one, nobody is called by a live trunk.

    What others must do is left out, outside witnesses, holders of the trust root and of sealing keys: whoever
    is one of them could keep us from calling. So are ways to us that
    have nothing to do with the telephone, and what only editors need.
    """
    return sum(finding.level is not Level.GOOD for finding in examine(outside=False))


def exit_code(findings: list[Finding]) -> int:
    """Return 1 when anything is wrong, else 0."""
    return int(any(finding.level is Level.WRONG for finding in findings))


def _names(options: Options) -> Iterator[Finding]:
    if options.names is None:
        yield Finding(
            Level.ADVICE,
            "name statistics are the small built-in ones, so many names count as rare",
            "load richer tables: TUIDANG_NAMES, docs/how-to/load-name-tables.md",
        )
        return
    from tuidang.privacy.names import NameTable

    try:
        NameTable.load(options.names)
    except (OSError, ValueError) as error:
        yield Finding(Level.WRONG, str(error), "docs/how-to/load-name-tables.md shows their form")
    else:
        yield Finding(Level.GOOD, f"name tables are read from {options.names}")


def _prefixes(options: Options) -> Iterator[Finding]:
    if options.prefixes is None:
        return
    from tuidang.base.origins import Prefixes

    try:
        Prefixes.load(options.prefixes)
    except (OSError, ValueError) as error:
        yield Finding(Level.WRONG, str(error), "docs/how-to/count-origins.md shows its form")
        return
    yield Finding(Level.GOOD, f"totals of provinces are counted by {options.prefixes}, and published")
    if options.workers > 1:
        yield Finding(
            Level.ADVICE,
            "each server process leaves its own small totals out, so those of provinces come out too low",
            "TUIDANG_WORKERS=1",
        )


def _exposure(options: Options) -> Iterator[Finding]:
    local = options.host in {"127.0.0.1", "::1", "localhost"}
    if local and not options.behind_proxy:
        yield Finding(Level.GOOD, f"the server listens on {options.host} only")
    if not local and not options.https:
        yield Finding(
            Level.WRONG,
            f"the server listens on {options.host} without TLS: whoever carries the line can read statements",
            "put nginx with TLS in front (docs/how-to/run-a-real-register.md), then TUIDANG_HTTPS=yes",
        )
    if options.https and not options.behind_proxy:
        yield Finding(
            Level.ADVICE,
            "TUIDANG_HTTPS=yes without TUIDANG_BEHIND_PROXY=yes: every visitor counts as the proxy",
            "set TUIDANG_BEHIND_PROXY=yes when a proxy of yours writes X-Forwarded-For",
        )
    if options.workers > 1:
        yield Finding(
            Level.ADVICE,
            f"{options.workers} server processes each keep their own flood budgets",
            "raise TUIDANG_THREADS first; budgets hold exactly with one process",
        )


def _witnesses(options: Options) -> Iterator[Finding]:
    from tuidang.register.rules.publication import is_sample
    from tuidang.tlog.note import VerifierKey
    from tuidang.tlog.policy import find_cosignatures, load_policy

    try:
        log = VerifierKey.parse((options.log / "vkey").read_text())
        signed = (options.log / "checkpoint").read_bytes()
    except (OSError, ValueError):
        return  # nothing is published yet; what else may be wrong with the log was said
    if options.witnesses is None:
        if not is_sample(log.name):
            yield Finding(
                Level.ADVICE,
                "nobody outside cosigns the log: a verifier must take our word that all see the same one",
                "find two witnesses that others run: TUIDANG_WITNESSES, docs/how-to/run-a-witness.md",
            )
        return
    try:
        policy = load_policy(options.witnesses)
        cosigned = find_cosignatures(signed, log, policy)
    except (OSError, ValueError) as error:
        yield Finding(Level.WRONG, str(error), "docs/how-to/run-a-witness.md shows the form of a policy")
        return
    if policy.logs and log not in policy.logs:
        yield Finding(
            Level.WRONG,
            f"{options.witnesses} is a policy for another log",
            f"its line `log` wants the key {log.text}",
        )
    for name in sorted(policy.witnesses.keys() - cosigned):
        asked = bool(policy.witnesses[name].url)
        yield Finding(
            Level.ADVICE,
            f"the witness {name} has not cosigned the newest checkpoint",
            "`tuidang work` asks it every minute, and writes why it did not"
            if asked
            else f"give its address at the end of its line in {options.witnesses}, or it is not asked",
        )
    many = f"{len(cosigned)} of {len(policy.witnesses)} witnesses"
    if policy.is_met(cosigned):
        yield Finding(Level.GOOD, f"the newest checkpoint is cosigned by {many}, as the policy asks")


def _trust(options: Options) -> Iterator[Finding]:
    from tuidang.base.clock import utc_now
    from tuidang.register.rules.publication import is_sample
    from tuidang.tlog.note import VerifierKey
    from tuidang.web.trust_health import examine_trust

    try:
        log = VerifierKey.parse((options.log / "vkey").read_text())
    except (OSError, ValueError):
        return  # there is no log yet that a trust root could name
    for level, what, mend in examine_trust(options, is_sample=is_sample(log.name), now=utc_now()):
        yield Finding(Level(level), what, mend)


def _field(options: Options) -> Iterator[Finding]:
    from django.apps import apps

    from tuidang.base.clock import utc_now

    if not apps.ready:
        return  # why it could not be set up was said
    from django.db import Error

    from tuidang.web.field_health import examine_field

    with suppress(Error):  # tables are missing, or the database is away: that was said
        for level, what, mend in examine_field(options, utc_now()):
            yield Finding(Level(level), what, mend)


def _folders(options: Options) -> Iterator[Finding]:
    if not options.data.exists():
        yield Finding(Level.GOOD, f"nothing is in {options.data} yet; the first start makes it")
        return
    if not os.access(options.data, os.W_OK):
        yield Finding(
            Level.WRONG, f"{options.data} cannot be written", "give it to the user that runs tuidang"
        )
    # The public folder may be served by another user, who then must pass through the data folder.
    for path, open_to_others, mend in (
        (options.data, 0o066, "go-rw"),
        (options.keys, 0o077, "go="),
        *((p, 0o077, "go=") for p in _files(options.keys)),
    ):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & open_to_others:
            yield Finding(Level.WRONG, f"others can read {path}", f"chmod {mend} {path}")


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*")) if folder.is_dir() else []


def _disk(options: Options) -> Iterator[Finding]:
    existing = next(p for p in (options.data, *options.data.parents) if p.exists())
    usage = shutil.disk_usage(existing)
    percent = 100 * usage.free // max(usage.total, 1)
    if percent < options.free_disk:
        yield Finding(
            Level.WRONG,
            f"only {percent}% of the disk is free, so the form is closed",
            f"free space, or lower TUIDANG_FREE_DISK (now {options.free_disk})",
        )
    else:
        yield Finding(Level.GOOD, f"{percent}% of the disk is free")


def _giving(options: Options) -> Iterator[Finding]:
    needed = (options.giving_name, options.giving_address, options.giving_ein)
    providers = (options.giving_stripe, options.giving_btcpay)
    if not any((*needed, options.giving_bank, options.giving_hour, *providers)):
        return
    if not all(needed):
        yield Finding(
            Level.ADVICE,
            "who receives gifts is set in part: no receipt can be written, and nobody is asked for gifts",
            "set TUIDANG_GIVING_NAME, TUIDANG_GIVING_ADDRESS and TUIDANG_GIVING_EIN, or none of them",
        )
    elif not options.giving_bank:
        yield Finding(Level.GOOD, "receipts can be written; the page that asks for gifts is closed")
    else:
        yield Finding(Level.GOOD, "the page that asks for gifts is open")
    yield from _providers(options)
    from tuidang.giving.paper import FONT

    if not FONT.is_file():
        yield Finding(
            Level.ADVICE,
            "receipts cannot be printed: their font is missing",
            "apt-get install fonts-noto-cjk",
        )


def _providers(options: Options) -> Iterator[Finding]:
    from tuidang.giving.providers.btcpay import BtcPay
    from tuidang.giving.providers.secrets import read_secrets
    from tuidang.giving.providers.stripe import Stripe

    for name, path, kind in (
        ("Stripe", options.giving_stripe, Stripe),
        ("BTCPay", options.giving_btcpay, BtcPay),
    ):
        if path is None:
            continue
        try:
            provider = kind(read_secrets(path, kind.NEEDS))
        except (OSError, ValueError) as error:
            yield Finding(Level.WRONG, str(error), "docs/how-to/keep-the-books.md shows what stands in it")
            continue
        yield Finding(Level.GOOD, f"gifts are taken by {name}")
        if isinstance(provider, Stripe) and provider.is_test:
            yield Finding(
                Level.ADVICE,
                "the key of Stripe is one for tests: no money moves",
                "write the live key and its webhook's secret into the file, on the day you open",
            )
        if not options.https:
            yield Finding(
                Level.ADVICE,
                f"{name} tells what was paid by https, and comes back there",
                "put nginx with TLS in front (docs/how-to/run-a-real-register.md), then TUIDANG_HTTPS=yes",
            )


def _database_and_log(options: Options) -> Iterator[Finding]:
    if not options.database and not options.sqlite.exists():
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuidang.web.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        yield Finding(Level.WRONG, str(error), "without it neither database nor log can be looked at")
        return
    yield from _system_checks()
    migrations = list(_migrations())
    yield from migrations
    if all(finding.level is Level.GOOD for finding in migrations):
        yield from _log(options)
        yield from _never()
        yield from _phone_and_library(options)


def _system_checks() -> Iterator[Finding]:
    from django.core.checks import run_checks

    for message in run_checks():
        level = Level.WRONG if message.is_serious() else Level.ADVICE
        yield Finding(level, f"Django says: {message.msg}", str(message.hint or ""))


def _migrations() -> Iterator[Finding]:
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        yield Finding(
            Level.WRONG,
            f"the database cannot be reached: {type(error).__name__}",
            "check TUIDANG_DATABASE, and that the server runs",
        )
        return
    if plan:
        yield Finding(Level.WRONG, f"{len(plan)} migrations are not applied", "tuidang manage migrate")
    else:
        yield Finding(Level.GOOD, "the database answers, and its tables are up to date")


def _phone_and_library(options: Options) -> Iterator[Finding]:
    from tuidang.phone.asterisk.doctor import examine_phone
    from tuidang.web import house
    from tuidang.web.editions import examine_editions

    found = (*examine_phone(house.as_it_runs(options)), *examine_editions())
    yield from (Finding(Level(level), what, mend) for level, what, mend in found)


def _reach(options: Options, *, has_database: bool) -> Iterator[Finding]:
    from tuidang.reach.doctor import examine_lists, examine_ways

    yield from (Finding(Level(level), what, mend) for level, what, mend in examine_ways(options))
    if not has_database or not (options.database or options.sqlite.exists()):
        return
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    try:
        found = list(examine_lists(options))
    except (DatabaseError, ImproperlyConfigured):
        return  # what is wrong with the database was said
    yield from (Finding(Level(level), what, mend) for level, what, mend in found)


def _never() -> Iterator[Finding]:
    from tuidang.phone.actions.never import count_never
    from tuidang.privacy.keys import KeyMissingError

    try:
        count = count_never()
    except KeyMissingError as error:
        yield Finding(Level.WRONG, str(error), "docs/how-to/recover.md tells how to go on")
    else:
        yield Finding(Level.GOOD, f"the do-not-call list has all its keys; {count} numbers are on it")


def _log(options: Options) -> Iterator[Finding]:
    from tuidang.register.actions.head import CannotWrite
    from tuidang.web import house

    try:
        yield from (Finding(Level(level), what, mend) for level, what, mend in house.examine_log(options))
    except (CannotWrite, OSError, ValueError) as error:
        yield Finding(
            Level.WRONG, f"the log cannot be read: {error}", "docs/how-to/recover.md tells how to go on"
        )
