"""The program and the system around it: its version, the Python that runs it, whether its packages are those it was
tested with, how many files it may open, and what Android does to programs in the background.

In: what is installed, the environment, and what the system says. Out: findings. Nothing is asked of any registry; a
phone is asked by its own `getprop`, for a second at most.
"""

import platform
import re
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import metadata

from gcli2api_tui.doctor.report import Finding, bad, ok, warn
from gcli2api_tui.messages.message import say
from gcli2api_tui.server.connection_admission import open_files
from gcli2api_tui.state.schema import STEPS
from gcli2api_tui.version import full

DISTRIBUTION = "gcli2api-tui"
OLDEST = (3, 11)
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_BOUND = re.compile(r"(>=|<=|==|!=|<|>|~=)\s*([\d.]+)")


def program() -> Iterator[Finding]:
    yield ok("program", say("doctor.version", version=full(), schema=len(STEPS)))
    yield _python()
    yield from _packages()


def _python() -> Finding:
    bits = struct.calcsize("P") * 8
    said = say(
        "doctor.python", name=platform.python_implementation(), version=platform.python_version(), bits=bits,
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
    )  # fmt: skip
    return ok("program", said) if sys.version_info >= OLDEST else bad("program", said, say("doctor.python_old"))


def _packages() -> Iterator[Finding]:
    """One line where all is as declared, else a line for each that is not."""
    try:
        declared = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        yield warn("program", say("doctor.not_installed"), say("doctor.install_it"))
        return
    odd = [found for one in declared if ";" not in one and (found := _package(one))]
    yield from odd
    if not odd:
        names = ("textual", "quart", "hypercorn", "h11", "httpx")
        shown = ", ".join(f"{name} {metadata.version(name)}" for name in names)
        yield ok("program", say("doctor.packages", shown=shown))


def _package(declared: str) -> Finding | None:
    """None where it is there, in a version that was declared."""
    match = _NAME.match(declared)
    name = match[0] if match else declared
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return bad("program", say("doctor.package_missing", name=name), say("doctor.install_again"))
    if fits(version, declared[len(name) :]):
        return None
    return warn(
        "program", say("doctor.package_odd", name=name, version=version, wanted=declared), say("doctor.install_again")
    )


def fits(version: str, bounds: str) -> bool:
    """By the numbers alone: `>=8.2,<9`."""
    have = _numbers(version)
    for sign, text in _BOUND.findall(bounds):
        want = _numbers(text)
        if (sign == ">=" and have < want) or (sign == "<" and have >= want) or (sign == "==" and have != want):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    """`8.2` and `8.2.0` are one."""
    found = [int(part) for part in re.findall(r"\d+", re.split(r"[a-z+]", version)[0])]
    while found and not found[-1]:
        found.pop()
    return tuple(found)


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
