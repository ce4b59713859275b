"""The filter of the Requests list: bare words, `st:429` `m:flash` `cred:alice` `is:live` `is:err`. Pure.

A space means and. Words are looked for in model, credential, client and error, case ignored.
"""

from collections.abc import Callable

from gcli2api_tui.ledger.records import ExchangeRow, ExchangeState

IS = ("live", "err", "retried")


def unknown(text: str) -> str:
    """The first token that looks like a filter of ours and is none; empty where all are understood."""
    for token in text.casefold().split():
        name, colon, value = token.partition(":")
        if not colon or not name.isalpha() or "//" in value:
            continue
        known = name in ("st", "m", "cred", "is")
        if not known or (name == "is" and value and value not in IS) or (name == "st" and not _is_status(value)):
            return token
    return ""


def _is_status(value: str) -> bool:
    return value in ("", "err") or value.removesuffix("xx").isdigit()


def matches(row: ExchangeRow, text: str, said: Callable[[str], str] = str) -> bool:
    """`said`: an error as the screen says it."""
    return all(_token(row, token, said) for token in text.casefold().split())


def _token(row: ExchangeRow, token: str, said: Callable[[str], str]) -> bool:
    name, colon, value = token.partition(":")
    if not colon or name not in ("st", "m", "cred", "is"):
        return token in f"{row.model} {row.label} {row.client} {row.error} {said(row.error)} {row.path}".casefold()
    if name == "st":
        return _status(row, value)
    if name == "m":
        return value in row.model.casefold()
    if name == "cred":
        return any(value in hop.label.casefold() for hop in row.hops)
    return _is(row, value)


def _status(row: ExchangeRow, value: str) -> bool:
    """`429`, `4xx`, or the beginning of it; hidden attempts count as well."""
    wanted = value.removesuffix("xx")
    if value == "err":
        return _is(row, value)
    return any(str(status).startswith(wanted) for status in (row.status, *(hop.status for hop in row.hops)) if status)


def _is(row: ExchangeRow, value: str) -> bool:
    if value == "live":
        return row.live
    if value == "err":
        return row.state is ExchangeState.FAILED
    return value == "retried" and row.retried
