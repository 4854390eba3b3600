"""Run a program that reads what a stranger made, where it can do little.

As `python -I cage.py READ WRITE PROGRAM WORD…`: it may read the file READ and what programs are made of, and
write into the folder WRITE, by the kernel's word (Landlock, from Linux 5.13 on; from 6.7 on no TCP either),
so that a fault in a decoder opens nothing else. Time, memory, file sizes and open files are bounded. It ends
when whoever started it ends. A program of its own, it imports nothing of ours.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

SECONDS = 1200  # of one processor
MEMORY = 1536 * 1024 * 1024  # addresses, most of them of libraries
LARGEST = 64 * 1024 * 1024  # bytes of a file that it writes: three hours of ours are 22 million
FILES = 64

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # linux/landlock.h, the same on all machines
_EXECUTE, _WRITE, _READ, _LIST = 1, 2, 4, 8
_REMOVE, _MAKE, _TRUNCATE = 1 << 5, 1 << 8, 1 << 14
_RIGHTS = ((1, 13), (2, 14), (3, 15), (5, 16))  # from this version on, so many rights over files
_FROM_NET, _FROM_SCOPES = 4, 6
_PROGRAMS = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives")
_NO_PATH = 0o10000000  # O_PATH

_libc = ctypes.CDLL(None, use_errno=True)


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def bound_itself() -> None:
    """Bound what this process, and what it becomes, may use; let it end with who started it."""
    for what, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, LARGEST),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def landlock() -> int:
    """Give the version of Landlock that the kernel knows; less than 1 for none."""
    return int(_libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1)))


def shut_itself_in(read: Path, write: Path, program: Path) -> bool:
    """Give up all files but these, and TCP; False where the kernel knows no Landlock."""
    version = landlock()
    if version < 1:
        return False
    known = max(count for since, count in _RIGHTS if since <= version)
    rights = (1 << known) - 1
    ruleset = _Ruleset(rights, 3 if version >= _FROM_NET else 0, 3 if version >= _FROM_SCOPES else 0)
    size = 24 if version >= _FROM_SCOPES else 16 if version >= _FROM_NET else 8
    rules = _libc.syscall(_CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if rules < 0:
        return False
    for path in (*_PROGRAMS, program.parent):
        _allow(rules, Path(path), (_EXECUTE | _READ | _LIST) & rights)
    _allow(rules, read, _READ)
    _allow(rules, Path("/dev/null"), _READ | _WRITE)
    _allow(rules, write, (_READ | _WRITE | _LIST | _MAKE | _REMOVE | _TRUNCATE) & rights)
    return bool(_libc.syscall(_RESTRICT_SELF, rules, ctypes.c_uint32(0)) == 0)


def _allow(rules: int, path: Path, rights: int) -> None:
    try:
        place = os.open(path, _NO_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not every machine has every folder
    if not path.is_dir():
        rights &= _EXECUTE | _WRITE | _READ | _TRUNCATE
    beneath = _Beneath(rights, place)
    _libc.syscall(_ADD_RULE, rules, ctypes.c_int(1), ctypes.byref(beneath), ctypes.c_uint32(0))
    os.close(place)


def main(words: list[str]) -> None:
    """Become the program."""
    read, write, program = (Path(word).resolve() for word in words[:3])
    bound_itself()
    shut_itself_in(read, write, program)
    os.execv(program, [str(program), *words[3:]])  # noqa: S606 -- that is what it is for


if __name__ == "__main__":
    main(sys.argv[1:])
