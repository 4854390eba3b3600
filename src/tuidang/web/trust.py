"""The trust root beside the register: a sample's is made and tended, a real one's kept fresh and shown."""

from __future__ import annotations

import re
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from tuidang.base.manifest import files_signer
from tuidang.base.options import Options
from tuidang.privacy.keys import KeyFolder
from tuidang.register.actions.head import open_log
from tuidang.register.rules.publication import is_sample
from tuidang.register.views.log import answer_file
from tuidang.tlog.note import SigningKey
from tuidang.tlog.store import DirectoryStore
from tuidang.trust.publishing import ensure_server_key, load_shown, refresh
from tuidang.trust.sample import ensure_sample_trust
from tuidang.trust.says import LOG, POLICY, TrustedLog, write_logs

_SAMPLE_POLICY = b"# A sample asks for no witness.\nquorum none\n"
_NUMBERED = re.compile(r"[0-9]+\.[a-z]+\.json|targets/.*")


@require_safe
def serve_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with one file of the trust root; all but the newest timestamp never change."""
    constant = bool(_NUMBERED.fullmatch(path))
    return answer_file(request, settings.TUIDANG.trust, path, constant=constant)


def server_key(options: Options) -> SigningKey:
    """Return the key that this server signs with in the trust root. Raises KeyFileError and OSError."""
    sample = is_sample(open_log().key.name)
    return ensure_server_key(options.keys / "trust", "sample-server" if sample else "server")


def tend_trust(now: datetime) -> None:
    """Make a sample's trust root where there is none, and sign again what ends soon.

    Raises CannotPublish, KeyFileError and OSError, and as `open_log` does.
    """
    options: Options = settings.TUIDANG
    store = DirectoryStore(options.trust)
    log = open_log().key
    if is_sample(log.name):
        # Which log goes on from another one is said where that is done, and not undone here.
        said = {} if load_shown(store).roles else {LOG: _own_log(options, log), POLICY: _SAMPLE_POLICY}
        ensure_sample_trust(options.trust, options.keys / "trust", said, now)
    elif load_shown(store).roles:
        refresh(store, server_key(options), now)


def _own_log(options: Options, log: SigningKey) -> bytes:
    files = files_signer(log.name, KeyFolder(options.keys).files_key()).verifier
    return write_logs([TrustedLog(log.verifier, files)])
