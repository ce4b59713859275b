"""A setting as people see it: value, where it comes from, when a change acts. Secrets are masked.

In: nothing; records only. The panel's Options, `config show` of a server and the admin API show the same ones.
"""

from typing import Literal

from gcli2api_tui.quick_dataclass import dataclass

SettingKind = Literal["choice", "number", "text", "secret"]


@dataclass(frozen=True, slots=True)
class SettingRow:
    name: str
    group: str
    kind: SettingKind
    value: str
    """The one that acts now."""
    default: str
    source: str
    """`default`, `config.toml`, `this run`, `all instances`, `flag`, or the environment variable that holds it."""
    live: bool
    """A change acts at once; else after a restart."""
    help: str
    choices: tuple[str, ...] = ()
    after_restart: str | None = None
    """What config.toml says for the next start, where that is not the value of now."""

    @property
    def held(self) -> bool:
        """By a flag or the environment: a change in config.toml would not act."""
        return self.source not in ("default", "config.toml", "this run", "all instances")

    @property
    def variable(self) -> str:
        """What sets it from the environment."""
        return f"GCLI2API_{self.name.upper()}"
