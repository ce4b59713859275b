"""Settings while a server runs: what each is and whence, changed by a person, and the last change undone.

In: the holder of those that act now, their sources, config.toml. Out: rows; Done or Refused. A change is written first
and acts then, or after a restart; what instances must agree on is told to all instead. One that a flag or the
environment holds is refused, because the file would not act.
"""

import asyncio
from collections.abc import Callable
from dataclasses import field, replace
from pathlib import Path

from gcli2api_tui.config import config_toml, settings_loading
from gcli2api_tui.config.live_settings import LiveSettings
from gcli2api_tui.config.settings import FIELDS, GROUPS, Settings
from gcli2api_tui.control.verb_results import Answer, Done, Refused, refused
from gcli2api_tui.events.problems import Problem, SettingsFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.model_names import read_aliases
from gcli2api_tui.ledger.admin_rows import SettingKind, SettingRow
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.quick_dataclass import dataclass

OURS = frozenset({"terms_shown_at"})
"""The program sets them."""


@dataclass(frozen=True, slots=True)
class _Change:
    """What stood in config.toml and acted before, to be put back."""

    name: str
    written: object
    value: object
    source: str | None


@dataclass(slots=True)
class SettingChanges:
    """One for each runtime; `check` raises SettingsFault where a changed setting could not be used."""

    live: LiveSettings
    sources: dict[str, str]
    config_file: Path
    check: Callable[[str, Settings], None]
    share: Callable[[str, str | None], None] | None = None
    """Tells all instances on one database, this one's next run among them; None where there is no such database."""
    _last: _Change | None = None
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def rows(self) -> tuple[SettingRow, ...]:
        """In the order of their groups."""
        written = await asyncio.to_thread(self._written)
        now = self.live.now
        names = sorted(FIELDS, key=lambda name: GROUPS.index(FIELDS[name].metadata["group"]))
        return tuple(self._row(name, now, written) for name in names)

    def _written(self) -> Settings | None:
        """As the next start would find them, without flags and environment; None where the file is broken."""
        try:
            return settings_loading.load(self.config_file, {}, {}).settings
        except SettingsFault:
            return None

    def _row(self, name: str, now: Settings, written: Settings | None) -> SettingRow:
        item, source = FIELDS[name], self.sources.get(name, "default")
        value = getattr(now, name)
        row = SettingRow(
            name,
            item.metadata["group"],
            kind_of(name),
            shown(value),
            shown(item.default),
            source,
            settings_loading.live(name),
            item.metadata["help"],
            item.metadata["choices"],
        )
        later = value if written is None or source == "this run" else getattr(written, name)
        return row if row.held or later == value else replace(row, after_restart=shown(later))

    async def set(self, name: str, text: str | None) -> Answer:
        """None, and an empty text, bring the default back."""
        async with self._one_at_a_time:
            try:
                return await self._set(name, text)
            except Problem as fault:
                return refused(fault)

    async def _set(self, name: str, text: str | None) -> Answer:
        parsed = settings_loading.parse(name, text or "", say("setting.typed")) if text else None
        if why := self._not_here(name):
            return why
        value = FIELDS[name].default if parsed is None else _acting(name, parsed)
        if self.share and settings_loading.shared(name):
            return self._told_all(name, parsed, value)
        return await self._write(name, parsed, value, "config.toml" if parsed is not None else None)

    def _not_here(self, name: str) -> Refused | None:
        if name not in FIELDS:
            return Refused(say("setting.none", name=name), say("setting.list"))
        if name in OURS:
            return Refused(say("setting.ours", name=name))
        source = self.sources.get(name, "")
        if source == "flag":
            return Refused(say("setting.held_flag", name=name), say("setting.change_flag"))
        if source not in ("", "config.toml", "this run", settings_loading.ALL_INSTANCES):
            return Refused(
                say("setting.held", name=name, variable=source), say("setting.change_there", variable=source)
            )
        return None

    async def _write(self, name: str, written: object, value: object, source: str | None) -> Answer:
        """Raises SettingsFault."""
        before = getattr(self.live.now, name)
        self.check(name, settings_loading.with_values(self.live.now, {name: value}))
        old = await asyncio.to_thread(config_toml.write_value, self.config_file, name, written)
        self._last = _Change(name, old, before, self.sources.get(name))
        if settings_loading.live(name):
            self._act(name, value, source)
        return Done(_told(name, before, value))

    def _told_all(self, name: str, parsed: object, value: object) -> Answer:
        """Raises SettingsFault."""
        before = getattr(self.live.now, name)
        self.check(name, settings_loading.with_values(self.live.now, {name: value}))
        self._last = _Change(name, None, before, self.sources.get(name))
        self._share(name, None if parsed is None else str(parsed))
        self._act(name, value, None if parsed is None else settings_loading.ALL_INSTANCES)
        return Done(_told(name, before, value))

    def _share(self, name: str, text: str | None) -> None:
        assert self.share
        self.share(name, text)

    def heard(self, name: str, text: str | None) -> None:
        """All go by it. What a flag or the environment holds here stays; what cannot be used is a newer program's."""
        if not (name in FIELDS and settings_loading.shared(name)) or self._not_here(name):
            return
        try:
            value: object = FIELDS[name].default if text is None else settings_loading.parse(name, text)
            self.check(name, settings_loading.with_values(self.live.now, {name: value}))
        except SettingsFault:
            return
        self._act(name, value, None if text is None else settings_loading.ALL_INSTANCES)

    def _act(self, name: str, value: object, source: str | None) -> None:
        if source is None:
            self.sources.pop(name, None)
        else:
            self.sources[name] = source
        self.live.change(**{name: value})

    async def undo(self) -> Answer:
        """The last change, once."""
        async with self._one_at_a_time:
            if self._last is None:
                return Refused(say("setting.nothing_to_undo"))
            last = self._last
            try:
                await self._put_back(last)
            except SettingsFault as fault:
                return refused(fault)
            self._last = None
            if settings_loading.live(last.name):
                self._act(last.name, last.value, last.source)
            return Done(say("setting.undone", name=last.name, now=shown(last.value) or say("setting.empty")))

    async def _put_back(self, last: _Change) -> None:
        if self.share and settings_loading.shared(last.name):
            self._share(last.name, None if last.source is None else str(last.value))
        else:
            await asyncio.to_thread(config_toml.write_value, self.config_file, last.name, last.written)


def kind_of(name: str) -> SettingKind:
    item = FIELDS[name]
    if item.metadata["choices"]:
        return "choice"
    if isinstance(item.default, Secret):
        return "secret"
    return "number" if isinstance(item.default, int | float) else "text"


def shown(value: object) -> str:
    """Secrets mask themselves; whole numbers of seconds need no point."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _acting(name: str, parsed: object) -> object:
    return Secret(str(parsed)) if isinstance(FIELDS[name].default, Secret) else parsed


def _told(name: str, before: object, value: object) -> Message:
    was, now = (shown(one) or say("setting.empty") for one in (before, value))
    return say("setting.now" if settings_loading.live(name) else "setting.later", name=name, was=was, now=now)


LONGEST_NAME = 200


async def map_model(changes: SettingChanges, name: str, model: str) -> Answer:
    """Beside the names that there are already; one that has another meaning gets this one."""
    if not name or len(name) > LONGEST_NAME or set(name) & set(",=\n"):
        return Refused(say("alias.no_name", name=name[:40]))
    names = {**read_aliases(changes.live.now.aliases), name: model}
    answer = await changes.set("aliases", ", ".join(f"{one}={target}" for one, target in names.items()))
    return Done(say("alias.mapped", name=name, model=model)) if isinstance(answer, Done) else answer
