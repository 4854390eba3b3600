"""No core dumps: one would hold the numbers and the choices of all calls that are up."""

from __future__ import annotations

import resource

# Byte. Where core_pattern names a program, such as Ubuntu's apport, Linux gives it the whole core under any
# limit, nought too, but this one (fs/coredump.c: "limit of 1 here as a special value").
_LIMIT = 1


def forbid_cores(process: int = 0) -> None:
    """Let a process (0: this one) and its children leave no core, in no file and with no program."""
    _, hard = resource.prlimit(process, resource.RLIMIT_CORE)
    limit = 0 if hard == 0 else _LIMIT  # nobody may raise his hard limit
    resource.prlimit(process, resource.RLIMIT_CORE, (limit, limit))
