"""The program itself: its version, the Python that runs it, and whether its packages are those it was tested with.

In: what is installed. Out: findings. Nothing is asked of any registry.
"""

import platform
import re
import struct
import sys
from collections.abc import Iterator
from importlib import metadata

from gcli2api_tui.doctor.findings import Finding, bad, ok, warn
from gcli2api_tui.messages.message import say
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
