"""A sound as a browser plays it: a WAV file of what Asterisk plays, so that it can be heard before it is."""

from __future__ import annotations

import io
import wave
from typing import Final

RATE: Final = 8000  # samples a second, of telephones


def _sample(code: int) -> int:
    """Give the 16-bit sample that an A-law byte stands for (ITU-T G.711, table 1a)."""
    code ^= 0x55
    step, segment = code & 0x0F, code >> 4 & 0x07
    size = (step << 4) + 8 if segment == 0 else (step << 4) + 0x108 << segment - 1
    return size if code & 0x80 else -size


_SAMPLES: Final = [_sample(code).to_bytes(2, "little", signed=True) for code in range(256)]
_LOW: Final = bytes(sample[0] for sample in _SAMPLES)
_HIGH: Final = bytes(sample[1] for sample in _SAMPLES)


def as_wave(alaw: bytes) -> bytes:
    """Turn A-law, 8,000 bytes a second, into a WAV file of 16-bit samples."""
    samples = bytearray(2 * len(alaw))
    samples[0::2], samples[1::2] = alaw.translate(_LOW), alaw.translate(_HIGH)
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples)
    return written.getvalue()
