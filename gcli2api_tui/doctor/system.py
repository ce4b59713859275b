"""The system around it: how many files it may open, and what Android does to programs in the background.

In: the environment, and what the system says. Out: findings. A phone is asked by its own `getprop`, for a second at
most.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping

from gcli2api_tui.doctor.findings import Finding, ok, warn
from gcli2api_tui.messages.message import say
from gcli2api_tui.server.admission import open_files

FEW_FILES = 512
KILLS_SINCE = 31
"""Android 12: more than 32 child processes of all apps, and those that are busy, are killed."""
SWITCH_SINCE = 34
"""Android 14 has a switch for it among the developer options."""
ASK_S = 1.0

Ask = Callable[[], int]


def system(environ: Mapping[str, str]) -> Iterator[Finding]:
    yield _files(open_files())
    if is_android(environ):
        yield from android(environ, android_version)


def is_android(environ: Mapping[str, str]) -> bool:
    return sys.platform == "android" or "TERMUX_VERSION" in environ or "ANDROID_ROOT" in environ


def _files(limit: int | None) -> Finding:
    if limit is None:
        return ok("system", say("doctor.files_unlimited"))
    said = say("doctor.files", n=limit)
    return ok("system", said) if limit >= FEW_FILES else warn("system", said, say("doctor.more_files"))


def android(environ: Mapping[str, str], version: Ask) -> Iterator[Finding]:
    if (termux := environ.get("TERMUX_VERSION", "")) and environ.get("TERMUX_APK_RELEASE", "") == "GOOGLE_PLAY_STORE":
        yield warn("system", say("doctor.termux_play", version=termux), say("doctor.termux_fdroid"))
    elif termux:
        yield ok("system", say("doctor.termux", version=termux))
    number = version()
    if not number:
        yield warn("system", say("doctor.android_unknown"), say("doctor.android_adb"))
    elif number >= KILLS_SINCE:
        way_out = say("doctor.android_switch") if number >= SWITCH_SINCE else say("doctor.android_adb")
        yield warn("system", say("doctor.android_kills", sdk=number), way_out)
    else:
        yield ok("system", say("doctor.android_keeps", sdk=number))


def android_version() -> int:
    """The number of its API; 0 where it does not say."""
    try:
        told = subprocess.run(
            ("getprop", "ro.build.version.sdk"), capture_output=True, timeout=ASK_S, check=False, text=True
        ).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return 0
    return int(told) if told.isdecimal() else 0
