"""Write deploy/requirements.txt: every package that the program needs, in one version, with the hashes of its files.

    python deploy/release/lock.py             what pyproject.toml newly asks for; all other versions stay
    python deploy/release/lock.py --upgrade   the newest of everything that it allows

One list for all systems and for Python 3.11 to 3.15. Needs `uv` and the index that it is set up for.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
LOCK = ROOT / "deploy" / "requirements.txt"
COMPILE = (
    *("uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--python-version", "3.11"),
    *("--no-annotate", "--no-header", "pyproject.toml", "--output-file"),
)
HEAD = """\
# Every package that gcli2api-tui needs, in the versions it was tested with, with the hashes of their files.
# Made by deploy/release/lock.py; docs/releases.md says how installers use it.
"""


def main(words: list[str]) -> int:
    done = subprocess.run([*COMPILE, str(LOCK), *words], cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    if done.returncode == 0:
        LOCK.write_text(HEAD + LOCK.read_text("utf-8").removeprefix(HEAD), "utf-8")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
