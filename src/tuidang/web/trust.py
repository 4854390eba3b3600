"""The trust root beside the register: a sample's is made and tended, a real one's kept fresh and shown."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from tuidang.base.manifest import files_signer
from tuidang.base.options import Options
from tuidang.privacy.keys import KeyFolder
from tuidang.register.actions.head import open_log
from tuidang.register.actions.succession import Succession, is_half_done, prepared, succeed
from tuidang.register.queries import begun_as_sample
from tuidang.register.rules.publication import is_sample
from tuidang.register.views.log import answer_file
from tuidang.tlog.checkpoint import parse_checkpoint
from tuidang.tlog.note import SigningKey, VerifierKey, split_note
from tuidang.tlog.store import DirectoryStore
from tuidang.trust.keys import fingerprint, in_groups
from tuidang.trust.logs import Belief, check_ends
from tuidang.trust.publishing import CannotPublish, ensure_server_key, load_shown, refresh
from tuidang.trust.reading import Targets, read_targets
from tuidang.trust.roles import ROOT, TIMESTAMP
from tuidang.trust.sample import ensure_sample_trust
from tuidang.trust.says import LOG, POLICY, TrustedLog, write_logs

_SAMPLE_POLICY = b"# A sample asks for no witness.\nquorum none\n"
_NUMBERED = re.compile(r"[0-9]+\.[a-z]+\.json|targets/.*")


class CannotSucceed(Exception):  # noqa: N818 - an outcome, to be shown with its mend
    """The trust root does not let another log go on from ours; nothing was changed."""


@require_safe
def serve_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with one file of the trust root; all but the newest timestamp never change."""
    constant = bool(_NUMBERED.fullmatch(path))
    return answer_file(request, settings.TUIDANG.trust, path, constant=constant)


def shown_root() -> tuple[str, ...]:
    """Return the fingerprint of the newest root that is shown, as four lines; nothing where there is none."""
    try:
        shown = load_shown(DirectoryStore(settings.TUIDANG.trust)).roles.get(ROOT)
    except (CannotPublish, OSError):  # the doctor says what is wrong
        return ()
    return in_groups(fingerprint(shown.signed_bytes)) if shown else ()


def server_key(options: Options) -> SigningKey:
    """Return the key that this server signs with in the trust root. Raises KeyFileError and OSError."""
    return ensure_server_key(options.keys / "trust", "sample-server" if begun_as_sample() else "server")


def files_key(options: Options, origin: str) -> VerifierKey:
    """Return the public key that signs lists of files beside the log of this name."""
    return files_signer(origin, KeyFolder(options.keys).files_key()).verifier


def next_files_key(options: Options, origin: str) -> VerifierKey:
    """Return the public key that will sign lists of files beside the log of this name, which is to go on."""
    return files_signer(origin, KeyFolder(options.keys).next_files_key()).verifier


def tend_trust(now: datetime) -> None:
    """Make a sample's trust root where there is none, and sign again what ends soon.

    A real one needs neither the log's key nor anything else that may be lost for it. Raises CannotPublish,
    KeyFileError and OSError, and for a sample as `open_log` does.
    """
    options: Options = settings.TUIDANG
    store = DirectoryStore(options.trust)
    if begun_as_sample():
        # Which log goes on from another one is said where that is done, and not undone here.
        said = {} if TIMESTAMP in load_shown(store).roles else _first_words(options, open_log().key)
        ensure_sample_trust(options.trust, options.keys / "trust", said, now)
    elif load_shown(store).roles:
        refresh(store, server_key(options), now)


def go_on(now: datetime) -> str:
    """Let the prepared log go on from ours, if the trust root says so, and return its public key.

    A sample's trust root is made to say so. Raises CannotSucceed, and as `succeed` does.
    """
    options: Options = settings.TUIDANG
    if is_half_done():
        return succeed()
    plan = prepared()
    tend_trust(now)
    store = DirectoryStore(options.trust)
    if is_sample(plan.new.name):
        said = _read_own(store, now).logs()
        if said[-1].key != plan.new:
            logs = (
                *said[:-1],
                replace(said[-1], sealed=plan.sealed),
                TrustedLog(plan.new, next_files_key(options, plan.new.name)),
            )
            ensure_sample_trust(options.trust, options.keys / "trust", {LOG: write_logs(logs)}, now)
    if load_shown(store).roles:
        _check(_read_own(store, now).logs(), plan, options)
    return succeed()


def _read_own(store: DirectoryStore, now: datetime) -> Targets:
    return read_targets(store, store.read("1.root.json") or b"", now)


def _check(logs: tuple[TrustedLog, ...], plan: Succession, options: Options) -> None:
    if logs[-1].key != plan.new:
        raise CannotSucceed(
            f"the trust root does not name {plan.new.name} yet: hold a ceremony "
            "(docs/how-to/keep-the-trust-root.md), publish what was signed, then do this again"
        )
    shown = parse_checkpoint(split_note(plan.sealed)[0])
    ends = tuple(end for end in (log.end for log in logs) if end)
    if problems := check_ends(DirectoryStore(options.log), shown, Belief(plan.new, ends=ends)):
        raise CannotSucceed("; ".join(problems))


def _first_words(options: Options, log: SigningKey) -> dict[str, bytes]:
    logs = [TrustedLog(log.verifier, files_key(options, log.name))]
    return {LOG: write_logs(logs), POLICY: _SAMPLE_POLICY}
