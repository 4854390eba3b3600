"""A mailbox of Debian's (dovecot) and a way out (aiosmtpd), both with TLS by a certificate of our making."""

from __future__ import annotations

import imaplib
import logging
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd import smtp
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

OWN, WORD, USER, PASSWORD = (
    "books@lantern.example",
    "mx.lantern.example",
    "robot@lantern.example",
    "only-in-tests",
)
SENDER = "marked-sender-77d1@post.example"
_CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
ssl = required
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
mail_location = maildir:{folder}/mail
first_valid_uid = 1
disable_plaintext_auth = yes
auth_failure_delay = 0
passdb {{
  driver = static
  args = user={robot} password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


@dataclass
class Post:
    """Both servers, as they run: what lies in the mailbox, and what was handed over."""

    folder: Path
    imap: int  # port
    smtp: int
    sent: list[tuple[str, EmailMessage]] = field(default_factory=list)  # to whom, and what
    verdict: Callable[[str], str] = lambda _to: (
        "250 OK"
    )  # what the way out says of a letter, when it has all of it

    @property
    def authority(self) -> Path:
        """Name the file of whom to trust."""
        return self.folder / "authority.pem"

    @property
    def settings(self) -> dict[str, str]:
        """Give the settings with which the robot uses both."""
        return {
            "SSL_CERT_FILE": str(self.authority),
            "TUIDANG_MAIL_ADDRESS": OWN,
            "TUIDANG_MAIL_IMAP": f"imaps://{USER}@localhost:{self.imap}",
            "TUIDANG_MAIL_SMTP": f"smtps://{USER}@localhost:{self.smtp}",
            "TUIDANG_MAIL_SERVER": WORD,
        }

    @contextmanager
    def box(self) -> Iterator[imaplib.IMAP4_SSL]:
        """Look into the mailbox, as whoever looks after it could."""
        context = ssl.create_default_context(cafile=str(self.authority))
        with imaplib.IMAP4_SSL("localhost", self.imap, ssl_context=context) as line:
            line.login(USER, PASSWORD)
            line.select("INBOX")
            yield line

    def bring(
        self, subject: str = "books", *, sender: str = SENDER, day: datetime | None = None, **more: str
    ) -> None:
        """Let a letter arrive."""
        letter = EmailMessage(policy=policy.SMTP)
        domain = sender.rpartition("@")[2]
        usual = {
            "Return-Path": f"<{sender}>",
            "Authentication-Results": f"{WORD}; dmarc=pass header.from={domain}",
            "From": f"Marked Name <{sender}>",
            "To": OWN,
            "Subject": subject,
            "Message-ID": f"<marked-id@{domain}>",
        }
        for name, value in (usual | {key.replace("_", "-"): value for key, value in more.items()}).items():
            letter[name] = value
        letter.set_content("marked-body-41c2")
        with self.box() as line:
            when = imaplib.Time2Internaldate(day or datetime.now(UTC))
            assert line.append("INBOX", "", when, bytes(letter))[0] == "OK"

    def waiting(self) -> int:
        """Count the letters in the mailbox."""
        with self.box() as line:
            return len(line.search(None, "ALL")[1][0].split())


class _WayOut:
    """Takes letters, and keeps them for the test."""

    def __init__(self, post: Post) -> None:
        self._post = post

    async def handle_DATA(self, _server: smtp.SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's
        """Keep a letter, and say what the test says of it."""
        said = self._post.verdict(envelope.rcpt_tos[0])
        if said.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self._post.sent.append((envelope.rcpt_tos[0], message_from_bytes(content, policy=policy.default)))
        return said


@contextmanager
def post_office(folder: Path) -> Iterator[Post]:
    """Run both servers in a folder of theirs."""
    folder.chmod(0o755)
    _certify(folder)
    post = Post(folder, _free_port(), _free_port())
    with _dovecot(post), _aiosmtpd(post):
        yield post


@contextmanager
def _aiosmtpd(post: Post) -> Iterator[None]:
    def may(
        _server: smtp.SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
    ) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (
            USER.encode(),
            PASSWORD.encode(),
        )
        return AuthResult(success=right)

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(post.folder / "server.pem", post.folder / "server.key")
    server = Controller(
        _WayOut(post),
        hostname="127.0.0.1",
        port=post.smtp,
        ssl_context=context,
        authenticator=may,
        auth_required=True,
        auth_require_tls=False,  # it would ask for STARTTLS within TLS
        data_size_limit=20 * 1024 * 1024,
    )
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    server.start()
    try:
        yield
    finally:
        server.stop()


@contextmanager
def _dovecot(post: Post) -> Iterator[None]:
    """Run dovecot as somebody who may do nothing."""
    import grp
    import pwd

    is_root = os.geteuid() == 0
    who = pwd.getpwnam("nobody") if is_root else pwd.getpwuid(os.geteuid())
    group = grp.getgrgid(who.pw_gid).gr_name
    file = post.folder / "dovecot.conf"
    file.write_text(
        _CONFIGURATION.format(
            folder=post.folder,
            user=who.pw_name,
            group=group,
            uid=who.pw_uid,
            gid=who.pw_gid,
            robot=USER,
            password=PASSWORD,
            port=post.imap,
        )
    )
    if is_root:
        for path in (post.folder, *post.folder.iterdir()):
            shutil.chown(path, who.pw_name, group)
    changed = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if is_root else {}
    with subprocess.Popen(["dovecot", "-F", "-c", str(file)], cwd="/", **changed) as server:  # type: ignore[call-overload]  # as root alone
        try:
            deadline = time.monotonic() + 60
            while True:
                with socket.socket() as line:
                    if line.connect_ex(("127.0.0.1", post.imap)) == 0:
                        break
                log = post.folder / "dovecot.log"
                assert server.poll() is None, log.read_text() if log.exists() else "no log"
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield
        finally:
            server.terminate()


def _certify(folder: Path) -> None:
    """Make an authority, and with it a certificate for this machine."""
    now = datetime.now(UTC)

    def made(name: str, key: ec.EllipticCurvePrivateKey, by: x509.Name | None) -> x509.CertificateBuilder:
        own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        return (
            x509.CertificateBuilder()
            .subject_name(own)
            .issuer_name(by or own)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        )

    root, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = made("authority of tests", root, None).sign(root, hashes.SHA256())
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    server = (
        made("localhost", own, authority.subject)
        .add_extension(names, critical=False)
        .sign(root, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "authority.pem").write_bytes(authority.public_bytes(pem))
    (folder / "server.pem").write_bytes(server.public_bytes(pem))
    (folder / "server.key").write_bytes(
        own.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Held:
    """Keeps the way out from saying that it has a letter, until it is let go."""

    def __init__(self) -> None:
        self.has_it, self.let_go = threading.Event(), threading.Event()

    def __call__(self, _to: str) -> str:
        """Have the whole letter, and say nothing yet."""
        self.has_it.set()
        assert self.let_go.wait(60)
        return "250 OK"
