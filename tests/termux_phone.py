"""A made-up Termux for tests: its folders, and stand-ins on PATH for what the scripts call, which record each call."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "termux-install.sh"
Done = subprocess.CompletedProcess[str]

# Records each call. A file fail-<word> with a number makes the next calls of that kind fail, kill-<word> kills the
# installer there.
STAND_IN = r"""#!/bin/bash
name=${0##*/} line="${0##*/} $*"
echo "${line%%$'\n'*}" >>"$STUBS/calls"
fails() {
    local left
    if [ -e "$STUBS/kill-$1" ]; then
        kill -"$(cat "$STUBS/kill-$1")" "$(readlink "$HOME/.local/share/gcli2api-tui/busy" || echo $PPID)"
        rm "$STUBS/kill-$1"
        exit 1
    fi
    [ -e "$STUBS/fail-$1" ] && read -r left <"$STUBS/fail-$1" && [ "$left" -gt 0 ] || return 1
    echo $((left - 1)) >"$STUBS/fail-$1"
}
env=${0%/*/*}
site=$env/lib/python3.14/site-packages
case "$name $*" in
    "apt-get install"*) fails apt && exit 100 ;;
    "df "*) printf 'Filesystem 1024-blocks Used Available\nx 1 1 %s\n' "$(<"$STUBS/free_kb")" ;;
    "uname "*) echo aarch64 ;;
    "getprop "*) cat "$STUBS/sdk" ;;
    *"import sys; sys.exit"*) fails version && exit 1 ;;
    *"-m venv"*) fails venv && exit 1
        mkdir -p "${!#}/bin" "${!#}/lib/python3.14/site-packages" && cp "$0" "${!#}/bin/python" ;;
    *"purelib"*) echo "$site" ;;
    *"pip "*" check"*) fails check && echo "textual 8 requires new-thing, which is not installed." ;;
    *"pip "*" wheel "*) fails wheel && exit 1
        for word; do
            [ "$last" = --wheel-dir ] && mkdir -p "$word" && touch "$word/x-1-py3-none-any.whl"
            last=$word
        done ;;
    *"pip "*" install "*"--no-deps"*) fails pip && exit 1
        mkdir -p "$site/gcli2api_tui" "$site/markupsafe" "$env/share/gcli2api-tui"
        touch "$site/gcli2api_tui/requirements.txt" "$site/markupsafe/_speedups.so"
        cp "$ROOT/termux-install.sh" "$ROOT/deploy/gcli2api-tui-termux.sh" "$env/share/gcli2api-tui" ;;
    *"pip "*" install "*) fails packages && exit 1
        echo "Collecting textual==8.2.8 (from -r requirements.txt)" ;;
    *"compileall"*) fails compile && exit 1 ;;
    *"import sqlite3"*) fails smoke && exit 1 ;;
    *"import httpx"*) fails probe && exit 1 ;;
    *"serve --background"*"/probe") fails start && echo "port taken" && exit 2
        [ -z "${_GCLI2API_TUI_TAKEOVER:-}" ] || { echo "a takeover" && exit 2; }
        mkdir -p "${!#}"
        echo '{"pid": 1, "url": "http://127.0.0.1:1"}' >"${!#}/run.json" ;;
    *"-m gcli2api_tui stop --now --home"*) fails stop && exit 1 ;;
    *"-m gcli2api_tui connect") cat "$STUBS/connected" 2>/dev/null ;;
    *"-m gcli2api_tui status") [ -e "$STUBS/runs" ] && echo "it runs" || exit 1 ;;
    *"-m gcli2api_tui restart"*) fails restart && exit 1 ;;
    *"-m gcli2api_tui stop"*) rm -f "$STUBS/runs" ;;
    *"-m gcli2api_tui serve --background"*) fails serve && exit 2
        touch "$STUBS/runs" ;;
    *"-m gcli2api_tui --version"*) echo "gcli2api-tui, version 1" ;;
    *"-m gcli2api_tui"*) echo "started ${*:4}" ;;
esac
exit 0
"""


@dataclass
class Phone:
    """A home, a PREFIX and the record of what was called."""

    root: Path

    def __post_init__(self) -> None:
        self.prefix, self.home, self.stubs = (self.root / name for name in ("usr", "my home", "stubs"))
        for folder in (self.prefix / "bin", self.home, self.stubs):
            folder.mkdir(parents=True)
        for name in ("pkg", "apt-get", "python3.14", "df", "uname", "getprop"):
            self._stand_in(name)
        (self.prefix / "bin/python3").symlink_to("python3.14")
        for shell in ("bash", "sh"):
            (self.prefix / "bin" / shell).symlink_to(f"/bin/{shell}")
        (self.stubs / "free_kb").write_text("2000000")
        (self.stubs / "sdk").write_text("34")

    @property
    def app(self) -> Path:
        return self.home / ".local/share/gcli2api-tui"

    @property
    def command(self) -> Path:
        return self.prefix / "bin/gcli2api-tui"

    def add(self, *names: str) -> None:
        """Programs that are there too."""
        for name in names:
            self._stand_in(name)

    def _stand_in(self, name: str) -> None:
        path = self.prefix / "bin" / name
        path.write_text(STAND_IN)
        path.chmod(0o755)

    def upgrade_python(self) -> None:
        link = self.prefix / "bin/python3"
        old = link.readlink().name
        new = f"python3.{int(old.rpartition('.')[2]) + 1}"
        self._stand_in(new)
        link.unlink()
        link.symlink_to(new)
        (self.prefix / "bin" / old).unlink()

    def kill_at(self, what: str, signal: str) -> None:
        """Whoever installs gets the signal when it comes there."""
        (self.stubs / f"kill-{what}").write_text(signal)

    def fail(self, what: str, times: int = 1) -> None:
        (self.stubs / f"fail-{what}").write_text(f"{times}\n")

    def environment(self, **extra: str) -> dict[str, str]:
        return {
            "PATH": f"{self.prefix}/bin:{os.defpath}",
            "PREFIX": str(self.prefix),
            "HOME": str(self.home),
            "STUBS": str(self.stubs),
            "ROOT": str(ROOT),
            **extra,
        }

    def run(
        self, *words: str | Path, cwd: Path | None = None, given: str = "", timeout: float = 400, **extra: str
    ) -> Done:
        return subprocess.run(
            words,
            env=self.environment(**extra),
            cwd=cwd,
            input=given,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def install(self, script: Path = SCRIPT, cwd: Path | None = None, **extra: str) -> Done:
        return self.run("bash", script, cwd=cwd, **extra)

    def install_with(self, *words: str) -> Done:
        return self.run("bash", SCRIPT, *words)

    def termux(self, *words: str) -> Done:
        return self.run(f"{self.command}-termux", *words)

    def files(self) -> set[str]:
        """All that stands in its home and among its programs."""
        found = [*self.home.rglob("*"), *self.prefix.rglob("*")]
        return {str(path.relative_to(self.root)) for path in found}

    def forget(self) -> None:
        """No call was made, nothing is to fail, no server runs."""
        for file in self.stubs.iterdir():
            if file.name not in ("free_kb", "sdk"):
                file.unlink()

    def calls(self, word: str) -> list[str]:
        lines = (self.stubs / "calls").read_text().splitlines() if (self.stubs / "calls").exists() else []
        return [line for line in lines if word in line]
