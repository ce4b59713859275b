"""Write THIRD-PARTY-NOTICES.md: every package of deploy/requirements.txt with its licence.

    PYTHON deploy/release/notices.py

PYTHON is that of an environment with exactly those packages: their own metadata says under which licence they are. A
package that it does not have stops it, with words.
"""

import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "THIRD-PARTY-NOTICES.md"
LISTED = re.compile(r"^([a-z0-9.-]+)==(\S+)", re.M)

HEAD = """\
# Third-party notices

gcli2api-tui is under the MIT licence (LICENSE). It uses the packages below, each of its own authors and under its own
licence. They are installed beside it and are not part of it; each brings the text of its licence in its own
`*.dist-info` folder. An image that is built with `deploy/Dockerfile` holds both.

Made by `deploy/release/notices.py` from what the packages say of themselves.

| package | version | licence | from |
|---|---|---|---|
"""

BY_CLASSIFIER = re.compile(r"License :: (?:OSI Approved :: )?(.+)")
LONGEST = 60
"""Some put the whole text where the name belongs."""


def listed() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, version in LISTED.findall((ROOT / "deploy" / "requirements.txt").read_text("utf-8")):
        found.setdefault(name, []).append(version)
    return found


def page() -> str:
    return HEAD + "".join(_rows())


def _rows() -> Iterator[str]:
    for name, versions in sorted(listed().items()):
        about = metadata.metadata(name)
        if about["Version"] not in versions:
            raise SystemExit(f"{name} {about['Version']} is installed, and {', '.join(versions)} is listed")
        yield f"| {name} | {', '.join(versions)} | {licence(about)} | {_address(about)} |\n"


def licence(about: metadata.PackageMetadata) -> str:
    """As SPDX names it where the package does, else in its own words."""
    if said := about.get("License-Expression"):
        return str(said)
    said = str(about.get("License") or "").strip()
    if said and "\n" not in said and len(said) <= LONGEST:
        return said
    names = [found[1] for line in about.get_all("Classifier", []) if (found := BY_CLASSIFIER.fullmatch(line))]
    if not names:
        raise SystemExit(f"{about['Name']} names no licence")
    return ", ".join(names)


def _address(about: metadata.PackageMetadata) -> str:
    """Where its source is, by its own word."""
    links = dict(line.split(", ", 1) for line in about.get_all("Project-URL", []) if ", " in line)
    wanted = {name.lower(): url for name, url in links.items()}
    for name in ("source", "source code", "repository", "github", "homepage", "code"):
        if name in wanted:
            return wanted[name].strip()
    return str(about.get("Home-page") or next(iter(links.values()), ""))


def main() -> int:
    PAGE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
