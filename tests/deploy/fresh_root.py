"""A newcomer on a bare Debian with nothing but README: every command typed, in a terminal, with a watch beside it.

    sudo python tests/deploy/fresh_root.py bookworm trixie [--folder FOLDER]

For each suite a root is made by debootstrap (kept in FOLDER, and copied for the walk), with one plain user. It gets
what this machine's pip is set up with, and nothing else. Servers run in a network of their own, whose 7861 is free and
from which nothing leaves; the stand-in for Google runs there too, outside of the root. What was measured last is in
docs/install.md, with its date. Needs root, debootstrap, git, iproute2, and the program installed where this runs.
"""

import argparse
import configparser
import contextlib
import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PATIENCE_S = 300.0
DEMO_S, CLIENT_S = 120.0, 180.0
"""Both from the first key that is pressed, the packages' installation included."""

PACKAGES = "sudo apt-get install -y python3-venv git curl"
CLONE = "git clone /srv/gcli2api-tui.git gcli2api-tui && cd gcli2api-tui"
INSTALL = "sh deploy/install.sh"
ASK = """curl http://127.0.0.1:7861/v1/chat/completions \\
  -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\
  -d '{"model": "gemini-flash-latest", "stream": true, "messages": [{"role": "user", "content": "Hello"}]}'"""
FROM_README = (
    *(PACKAGES, INSTALL, "gcli2api-tui demo", "gcli2api-tui creds add-key", "gcli2api-tui serve --background"),
    *("export KEY=$(gcli2api-tui key)", ASK),
)
"""Held to README by tests/deploy/test_fresh_root.py; the address of the clone is a reader's own."""

SIMULATOR = "http://127.0.0.1:7862"
ITS_KEY = "AIza-sim-key-0002"
TOWARDS = "".join(
    f"export {name}={SIMULATOR}\n"
    for name in ("GOOGLE_GEMINI_BASE_URL", "CODE_ASSIST_ENDPOINT", "GOOGLE_VERTEX_BASE_URL", "GCLI2API_OAUTH_BASE_URL")
)
# An invisible title before each prompt, with the status of the last command.
PROMPT = "PROMPT_COMMAND='printf \"\\033]0;status:%s\\007\" $?'\n"
STATUS = re.compile(rb"\x1b\]0;status:(\d+)\x07")
CONTROL = re.compile(r"\x1b(\][^\x07]*\x07|\[[0-9;?<>=]*[A-Za-z]|.)|[\r\x07]")


class FailedTry(Exception):
    """A command that a reader of README typed did not work."""


class Terminal:
    """A login shell in a pty. A command ends where the next prompt begins."""

    def __init__(self, *words: str) -> None:
        process, self.descriptor = pty.fork()
        if process == 0:
            os.execvpe(words[0], words, {"TERM": "xterm-256color", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.seen = b""
        self.prompts = 0
        self._status()

    def type(self, line: str) -> str:
        """Type a command and return what it printed. Raises FailedTry where its status says so."""
        began, clock = len(self.seen), time.monotonic()
        self.start(line)
        status, printed = self._status(), plain(self.seen[began:])
        if status:
            raise FailedTry(f"{line}\n{printed}")
        print(f"      {time.monotonic() - clock:.1f} s", flush=True)
        return printed

    def start(self, line: str) -> None:
        """Type a command that asks, or goes on."""
        print(f"  $ {line}", flush=True)
        self.press(line + "\n")

    def press(self, keys: str) -> None:
        os.write(self.descriptor, keys.encode())

    def wait_for(self, text: str) -> None:
        self._until(lambda: text in self.screen())

    def screen(self) -> str:
        """What a person sees now."""
        screen = pyte.Screen(80, 24)
        pyte.ByteStream(screen).feed(self.seen)
        return "\n".join(screen.display)

    def wait_for_prompt(self) -> None:
        if self._status():
            raise FailedTry(self.screen())

    def _status(self) -> int:
        """What the next prompt tells of the last command."""
        self.prompts += 1
        self._until(lambda: len(STATUS.findall(self.seen)) >= self.prompts)
        return int(STATUS.findall(self.seen)[-1])

    def _until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not holds():
            if time.monotonic() > end:
                raise FailedTry(f"nothing for {PATIENCE_S:.0f} s:\n{self.screen()}")
            if select.select([self.descriptor], [], [], 0.2)[0]:
                self.seen += os.read(self.descriptor, 65536)


def plain(seen: bytes) -> str:
    return CONTROL.sub("", seen.decode(errors="replace"))


def main() -> int:
    said = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    said.add_argument("suites", nargs="+", metavar="SUITE")
    said.add_argument("--folder", type=Path, default=Path("/var/tmp/gcli2api-tui-roots"))
    chosen = said.parse_args()
    if os.environ.get("FRESH_ROOT_INSIDE") != "1":
        # Its own mounts and processes: whatever happens, nothing of it stays.
        apart = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", sys.executable, *sys.argv)
        os.execvpe(apart[0], apart, {**os.environ, "FRESH_ROOT_INSIDE": "1"})
    return max(walk_in_a_fresh(suite, chosen.folder) for suite in chosen.suites)


def walk_in_a_fresh(suite: str, folder: Path) -> int:
    root = fresh(suite, folder)
    print(f"{suite}: {(root / 'etc/debian_version').read_text().strip()}", flush=True)
    with own_network() as network:
        try:
            demo_s, client_s = walk(root, network)
        except FailedTry as failed:
            print(f"{suite}: FAILED TRY: {failed}")
            return 1
    print(f"{suite}: the demo's first answer after {demo_s:.0f} s (at most {DEMO_S:.0f}),", end=" ")
    print(f"a client's over a key after {client_s:.0f} s (at most {CLIENT_S:.0f}), no failed try", flush=True)
    return int(demo_s > DEMO_S or client_s > CLIENT_S)


def walk(root: Path, network: int) -> tuple[float, float]:
    """All that a newcomer types, in its order. Returns the seconds to the demo's answer, and to a client's."""
    administrator, mia = login(root, "root"), login(root, "mia")
    began = time.monotonic()
    administrator.type(PACKAGES.removeprefix("sudo "))
    mia.type(CLONE)
    mia.type(INSTALL)
    first, second = (login(root, "mia", network) for _ in range(2))  # new terminals, as README says
    first.start("gcli2api-tui demo")
    first.wait_for("Dash")
    second.type("export KEY=pwd")
    answered(second.type(ASK))
    demo_s = time.monotonic() - began
    first.press("q")
    first.wait_for("Stop the server and quit")
    first.press("2")
    first.wait_for_prompt()
    first.start("gcli2api-tui creds add-key")
    first.wait_for("Gemini API key:")
    first.press(f"{ITS_KEY}\n")
    first.wait_for_prompt()
    first.type("gcli2api-tui serve --background")
    first.type("export KEY=$(gcli2api-tui key)")
    answered(first.type(ASK))
    client_s = time.monotonic() - began
    first.type("gcli2api-tui stop")
    return demo_s, client_s


def answered(printed: str) -> None:
    if "data: [DONE]" not in printed or '"content":' not in printed.replace('": "', '":"'):
        raise FailedTry(printed)


def login(root: Path, user: str, network: int | None = None) -> Terminal:
    inside = ("chroot", str(root), "su", "-", user)
    return Terminal(*(inside if network is None else ("nsenter", f"--net=/proc/{network}/ns/net", *inside)))


def fresh(suite: str, folder: Path) -> Path:
    """A root of this suite in which nothing was done but what a machine's owner does: a user, and its network."""
    made, root = folder / suite, folder / f"{suite}-walk"
    if not (made / "etc/debian_version").exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["debootstrap", "--variant=minbase", suite, str(made)], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["rm", "-rf", "--one-file-system", str(root)], check=True)
    subprocess.run(["cp", "-a", str(made), str(root)], check=True)
    for place in ("proc", "dev", "sys"):
        subprocess.run(["mount", "--rbind", f"/{place}", str(root / place)], check=True)
    subprocess.run(["chroot", str(root), "useradd", "--create-home", "--shell", "/bin/bash", "mia"], check=True)
    as_this_machine(root)
    (root / "etc/profile.d/walk.sh").write_text(PROMPT + TOWARDS)
    with (root / "root/.bashrc").open("a") as own:
        own.write(PROMPT)
    clone = root / "srv/gcli2api-tui.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(ROOT), str(clone)], check=True)
    subprocess.run(["chroot", str(root), "chown", "-R", "mia", "/srv/gcli2api-tui.git"], check=True)
    return root


def as_this_machine(root: Path) -> None:
    """Where its packages come from, and whom its pip trusts: in a file that no package writes."""
    for name in ("resolv.conf", "hosts"):
        shutil.copy(f"/etc/{name}", root / "etc" / name)
    pip = configparser.ConfigParser()
    pip.read("/etc/pip.conf")
    if trusted := pip.get("global", "cert", fallback=""):
        shutil.copy(trusted, root / "etc/pip-cert.pem")
        pip["global"]["cert"] = "/etc/pip-cert.pem"
    with (root / "etc/pip.conf").open("w") as written:
        pip.write(written)


@contextlib.contextmanager
def own_network() -> Iterator[int]:
    """The process that holds it. In it are only 127.0.0.1, and the stand-in for Google."""
    with subprocess.Popen(["unshare", "--net", "sh", "-c", "ip link set lo up && echo && exec sleep infinity"],
                          stdout=subprocess.PIPE) as holder:  # fmt: skip
        assert holder.stdout and holder.stdout.readline()
        simulate = (sys.executable, "-m", "gcli2api_tui", "simulate", "--port", SIMULATOR.rpartition(":")[2])
        with subprocess.Popen(["nsenter", f"--net=/proc/{holder.pid}/ns/net", *simulate],
                              cwd=ROOT, stdout=subprocess.DEVNULL) as google:  # fmt: skip
            yield holder.pid
            google.terminate()
        holder.terminate()


if __name__ == "__main__":
    sys.exit(main())
