"""A made-up computer for the installer: a home, the tools of any Unix, and recording stand-ins for all the rest.

`Computer(root)` has them on a PATH of its own, so that nothing of this machine is found. A file `fail-WORD` makes the
next call of that kind fail; `calls` has them all, in their order.
"""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "deploy" / "install.sh"
TOOLS = ("sh", "basename", "cat", "cmp", "cp", "dirname", "id", "ln", "mkdir", "mktemp", "readlink", "rm", "sleep")

STAND_IN = r"""#!/bin/sh
name=$(basename "$0")
echo "$name $*" >>"$STUBS/calls"
fails() { [ -e "$STUBS/fail-$1" ] && rm "$STUBS/fail-$1"; }
case "$name $*" in
    "uname "*) cat "$STUBS/uname" ;;
    *" --version") echo "Python 3.13.5" ;;
    *"import sys; sys.exit"*) fails version && exit 1 ;;
    *"import ensurepip"*) fails ensurepip && exit 1 ;;
    *"-m venv"*) fails venv && exit 1
        mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    *"-m pip "*) fails pip && exit 1
        if [ -e "$STUBS/hold" ]; then : >"$STUBS/held"; while [ -e "$STUBS/hold" ]; do sleep 0.02; done; fi
        cp "$STUBS/program" "$(dirname "$0")/gcli2api-tui" ;;
    *"import gcli2api_tui; print"*) echo /site/gcli2api_tui ;;
    *"import gcli2api_tui"*) fails smoke && exit 1 ;;
    "systemctl --user --quiet is-active"*) exit 3 ;;
    "systemctl "*) fails systemctl && exit 1 ;;
    "loginctl "*) fails loginctl && exit 1 ;;
    "launchctl print"*) exit 113 ;;
esac
exit 0
"""

PROGRAM = r"""#!/bin/sh
echo "gcli2api-tui $*" >>"$STUBS/calls"
case "$1" in
    --version) echo "gcli2api-tui, version 1" ;;
    status) [ -e "$STUBS/serving" ] ;;
    stop) [ ! -e "$STUBS/hangs" ] && rm -f "$STUBS/serving" ;;
    restart) [ ! -e "$STUBS/hangs" ] ;;
    *) echo "started $*" ;;
esac
"""


@dataclass
class Computer:
    """One with a home below `root`, which may have any name."""

    root: Path

    def __post_init__(self) -> None:
        self.bin, self.home, self.stubs = (self.root / name for name in ("bin", "ho me", "stubs"))
        for folder in (self.bin, self.home, self.stubs):
            folder.mkdir(parents=True)
        for tool in TOOLS:
            (self.bin / tool).symlink_to(str(shutil.which(tool)))
        for name in ("uname", "python3", "systemctl", "loginctl", "launchctl"):
            self.stand_in(name)
        (self.stubs / "program").write_text(PROGRAM)
        (self.stubs / "program").chmod(0o755)
        self.set("uname", "Linux\n")

    @property
    def app(self) -> Path:
        return self.home / ".local/share/gcli2api-tui"

    @property
    def command(self) -> Path:
        return self.home / ".local/bin/gcli2api-tui"

    @property
    def environments(self) -> list[Path]:
        return sorted(self.app.glob("env-*"))

    def stand_in(self, name: str) -> None:
        (self.bin / name).write_text(STAND_IN)
        (self.bin / name).chmod(0o755)

    def set(self, name: str, text: str = "") -> None:
        (self.stubs / name).write_text(text)

    def environment(self, **extra: str) -> dict[str, str]:
        return {"PATH": str(self.bin), "HOME": str(self.home), "STUBS": str(self.stubs), **extra}

    def run(self, *words: str | Path, **extra: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            words, env=self.environment(**extra), capture_output=True, text=True, timeout=60, check=False
        )

    def install(self, *words: str, script: Path = SCRIPT, **extra: str) -> "subprocess.CompletedProcess[str]":
        return self.run("sh", script, *words, **extra)

    def alone(self) -> Path:
        """The script as it was downloaded, away from its checkout."""
        script = self.root / "Downloads" / "install.sh"
        script.parent.mkdir(exist_ok=True)
        shutil.copy(SCRIPT, script)
        return script

    def calls(self, word: str = "") -> list[str]:
        made = self.stubs / "calls"
        return [line for line in (made.read_text().splitlines() if made.exists() else []) if word in line]

    def listing(self) -> list[str]:
        """Every file and folder of the home."""
        return sorted(str(path.relative_to(self.home)) for path in self.home.rglob("*"))
