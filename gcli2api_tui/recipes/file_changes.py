"""Points a client here by its own files, shows it before, and takes it back.

In: a recipe and a Target. Out: what would change, and files written in one step, with a copy of what stood there kept
in our own folder. Taken back are only values that are still ours; where nobody else changed the file since, it is as it
was, byte by byte. A file that is not understood is not touched. Blocks on the disk.
"""

import hashlib
import json
import stat
from collections.abc import Mapping, Sequence
from dataclasses import asdict, field
from pathlib import Path
from types import ModuleType

from gcli2api_tui import safe_files
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.recipes import env_edit, json_edit, toml_edit, yaml_edit
from gcli2api_tui.recipes.masked_difference import difference
from gcli2api_tui.recipes.recipe import (
    MISSING,
    ClientFile,
    Environ,
    Format,
    KeyPath,
    Missing,
    NotUnderstood,
    Recipe,
    Target,
    Value,
)

LARGEST = 2_000_000
"""Bytes of a client's file."""
EDITORS: Mapping[Format, ModuleType] = {"json": json_edit, "toml": toml_edit, "yaml": yaml_edit, "env": env_edit}


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one file."""

    path: Path
    """Where the links lead to."""
    before: str | None
    """None: there is no file."""
    after: str | None
    """None: it goes."""
    holds_key: bool

    @property
    def is_one(self) -> bool:
        return self.before != self.after

    def lines(self, key: Secret) -> tuple[str, ...]:
        return difference(str(self.path), self.before or "", self.after or "", key)


@dataclass(slots=True)
class _Kept:
    """What is remembered of a file that was written."""

    path: str
    made: bool
    """There was none before."""
    before: dict[str, Value]
    """Path of a value, as JSON → what stood there; absent where nothing did."""
    ours: dict[str, Value]
    left: str = ""
    """A fingerprint of the file as we left it."""
    alone: bool = True
    """Nobody else has changed it since the first time."""
    tables: list[str] = field(default_factory=list)
    """Paths of tables that were made, the outer ones first."""


@dataclass(frozen=True, slots=True)
class Connections:
    """`folder` is ours, for copies and for what is to be taken back; `platform` as sys.platform says it."""

    folder: Path
    environ: Environ
    platform: str

    def path_of(self, file: ClientFile) -> Path:
        """What the client reads, also where that is a link."""
        return Path(file.place(self.environ, self.platform))

    def connected(self, recipe: Recipe) -> bool:
        return self._record(recipe).is_file()

    def wanted(self, recipe: Recipe, target: Target) -> tuple[Change, ...]:
        """What connecting changes. Raises Problem for a file that cannot be read, or is not understood."""
        return tuple(self._wanted(file, target) for file in recipe.files)

    def _wanted(self, file: ClientFile, target: Target) -> Change:
        path = self._real(file)
        before = _read(path)
        after = before or ""
        for where, template in file.settings:
            after = _put(file, path, after, where, target.value(template))
        return Change(path, before, after, file.holds_key)

    def write(self, recipe: Recipe, target: Target, changes: Sequence[Change]) -> None:
        """Raises Problem where a file is another by now, or the disk takes none. What is kept comes first."""
        for change in changes:
            _require_same(change)
        kept = {one.path: one for one in self._kept(recipe)}
        safe_files.folder(self.folder)
        for file, change in zip(recipe.files, changes, strict=True):
            one = self._remembered(recipe, file, change, target, kept.get(str(change.path)))
            kept[one.path] = one
        self._keep(recipe, list(kept.values()))
        for change in changes:
            _write(change)

    def _remembered(
        self, recipe: Recipe, file: ClientFile, change: Change, target: Target, kept: _Kept | None
    ) -> _Kept:
        editor, text = EDITORS[file.format], change.before or ""
        if kept is None:
            kept = _Kept(str(change.path), change.before is None, {}, {})
            if change.before is not None:
                safe_files.replace(self._copy(recipe, change.path), change.before.encode())
        elif change.before is None or kept.left != _fingerprint(change.before):
            kept.alone = False
        for where, template in file.settings:
            name = json.dumps(where)
            stands = editor.found(text, where) if text else MISSING
            if name not in kept.ours and not isinstance(stands, Missing):
                kept.before[name] = stands
            if name not in kept.ours and file.format in ("json", "toml"):
                above = (where[:depth] for depth in range(1, len(where)))
                made = (one for one in above if not text or isinstance(editor.found(text, one), Missing))
                kept.tables += [named for one in made if (named := json.dumps(one)) not in kept.tables]
            kept.ours[name] = target.value(template)
        kept.left = _fingerprint(change.after or "")
        return kept

    def unwanted(self, recipe: Recipe) -> tuple[Change, ...]:
        """What taking back changes. Raises Problem where nothing was written, or a file is not understood."""
        kept = {one.path: one for one in self._kept(recipe)}
        if not kept:
            raise Problem(say("connect.not_connected", client=recipe.name))
        pairs = [(file, kept.get(str(self._real(file)))) for file in recipe.files]
        return tuple(self._unwanted(recipe, file, one) for file, one in pairs if one)

    def _unwanted(self, recipe: Recipe, file: ClientFile, kept: _Kept) -> Change:
        path = Path(kept.path)
        before = _read(path)
        if before is None:
            return Change(path, None, None, file.holds_key)
        if kept.alone and kept.left == _fingerprint(before):
            after = None if kept.made else _read(self._copy(recipe, path))
            return Change(path, before, after, file.holds_key)
        return Change(path, before, _without_ours(file, path, before, kept), file.holds_key)

    def take_back(self, recipe: Recipe, changes: Sequence[Change]) -> None:
        """Raises Problem where a file is another by now, or the disk takes none."""
        for change in changes:
            _require_same(change)
        for change in changes:
            _write(change)
        for one in self._kept(recipe):
            self._copy(recipe, Path(one.path)).unlink(missing_ok=True)
        self._record(recipe).unlink(missing_ok=True)

    # Our own folder

    def _real(self, file: ClientFile) -> Path:
        try:
            return self.path_of(file).resolve()
        except (OSError, RuntimeError) as error:  # links in a circle
            raise Problem(say("file.not_read", path=str(self.path_of(file)), why=str(error))) from error

    def _record(self, recipe: Recipe) -> Path:
        return self.folder / f"{recipe.id}.json"

    def _copy(self, recipe: Recipe, path: Path) -> Path:
        return self.folder / f"{recipe.id}-{_fingerprint(str(path))[:8]}-{path.name}"

    def _kept(self, recipe: Recipe) -> list[_Kept]:
        text = _read(self._record(recipe))
        try:
            return [_Kept(**one) for one in json.loads(text)] if text else []
        except (ValueError, TypeError):
            return []

    def _keep(self, recipe: Recipe, kept: list[_Kept]) -> None:
        safe_files.replace(self._record(recipe), json.dumps([asdict(one) for one in kept]).encode())


def _put(file: ClientFile, path: Path, text: str, where: KeyPath, value: Value) -> str:
    """Raises Problem where the file is not understood; what was written must be read back the same."""
    editor = EDITORS[file.format]
    try:
        if not isinstance(stands := editor.found(text, where) if text else MISSING, Missing) and _keeps(where, stands):
            return text
        new: str = editor.put(text, where, value)
        if editor.found(new, where) != value:
            raise NotUnderstood(1)
    except NotUnderstood as error:
        raise _odd(path, error) from error
    return new


FILE_TITLES = frozenset({"name", "version", "schema"})
"""Of Continue's file: needed once, and the person's own where they stand."""


def _keeps(where: KeyPath, stands: Value) -> bool:
    return len(where) == 1 and where[0] in FILE_TITLES and bool(stands)


def _without_ours(file: ClientFile, path: Path, text: str, kept: _Kept) -> str:
    """Values that are still as we wrote them give way to what stood there before."""
    editor = EDITORS[file.format]
    try:
        for name, value in kept.ours.items():
            where = tuple(json.loads(name))
            if editor.found(text, where) != value:
                continue
            stood = name in kept.before
            text = editor.put(text, where, kept.before[name]) if stood else editor.dropped(text, where)
        for above in reversed(kept.tables):
            if editor.found(text, where := tuple(json.loads(above))) == {}:
                text = editor.dropped(text, where)
    except NotUnderstood as error:
        raise _odd(path, error) from error
    return text


def _odd(path: Path, error: NotUnderstood) -> Problem:
    return Problem(say("connect.not_understood", path=str(path), line=error.line), say("connect.by_hand"))


def _read(path: Path) -> str | None:
    """None where there is no file. Raises Problem."""
    try:
        data = safe_files.read(path, LARGEST)
        if len(data) > LARGEST:
            raise Problem(say("connect.too_large", path=str(path)), say("connect.by_hand"))
        return data.decode()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise Problem(say("file.not_read", path=str(path), why=why), say("connect.by_hand")) from error


def _require_same(change: Change) -> None:
    if _read(change.path) != change.before:
        raise Problem(say("connect.changed", path=str(change.path)), say("connect.again"))


def _write(change: Change) -> None:
    """In one step; a file with the key in it is for nobody else, another keeps its mode."""
    if not change.is_one:
        return
    try:
        if change.after is None:
            change.path.unlink(missing_ok=True)
            return
        safe_files.folder(change.path.parent)
        mode = stat.S_IMODE(change.path.stat().st_mode) if change.before is not None else 0o600
        safe_files.replace(change.path, change.after.encode())
        if not change.holds_key:
            change.path.chmod(mode)
    except OSError as error:
        why = say("file.not_written", path=str(change.path), why=str(error.strerror or error))
        raise Problem(why, say("connect.by_hand")) from error


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
