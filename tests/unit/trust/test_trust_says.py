"""What the trust root says: written and read the same, refused where it is not what its name promises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlog_cast import KEY, MemoryHead, MemoryStore, make_entries
from tuidang.tlog.checkpoint import open_checkpoint
from tuidang.tlog.note import SigningKey
from tuidang.tlog.publish import append
from tuidang.trust.keys import (
    KeyFileError,
    fingerprint,
    in_groups,
    open_key,
    read_fingerprint,
    seal_key,
)
from tuidang.trust.logs import check_ends, find_log, parts
from tuidang.trust.reading import NotTrustedError
from tuidang.trust.says import (
    LOG,
    POLICY,
    SaysError,
    TrustedLog,
    check_file,
    read_logs,
    read_mirrors,
    read_sealing,
    write_logs,
    write_mirrors,
    write_sealing,
)

NEXT = SigningKey("example.org/register-2", bytes(range(5, 37)))


class Lineage:
    """One list of leaves, and a checkpoint at each size, signed by either key."""

    def __init__(self, size: int) -> None:
        self.store = MemoryStore()
        self.signed: dict[tuple[str, int], str] = {}
        head = MemoryHead()
        for at in range(size + 1):
            append(head, self.store, KEY, make_entries(1, at - 1) if at else [])
            self._sign(head.checkpoint(), at)

    def _sign(self, signed: str, at: int) -> None:
        text = open_checkpoint(signed, KEY.verifier).text
        self.signed[KEY.name, at] = signed
        self.signed[NEXT.name, at] = NEXT.sign(text.replace(KEY.name, NEXT.name, 1))


LINEAGE = Lineage(12)
sizes = st.integers(0, 12)


@given(end=sizes, at=sizes)
def test_a_sealed_log_is_believed_at_its_end_alone_and_the_next_one_from_there_on(end: int, at: int) -> None:
    logs = (TrustedLog(KEY.verifier, sealed=LINEAGE.signed[KEY.name, end]), TrustedLog(NEXT.verifier))
    old, new = LINEAGE.signed[KEY.name, at], LINEAGE.signed[NEXT.name, at]
    if at == end:
        assert find_log(logs, old).is_sealed
    else:
        with pytest.raises(NotTrustedError, match="sealed at"):
            find_log(logs, old)
    belief = find_log(logs, new)
    checkpoint = open_checkpoint(new, belief.key)
    if at < end:
        assert check_ends(LINEAGE.store, checkpoint, belief)
    else:
        assert not check_ends(LINEAGE.store, checkpoint, belief)
        assert [leaves for _, leaves in parts(checkpoint, belief)] == [end, at - end]


def test_a_forgery_of_the_end_is_told_from_the_end() -> None:
    other = MemoryHead()
    append(other, MemoryStore(), KEY, [b"something else"] * 5)
    logs = (TrustedLog(KEY.verifier, sealed=LINEAGE.signed[KEY.name, 5]), TrustedLog(NEXT.verifier))
    with pytest.raises(NotTrustedError, match="forgery"):
        find_log(logs, other.checkpoint())


def test_a_log_that_nobody_named_is_not_believed() -> None:
    with pytest.raises(NotTrustedError, match="no log that the trust root names"):
        find_log((TrustedLog(NEXT.verifier),), LINEAGE.signed[KEY.name, 3])


def test_what_is_written_is_read_the_same() -> None:
    logs = (
        TrustedLog(KEY.verifier, KEY.verifier, LINEAGE.signed[KEY.name, 4]),
        TrustedLog(NEXT.verifier, NEXT.verifier),
    )
    assert read_logs(write_logs(logs)) == logs
    assert read_mirrors(write_mirrors(["https://one.example/a"])) == ("https://one.example/a",)
    assert read_sealing(write_sealing("2026-W48", bytes(range(32))), "2026-W48") == bytes(range(32))


@pytest.mark.parametrize(
    ("path", "data", "why"),
    [
        (LOG, b"{}", "version 1"),
        (LOG, b"nonsense", "no JSON"),
        (LOG, b'{"v":1,"logs":[]}', "every log but the last"),
        (LOG, b'{"v":1,"logs":[{"key":"x"}]}', "not well formed"),
        (LOG, write_logs([TrustedLog(KEY.verifier), TrustedLog(NEXT.verifier)]), "every log but the last"),
        (LOG, write_logs([TrustedLog(KEY.verifier, sealed="x"), TrustedLog(NEXT.verifier)]), "not its own"),
        (POLICY, b"quorum nobody\n", "line 1 of the policy"),
        (POLICY, f"log {KEY.verifier.text}\nquorum none\n".encode(), "take the lines `log` out"),
        ("mirrors/poster.json", write_mirrors(["javascript:alert(1)"]), "no address of a mirror"),
        ("mirrors/../x.json", write_mirrors([]), "nothing to say under the name"),
        ("sealing/2026-W48.json", write_sealing("2026-W49", bytes(32)), "not of 2026-W48"),
        ("sealing/2026-W48.json", write_sealing("2026-W48", bytes(31)), "32 bytes"),
        ("sealing/2026-W48.json", '{"v":1,"week":"2026-W48","key":"é"}'.encode(), "not well formed"),
        ("mirrors/poster.json", b'{"v":1,"mirrors":' + b"[" * 5000, "no JSON"),
        ("sealing/２０２６-W48.json", write_sealing("２０２６-W48", bytes(32)), "nothing to say"),
        ("sealing/2026-W54.json", write_sealing("2026-W54", bytes(32)), "nothing to say"),
    ],
)
def test_what_is_not_what_its_name_promises_is_refused(path: str, data: bytes, why: str) -> None:
    with pytest.raises(SaysError, match=why):
        check_file(path, data)


@given(st.binary())
def test_a_fingerprint_is_read_as_people_write_it(data: bytes) -> None:
    digits = fingerprint(data)
    for written in (" ".join(in_groups(digits)), "\n".join(in_groups(digits)).upper(), digits):
        assert read_fingerprint(written) == digits


def test_a_key_opens_with_its_passphrase_and_with_no_other() -> None:
    line = seal_key(KEY, "six words that nobody guesses")
    assert "PRIVATE" not in line
    assert open_key(line, "six words that nobody guesses") == KEY
    with pytest.raises(KeyFileError, match="does not open"):
        open_key(line, "six words that nobody guesses ")
