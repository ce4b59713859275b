"""An Offer for people, as lines of text, and for programs, as plain data. No secret is in either.

In: an Offer, what was taken of it, the width of the terminal. Out: lines, or what goes into JSON. What a folder says is
shown without control characters, and masked where it is a key.
"""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from gcli2api_tui.control.text_report import padded, shown
from gcli2api_tui.credentials.credential import shown_name
from gcli2api_tui.installations.installation import LeftOut
from gcli2api_tui.migration.offer import KEY_SETTINGS, Offer, OfferedCredential, OfferedKey, OfferedSetting, Taken

_WIDE = 78
"""Columns that the table needs; on less each row takes two lines."""

_STANDINGS = {"new": "new", "here": "already here", "younger": "newer sign-in", "twice": "the same as above"}


def lines(program: str, folder: Path, others: Sequence[Path], offer: Offer, width: int) -> Iterator[str]:
    """Each not wider than the terminal; what is longer goes on below, indented."""
    for line in _lines(program, folder, others, offer, width):
        yield from wrapped(line, width)


def wrapped(line: str, width: int) -> list[str]:
    """Between words; a path or an address is a word, and stays whole."""
    return textwrap.wrap(
        line,
        max(width, 20),
        subsequent_indent="      ",
        drop_whitespace=True,
        replace_whitespace=False,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]


def _lines(program: str, folder: Path, others: Sequence[Path], offer: Offer, width: int) -> Iterator[str]:
    yield f"{program} in {shown(str(folder))}"
    yield from (f"  read: {shown(str(one))}" for one in offer.found.folders if one != folder)
    yield from (f"  found too: {shown(str(one))} (name it to read it instead)" for one in others)
    yield from _titled("Credentials", _credential_rows(offer.credentials, width))
    yield from _titled("Stays there", _left_out(offer.found.left_out))
    yield from _titled("Settings", _setting_rows(offer.settings))
    yield from _titled("Keys", _key_rows(offer.keys))
    yield from _titled("Other settings and keys", _left_out((*offer.settings_left_out, *offer.keys_left_out)))
    yield ""
    yield _summary(offer)


def _titled(title: str, rows: Iterable[str]) -> Iterator[str]:
    for number, row in enumerate(rows):
        if not number:
            yield from ("", title)
        yield row


def _credential_rows(rows: Sequence[OfferedCredential], width: int) -> Iterator[str]:
    if width < _WIDE:
        for one in rows:
            credential = one.brought.credential
            yield f"  {shown(credential.label)} ({credential.kind})"
            yield f"    {shown_name(one.brought.file)}: {_standing(one)}"
        return
    files = [shown_name(one.brought.file) for one in rows]
    kinds, labels = max(map(len, _kinds(rows)), default=0), max((len(_label(one)) for one in rows), default=0)
    longest = min(max(map(len, files), default=0), 40)
    for file, one in zip(files, rows, strict=True):
        kind = one.brought.credential.kind
        yield f"  {padded(file, longest)}  {kind:<{kinds}}  {padded(_label(one), labels)}  {_standing(one)}"


def _kinds(rows: Iterable[OfferedCredential]) -> list[str]:
    return [one.brought.credential.kind for one in rows]


def _label(one: OfferedCredential) -> str:
    return one.brought.credential.label


def _standing(one: OfferedCredential) -> str:
    words = [_STANDINGS[one.standing]]
    if one.same_as and one.same_as != _label(one):
        words[0] += f" as {one.same_as}" if one.standing == "here" else f" ({one.same_as})"
    if one.standing == "new" and not one.brought.credential.settings.enabled:
        words.append("stays off")
    if one.brought.remark:
        words.append(one.brought.remark)
    return shown(", ".join(words))


def _left_out(rows: Iterable[LeftOut]) -> Iterator[str]:
    yield from (f"  {shown_name(one.what)}: {shown(one.why)}" for one in rows)


def _setting_rows(rows: Iterable[OfferedSetting]) -> Iterator[str]:
    for one in rows:
        old = shown(one.old) or "(empty)"
        beside = _beside(one.setting.source, one.setting.name, one.held_by)
        yield f"  {one.setting.name}: {old} → {shown(str(one.setting.value))}{beside}"


def _key_rows(rows: Iterable[OfferedKey]) -> Iterator[str]:
    for one in rows:
        how = "replaces yours" if one.had else "is set"
        yield f"  {one.key.door} key: {how}{_beside(one.key.source, '', one.held_by)}"


def _beside(source: str, ours: str, held_by: str) -> str:
    """What it is called there, if otherwise than here; and what decides here, whatever the file says."""
    words = [shown_name(source)] if source.lower() != ours else []
    words += [f"but {held_by} decides here"] if held_by else []
    return f"  ({', '.join(words)})" if words else ""


def _summary(offer: Offer) -> str:
    if offer.is_empty:
        return "Nothing new: all of it is here, or stays there."
    off = sum(one.standing == "new" and not one.brought.credential.settings.enabled for one in offer.brings)
    switched = f" ({off} of them switched off)" if off else ""
    parts = [f"{_counted(len(offer.brings), 'credential')}{switched}"] if offer.brings else []
    parts += [_counted(len(offer.settings), "setting")] if offer.settings else []
    parts += [" and ".join(f"the {one.key.door} key" for one in offer.keys)] if offer.keys else []
    return f"To take: {', '.join(parts)}. Nothing there is changed."


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def as_data(program: str, folder: Path, offer: Offer, taken: Taken | None) -> dict[str, Any]:
    """For --json."""
    return {
        "program": program,
        "folder": str(folder),
        "folders": [str(one) for one in offer.found.folders],
        "credentials": [_credential_data(one) for one in offer.credentials],
        "left_out": _left_out_data(offer.found.left_out),
        "settings": [_setting_data(one) for one in offer.settings],
        "settings_left_out": _left_out_data(offer.settings_left_out),
        "keys": [_key_data(one) for one in offer.keys],
        "keys_left_out": _left_out_data(offer.keys_left_out),
        "taken": _taken_data(taken) if taken else None,
    }


def _credential_data(one: OfferedCredential) -> dict[str, Any]:
    credential = one.brought.credential
    return {
        "file": shown_name(one.brought.file),
        "kind": credential.kind,
        "label": credential.label,
        "project": credential.project,
        "enabled": credential.settings.enabled,
        "state": one.standing,
        "same_as": one.same_as,
        "remark": one.brought.remark,
    }


def _left_out_data(rows: Iterable[LeftOut]) -> list[dict[str, str]]:
    return [{"what": shown_name(one.what), "why": one.why, "key": one.why.key} for one in rows]


def _setting_data(one: OfferedSetting) -> dict[str, Any]:
    wanted = one.setting
    return {
        "name": wanted.name,
        "old": one.old,
        "new": str(wanted.value),
        "from": shown_name(wanted.source),
        "held_by": one.held_by,
    }


def _key_data(one: OfferedKey) -> dict[str, Any]:
    return {
        "key": one.key.door,
        "setting": KEY_SETTINGS[one.key.door],
        "from": shown_name(one.key.source),
        "replaces": one.had,
        "held_by": one.held_by,
    }


def _taken_data(taken: Taken) -> dict[str, Any]:
    result = taken.result
    return {
        "added": [one.label for one in result.added],
        "renewed": [one.label for one in result.renewed],
        "duplicates": list(result.duplicates),
        "config_before": str(taken.kept) if taken.kept else "",
    }
