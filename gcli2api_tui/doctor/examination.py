"""All that the doctor looks at, in its order, and what must not be read in his report.

In: which home, and the environment. Out: findings and the veil over them. It works with and without a server, and
changes nothing.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gcli2api_tui import paths
from gcli2api_tui.clock import Clock
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.doctor.findings import Finding, Veil
from gcli2api_tui.doctor.home import Home, credentials_in_files, home, look
from gcli2api_tui.doctor.network import network
from gcli2api_tui.doctor.program import program
from gcli2api_tui.doctor.server import running, server
from gcli2api_tui.doctor.system import system
from gcli2api_tui.doctor.terminal import terminal
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.settings import FIELDS


@dataclass(frozen=True, slots=True)
class Examination:
    """One visit."""

    home: Home
    server: Running | None
    environ: Mapping[str, str]
    clock: Clock

    def findings(self) -> Iterator[Finding]:
        yield from program()
        yield from system(self.environ)
        yield from home(self.home)
        if self.server is None:
            yield from credentials_in_files(self.home.where)
        yield from server(self.home, self.server)
        yield from network(self.home.settings, self.environ, self.clock)
        yield from terminal(self.environ)

    def veil(self) -> Veil:
        chosen = self.home.settings
        secrets = [getattr(chosen, name) for name, item in FIELDS.items() if isinstance(item.default, Secret)]
        folder = self.environ.get("HOME") or os.path.expanduser("~")  # noqa: PTH111 - of this environment
        return Veil(tuple({folder, str(Path(folder).resolve())}), tuple(secrets))


def examination(chosen_home: str | None, environ: Mapping[str, str], clock: Clock | None = None) -> Examination:
    found = look(paths.find(chosen_home, environ), environ)
    return Examination(found, running(found), environ, clock or Clock())
