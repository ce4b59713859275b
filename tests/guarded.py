"""Our program with the loop guard in it: what it finds goes into the file that LOOP_GUARD_REPORT names.

Where PLANTED is set, faults are planted too (planted_faults.py).
"""

import os
import sys
from pathlib import Path

from loop_guard import LoopGuard

_open, _write, _close = os.open, os.write, os.close


def report(line: str) -> None:
    descriptor = _open(os.environ["LOOP_GUARD_REPORT"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    _write(descriptor, f"{line}\n".encode())
    _close(descriptor)


if __name__ == "__main__":
    from gcli2api_tui.cli.commands import main

    if "PLANTED" in os.environ:
        import planted_faults

        planted_faults.install()
    sys.path.remove(str(Path(__file__).parent))
    if "LOOP_GUARD_REPORT" in os.environ:
        LoopGuard(report).install()
    main(prog_name="gcli2api-tui")
