"""Receipts: sixteen digits that find a person's own statement again, and the hashes stored in their place."""

import hmac
from dataclasses import dataclass, field

from tuidang.privacy.fold import FOLD_VERSION, fold
from tuidang.privacy.pinyin import SPOKEN_VERSION, spoken

IDEMPOTENCY_KEY_BYTES = 16
DIGITS = 16
HASH_BYTES = 18  # version, key id, and 128 bits of HMAC-SHA256

# The quasigroup of H. M. Damm ("Total anti-symmetrische Quasigruppen", Marburg 2004): its check digit
# betrays every single wrong digit and every two neighbours exchanged.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
# What people type for a digit once it is folded: Chinese numerals as read aloud (幺 is the one of phone
# numbers).
_AS_DIGIT = str.maketrans("零〇一二两三四五六七八九幺壹贰叁肆伍陆柒捌玖", "0012234567891123456789")
_BETWEEN_DIGITS = str.maketrans("", "", ",，、。:：;；/_")


@dataclass(frozen=True)
class NumberedKey:
    """A secret of 32 bytes with its number (1 to 255)."""

    id: int
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class KeyRing:
    """All keys of one purpose, newest first, never empty. The newest makes hashes; look-up tries all."""

    keys: tuple[NumberedKey, ...]

    @property
    def newest(self) -> NumberedKey:
        return self.keys[0]


def make_digits(key: bytes, idempotency_key: bytes, form_digest: bytes, row: int) -> str:
    """Return the sixteen digits for row `row` of a form: the same for the same form sent twice.

    `key` is the secret of digits, `idempotency_key` the 16 random bytes of the preview page (ValueError
    for any other length), `form_digest` the form's SHA-256. 256 bits taken modulo 10^15 are uneven by
    less than 2^-206.
    """
    if len(idempotency_key) != IDEMPOTENCY_KEY_BYTES:
        raise ValueError(f"an idempotency key has {IDEMPOTENCY_KEY_BYTES} bytes, not {len(idempotency_key)}")
    if len(form_digest) != 32:
        raise ValueError("a form's digest is a SHA-256 of 32 bytes")
    message = b"tuidang/receipt/v1" + idempotency_key + form_digest + row.to_bytes(4, "big")
    number = int.from_bytes(hmac.digest(key, message, "sha256"), "big") % 10 ** (DIGITS - 1)
    digits = f"{number:0{DIGITS - 1}d}"
    return digits + str(_damm(digits))


def format_digits(digits: str) -> str:
    """Return the digits in four groups of four, as they are shown and read aloud."""
    return " ".join(digits[start : start + 4] for start in range(0, DIGITS, 4))


def is_wellformed(typed: str) -> str | None:
    """Return the sixteen digits somebody typed; None if they are not sixteen or the check digit is wrong.

    Full-width digits, Chinese numerals, spaces, hyphens, dots and commas between the digits are understood.
    """
    if len(typed) > 200:  # nobody types so much for sixteen digits
        return None
    digits = fold(typed).translate(_BETWEEN_DIGITS).translate(_AS_DIGIT)
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()) or _damm(digits) != 0:
        return None
    return digits


def lookup_hash(keys: KeyRing, digits: str, name: str) -> bytes:
    """Return what is stored in place of a receipt: 18 bytes, from the digits and the folded name."""
    return _hash(keys.newest, b"tuidang/lookup", FOLD_VERSION, digits, fold(name))


def lookup_hashes(keys: KeyRing, digits: str, name: str) -> tuple[bytes, ...]:
    """Return every hash under which this receipt may be stored, the newest key's first."""
    return tuple(_hash(key, b"tuidang/lookup", FOLD_VERSION, digits, fold(name)) for key in keys.keys)


def spoken_hash(keys: KeyRing, digits: str, name: str) -> bytes:
    """Return the hash, 18 bytes, by which a listener finds a receipt read aloud: over the alias's sound."""
    return _hash(keys.newest, b"tuidang/spoken", SPOKEN_VERSION, digits, spoken(name))


def spoken_hashes(keys: KeyRing, digits: str, name: str) -> tuple[bytes, ...]:
    """Return every hash under which this spoken receipt may be stored, the newest key's first."""
    return tuple(_hash(key, b"tuidang/spoken", SPOKEN_VERSION, digits, spoken(name)) for key in keys.keys)


def _hash(key: NumberedKey, purpose: bytes, version: int, digits: str, text: str) -> bytes:
    # The digits have a fixed length, so the message can be read in one way only. Lone surrogates cannot
    # be stored as a name, but may be typed at look-up; they must be hashed to something, not crash.
    message = b"%s/v%d%s%s" % (purpose, version, digits.encode(), text.encode("utf-8", "surrogatepass"))
    return bytes((version, key.id)) + hmac.digest(key.secret, message, "sha256")[: HASH_BYTES - 2]


def _damm(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim
