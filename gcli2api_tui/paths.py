"""Where files live. Asked once at start; nothing else in the package builds a path to the user's folders.

`--home` (or GCLI2API_HOME) puts everything in one folder. Otherwise XDG on Linux, Termux and macOS shells; the
platform's own folders on Windows. platformdirs alone is not enough: under Termux:Boot it would pick Android's
app folders (reference/termux-ssh 3c), so XDG is resolved here.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gcli2api_tui.events.problems import StartFault

NAME = "gcli2api-tui"


@dataclass(frozen=True, slots=True)
class Paths:
    """Folders; `create()` makes them, private to the user."""

    config: Path
    state: Path

    @property
    def config_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def models_file(self) -> Path:
        return self.config / "models.toml"

    @property
    def credentials(self) -> Path:
        return self.config / "credentials"

    @property
    def trash(self) -> Path:
        return self.config / "trash"

    @property
    def database(self) -> Path:
        return self.state / "state.db"

    @property
    def run_file(self) -> Path:
        return self.state / "run.json"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    def create(self) -> None:
        """Make all folders with mode 0700; existing ones keep theirs, except the ones that hold secrets.

        Raises StartFault when the disk refuses.
        """
        try:
            for folder in (self.config, self.state, self.logs, self.trash, self.credentials):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for secret in (self.credentials, self.trash):
                if secret.stat().st_mode & 0o077:  # a disk that cannot be written is served from
                    secret.chmod(0o700)
        except OSError as error:
            why = f"The folder {error.filename} cannot be made: {error.strerror}."
            raise StartFault(why, way_out="Choose another with --home.") from error


def find(home: str | None, environ: Mapping[str, str]) -> Paths:
    """The folders for this user. `home` wins over GCLI2API_HOME; an empty value counts as unset."""
    if chosen := home or environ.get("GCLI2API_HOME"):
        root = Path(chosen).expanduser().absolute()
        return Paths(config=root, state=root)
    return _windows() if sys.platform == "win32" else _xdg(environ)


def _windows() -> Paths:
    import platformdirs

    return Paths(
        Path(platformdirs.user_config_dir(NAME, appauthor=False)),
        Path(platformdirs.user_state_dir(NAME, appauthor=False)),
    )


def _xdg(environ: Mapping[str, str]) -> Paths:
    user = Path(environ.get("HOME") or os.path.expanduser("~"))  # noqa: PTH111 - Path.home() ignores `environ`
    return Paths(
        config=Path(environ.get("XDG_CONFIG_HOME") or user / ".config") / NAME,
        state=Path(environ.get("XDG_STATE_HOME") or user / ".local" / "state") / NAME,
    )
