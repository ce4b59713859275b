"""Make a release: build, prove, describe. It publishes nothing.

    python deploy/release/release.py [--out FOLDER]     what is committed, as the version that the package says
    python deploy/release/release.py --rehearse         the same before CHANGELOG.md has a part for that version

In: the last commit. Out, in FOLDER: the wheel and the sdist, built twice in two places and equal to the byte; a wheel
that holds what the commit holds and nothing else; sbom.cdx.json; the installers with the wheel's hash in them;
release-notes.md; SHA256SUMS. Needs `git` and `uv`; the tools it builds with are pinned in tools.txt.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TOOLS = Path(__file__).parent / "tools.txt"
LOCK = Path("deploy") / "requirements.txt"
INSTALLERS = ("termux-install.sh", "deploy/install.sh", "deploy/install.ps1")
ADDED = {"gcli2api_tui/requirements.txt", "gcli2api_tui/commit.txt"}
"""In the wheel and not in the package's folder of a checkout: see pyproject.toml and hatch_build.py."""
STAMP = re.compile(r"(?m)^((?:GCLI2API_SHA256=\$\{GCLI2API_SHA256:-|\$ReleaseHash = '))[0-9a-f]*([}'])")


class Refused(Exception):
    """The release is not made: why, in one sentence."""


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--rehearse", action="store_true")
    given = parser.parse_args(words)
    try:
        with tempfile.TemporaryDirectory(prefix="gcli2api-release-") as folder:
            release(given.out.absolute(), Path(folder), rehearse=given.rehearse)
    except Refused as refused:
        print(f"release: {refused}", file=sys.stderr)
        return 1
    return 0


def release(out: Path, folder: Path, *, rehearse: bool) -> None:
    commit = run("git", "rev-parse", "HEAD", cwd=ROOT)
    if not rehearse and run("git", "status", "--porcelain", cwd=ROOT):
        raise Refused("there are changes that are not committed")
    say(f"Building {commit[:12]} twice, in two places")
    python = tools(folder / "tools")
    first, second = (built(folder / name, commit, python) for name in ("one", "two"))
    made = same(first, second)
    wheel = next(path for path in made if path.suffix == ".whl")
    say("Looking into the wheel")
    audit(wheel, package_files(folder / "one"), shared_files(folder / "one"))
    run(python, "-m", "twine", "check", "--strict", *map(str, made))
    version = wheel.name.split("-")[1]
    notes = release_notes((folder / "one" / "CHANGELOG.md").read_text("utf-8"), "Unreleased" if rehearse else version)
    say("Installing it with the pinned packages alone, and listing them")
    sbom = bill_of_materials(folder, wheel, python)
    out.mkdir(parents=True, exist_ok=True)
    for path in (*made, sbom):
        shutil.copy2(path, out)
    for name in INSTALLERS:
        if (script := folder / "one" / name).exists():
            (out / script.name).write_text(stamped(script.read_text("utf-8"), sha256(wheel)), "utf-8")
            (out / script.name).chmod(0o755)
    (out / "release-notes.md").write_text(notes, "utf-8")
    sums = "".join(f"{sha256(path)}  {path.name}\n" for path in sorted(out.iterdir()) if path.name != "SHA256SUMS")
    (out / "SHA256SUMS").write_text(sums, "utf-8")
    say(f"Done: {out}")
    print(sums, end="")


def tools(folder: Path) -> str:
    """An environment with what builds and checks, by hash; its Python."""
    run("uv", "venv", "--quiet", "--python", sys.executable, str(folder))
    python = str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")
    run("uv", "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", str(TOOLS))
    return python


def built(folder: Path, commit: str, python: str) -> list[Path]:
    """From a clone of its own, so that nothing that only lies about gets in. The backend is the pinned one."""
    run("git", "clone", "--quiet", "--no-checkout", str(ROOT), str(folder))
    run("git", "-c", "advice.detachedHead=false", "checkout", "--quiet", commit, cwd=folder)
    at = run("git", "log", "-1", "--format=%ct", cwd=folder)
    out = folder / "dist"
    run(python, "-m", "build", "--no-isolation", "--outdir", str(out), str(folder), SOURCE_DATE_EPOCH=at)
    return sorted(out.iterdir())


def same(first: list[Path], second: list[Path]) -> list[Path]:
    """The first of two builds. Raises Refused where a byte differs."""
    if [path.name for path in first] != [path.name for path in second]:
        raise Refused("two builds made files of other names")
    for one, other in zip(first, second, strict=True):
        if sha256(one) != sha256(other):
            raise Refused(f"{one.name} is another file each time it is built")
    return first


def package_files(checkout: Path) -> dict[str, bytes]:
    """What the commit has in the package's folder."""
    names = run("git", "ls-files", "-z", "gcli2api_tui", cwd=checkout).split("\0")
    return {name: (checkout / name).read_bytes() for name in names if name}


def shared_files(checkout: Path) -> dict[str, bytes]:
    """What goes into `share/`, as pyproject.toml says: the man page, and what a phone needs."""
    declared = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))
    places = declared["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    return {target: (checkout / source).read_bytes() for source, target in places.items()}


def audit(wheel: Path, expected: dict[str, bytes], shared: dict[str, bytes]) -> None:
    """Raises Refused unless it holds the commit's files as they are, and nothing that runs by itself."""
    with zipfile.ZipFile(wheel) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    package = {name: content for name, content in held.items() if name.startswith("gcli2api_tui/")}
    if odd := sorted(set(package) - set(expected) - ADDED):
        raise Refused(f"the wheel holds {odd[0]}, which the commit does not")
    if missing := sorted(set(expected) - set(package)):
        raise Refused(f"the wheel lacks {missing[0]}")
    if changed := sorted(name for name in expected if package[name] != expected[name]):
        raise Refused(f"{changed[0]} in the wheel is not as it was committed")
    for name in sorted(set(held) - set(package)):
        beside = re.match(r"gcli2api_tui-[^/]+\.(?:dist-info/|data/data/(?P<place>share/.+))", name)
        if beside is None or (beside["place"] and shared.get(beside["place"]) != held[name]):
            raise Refused(f"the wheel holds {name}, which would be installed beside the package")
    entries = next(held[name] for name in held if name.endswith("/entry_points.txt")).decode()
    if entries.split() != ["[console_scripts]", "gcli2api-tui", "=", "gcli2api_tui.__main__:main"]:
        raise Refused("the wheel has another entry point than ours")


def bill_of_materials(folder: Path, wheel: Path, python: str) -> Path:
    """CycloneDX, of an environment with the wheel and the pinned packages."""
    place = folder / "installed"
    run("uv", "venv", "--quiet", "--python", sys.executable, str(place))
    there = str(place / ("Scripts" if os.name == "nt" else "bin") / "python")
    install = ("uv", "pip", "install", "--quiet", "--python", there, "--only-binary", ":all:")
    run(*install, "--require-hashes", "-r", str(folder / "one" / LOCK))
    run(*install, "--no-deps", str(wheel))
    run(there, "-m", "gcli2api_tui", "--version")
    made = folder / "sbom.cdx.json"
    about = ("--pyproject", str(folder / "one" / "pyproject.toml"), "--output-reproducible")
    run(python, "-m", "cyclonedx_py", "environment", *about, "--output-file", str(made), there)
    return made


def stamped(script: str, digest: str) -> str:
    """With the wheel's hash where it has a place for it."""
    return STAMP.sub(lambda found: f"{found[1]}{digest}{found[2]}", script)


def release_notes(changelog: str, version: str) -> str:
    """The part of one version. Raises Refused where there is none, or nothing in it."""
    found = re.search(rf"(?ms)^## \[{re.escape(version)}\][^\n]*\n(.*?)(?=^## \[|\Z)", changelog)
    if found is None or not found[1].strip():
        raise Refused(f"CHANGELOG.md has no part for {version}")
    return found[1].strip() + "\n"


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(*words: str, cwd: Path | None = None, **variables: str) -> str:
    environ = {**os.environ, **variables}
    done = subprocess.run(words, cwd=cwd, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{' '.join(words[:4])} … failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout.strip()


def say(line: str) -> None:
    print(f"== {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
