"""The onion service: what Debian's tor is told. Pure."""

from __future__ import annotations

FOLDER = "/var/lib/tor/tuidang"
SOCKET = "/run/tuidang-onion/web.sock"

_CONFIGURATION = """\
# The onion service of tuidang (docs/how-to/run-an-onion.md); `tuidang onion config` wrote it.

# Nothing is logged but what stops tor itself.
Log err syslog
SafeLogging 1
HeartbeatPeriod 0

# This tor serves the onion and nothing else: it relays for nobody, and nobody opens pages by it.
SocksPort 0
ORPort 0
ExitRelay 0

# Where the service is stays hidden. Single hop would be faster, and show it.
HiddenServiceSingleHopMode 0
HiddenServiceNonAnonymousMode 0

# The web server listens on a socket of this machine that no network reaches.
HiddenServiceDir {folder}
HiddenServiceVersion 3
HiddenServicePort 80 unix:{socket}

# In a flood a client proves work, and who proves more is let in sooner; in calm times none is asked.
HiddenServicePoWDefensesEnabled 1
HiddenServicePoWQueueRate 100
HiddenServicePoWQueueBurst 1000

# And each introduction point holds back what comes faster than this in a second.
HiddenServiceEnableIntroDoSDefense 1
HiddenServiceEnableIntroDoSRatePerSec 50
HiddenServiceEnableIntroDoSBurstPerSec 400

# A browser opens a handful of connections; who opens more loses all of them.
HiddenServiceMaxStreams 50
HiddenServiceMaxStreamsCloseCircuit 1
"""


def write_configuration(folder: str = FOLDER, socket: str = SOCKET) -> str:
    """Write the configuration; tor keeps the key in `folder`, and finds the web server at `socket`."""
    for path in (folder, socket):
        if not path.startswith("/") or not path.isprintable() or any(sign in path for sign in ' "#\\'):
            raise ValueError(f"{path!r} is no whole path without spaces and quotes")
    return _CONFIGURATION.format(folder=folder, socket=socket)
