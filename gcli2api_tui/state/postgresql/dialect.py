"""SQLite's statements as PostgreSQL takes them. Pure: one SQL text in, one out.

Tables, upserts, sums and bounds are written once, in `schema`, `statements` and their siblings; here is what
differs between the engines. Invariant: what a statement does is the same on both (tests/state runs both).
"""

import re
from collections.abc import Callable
from functools import cache
from re import Match

from gcli2api_tui.state import retention, schema, statements

REPLACED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "cooldown": (("credential", "model"), ("until", "kind", "message", "link", "said")),
    "binding": (("conversation",), ("credential", "at")),
    "owned": (("name",), ("credential", "until")),
    "signature": (("key",), ("signature", "at")),
    "response": (("id",), ("at", "size", "content")),
    "lesson": (("model", "ability", "value"), ("words", "at")),
    "model_end": (("model", "backend", "kind"), ("said", "at")),
    "client_key": (("digest",), ("content",)),
}
"""Table → its key and its other columns, of those whose rows are replaced whole."""

THIS = "current_setting('gcli2api.instance')"
"""Who asks: an exchange has a number on each instance."""

BY_HAND = {
    statements.PUT_EXCHANGE: (
        f"INSERT INTO exchange (id, opened_at, content, instance) VALUES (%s, %s, %s, {THIS}) "
        "ON CONFLICT (instance, id) DO UPDATE SET opened_at = excluded.opened_at, content = excluded.content"
    ),
    statements.LAST_EXCHANGE: f"SELECT coalesce(max(id), 0) FROM exchange WHERE instance = {THIS}",
    statements.RECENT_EXCHANGES: f"SELECT content FROM exchange WHERE instance = {THIS} ORDER BY id DESC LIMIT %s",
    retention.OLD_EXCHANGES: (
        "DELETE FROM exchange AS old WHERE id <= (SELECT max(id) FROM exchange WHERE instance = old.instance) - %s"
    ),
    schema.VERSION: "SELECT version FROM tables WHERE part = 'shared'",
}
"""Statements whose sense is another where several instances write."""

Rule = tuple[re.Pattern[str], str | Callable[[Match[str]], str]]


def _replacing(found: Match[str]) -> str:
    table, values = found[1], found[2]
    key, others = REPLACED[table]
    sets = ", ".join(f"{name} = excluded.{name}" for name in others)
    return f"INSERT INTO {table} ({', '.join((*key, *others))}) VALUES {values} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sets}"  # noqa: E501


def _adding(found: Match[str]) -> str:
    """A bare name may be the row's or the new one's."""
    return found[1] + re.sub(r"(\w+) = \1 \+ excluded", rf"\1 = {found[2]}.\1 + excluded", found[3])


RULES: tuple[Rule, ...] = (
    (re.compile(r"^INSERT OR REPLACE INTO (\w+) VALUES (\(.*\))$"), _replacing),
    (re.compile(r"^(INSERT INTO (\w+) .*?DO UPDATE SET)(.*)$"), _adding),
    (re.compile(r"\? IS NULL"), "?::text IS NULL"),
    (re.compile(r"LIMIT -1 OFFSET"), "OFFSET"),
    (re.compile(r"\bsum\((\w+)\)(?! OVER)"), r"sum(\1)::bigint"),
    (re.compile(r"(?<![\w.])min\(\?, "), "least(?, "),
    (re.compile(r"date\((\(SELECT .*?\)|least\(\?, \(.*?\)\)), \?\)"), r"((\1)::date + (?)::interval)::date::text"),
    (re.compile(r"\?"), "%s"),
)

TYPES: tuple[Rule, ...] = (
    (re.compile(r"\)\s*WITHOUT ROWID"), ")"),
    (re.compile(r"\bREAL\b"), "DOUBLE PRECISION"),
    (re.compile(r"\bINTEGER\b"), "BIGINT"),
)


@cache
def spoken(sql: str) -> str:
    """Of a statement; there are some dozens."""
    return BY_HAND.get(sql) or _ruled(sql, RULES)


def table(sql: str) -> str:
    """Of a step in the tables' history."""
    return _ruled(sql, TYPES)


def _ruled(sql: str, rules: tuple[Rule, ...]) -> str:
    for pattern, change in rules:
        sql = pattern.sub(change, sql)
    return sql
