"""Settings of the baseline of intake: ours in everything, but of the site nothing except one bare view."""

from tuidang.web.settings import *  # noqa: F403  settings are names in a module; all of them are meant

ROOT_URLCONF = "bench.bare_view"
