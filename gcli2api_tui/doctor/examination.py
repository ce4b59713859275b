"""All that the doctor looks at, in its order, and what must not be read in his report.

In: which home, and the environment. Out: findings and the veil over them. It works with and without a server, and
changes nothing.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from gcli2api_tui import paths
from gcli2api_tui.clock import Clock
from gcli2api_tui.config.settings import FIELDS
from gcli2api_tui.doctor.database import database
from gcli2api_tui.doctor.home import Home, credentials_in_files, home, look
from gcli2api_tui.doctor.machine import program, system
from gcli2api_tui.doctor.network import network
from gcli2api_tui.doctor.report import Finding, Veil
from gcli2api_tui.doctor.server import certificate, server
from gcli2api_tui.doctor.terminal import terminal
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.lifecycle.running_server import Found
from gcli2api_tui.lifecycle.running_server import look as look_for
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Examination:
    """One visit."""

    home: Home
    server: Found
    environ: Mapping[str, str]
    clock: Clock

    def findings(self) -> Iterator[Finding]:
        yield from program()
        yield from system(self.environ)
        yield from home(self.home)
        if self.server.state != "answers" and not self.home.settings.state_url:
            yield from credentials_in_files(self.home.where)
        yield from database(self.home, self.clock)
        yield from certificate(self.home, self.clock)
        yield from server(self.home, self.server)
        yield from network(self.home.settings, self.environ, self.clock)
        yield from terminal(self.environ)

    def veil(self) -> Veil:
        chosen = self.home.settings
        secrets = [getattr(chosen, name) for name, item in FIELDS.items() if isinstance(item.default, Secret)]
        folder = str(paths.home(self.environ))
        return Veil(tuple({folder, str(Path(folder).resolve())}), tuple(secrets))


def examination(chosen_home: str | None, environ: Mapping[str, str], clock: Clock | None = None) -> Examination:
    where = paths.find(chosen_home, environ)
    # The lock of a home that is not there would make it.
    now = look_for(where) if where.state.is_dir() else Found("nobody")
    return Examination(look(where, environ), now, environ, clock or Clock())
