"""The dashboard on a wide screen: its left column, and a request of its middle in two lines.

In: a snapshot, a size. Out: who needs you, today by the tightest model, the instances, the next day (a cell an hour),
figures of the day; at most `height` entries, and no section is drawn that has nothing to tell. Pure.
"""

import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping

from gcli2api_tui.ledger.credential_rows import CredentialRow
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, broke, duration_s
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.paint import credential_row
from gcli2api_tui.tui.paint import dashboard_sections as sections
from gcli2api_tui.tui.paint.cells import Line, Run, Steps, fit, fit_line, plain, width_of
from gcli2api_tui.tui.paint.credential_row import needs_person, short_label, tightest
from gcli2api_tui.tui.paint.dashboard import few, shared
from gcli2api_tui.tui.paint.dashboard_sections import Entry, Target, chain, lost
from gcli2api_tui.tui.paint.exchange import NO_NAMES, error_of, name_at_end, state_of, waiting
from gcli2api_tui.tui.paint.instances import instances, whose
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import bar, clock, clock_s, count, pace, program, seconds, short, spark

EDGES = (0.5, 1.0, 2.0, 4.0, 8.0)
LEAST = 5
"""Answers before a distribution says anything."""
MINUTE_S = 60.0
HOURS = 24
HOUR_S = 3600.0
INDENT = 9
"""The second line stands under the model."""
_OF_REQUESTS = ("board.first_words", "board.tokens", "board.clients", "board.happened")


def left(snapshot: Snapshot, width: int, height: int, look: Look) -> Steps[list[Entry]]:
    """Each section a step, under its rule, as tall as `shared` lets it be."""
    parts = []
    for part in _parts(snapshot, width, height, look):
        parts.append(part)
        yield
    steps = [(name, 1 + min(len(entries), least)) for name, least, entries in parts if entries]
    room = shared([*steps, *((name, 1 + len(entries)) for name, _, entries in parts if entries)], height)
    shown: list[Entry] = []
    for name, _, entries in parts:
        if (lines := room.get(name, 0)) >= 2:
            shown.append(sections.rule(look.words(name), width, look, _whose(name, snapshot, look)))
            shown += few(entries, lines - 1, "requests" if name in _OF_REQUESTS else "credentials", width, look)
    return shown[:height]


def _whose(section: str, snapshot: Snapshot, look: Look) -> str:
    """Of which instances its figures are; credentials are those of all anyway."""
    if section not in (*_OF_REQUESTS, "board.hour"):
        return ""
    return whose(snapshot, look, own=section == "board.hour")


def _parts(snapshot: Snapshot, width: int, height: int, look: Look) -> Iterator[tuple[str, int, list[Entry]]]:
    """(title, lines that it gets before others get more, entries); the last hour brings its own rule."""
    troubles = sections.troubles(snapshot, width, look, height) or sections.all_well(snapshot, width, look)
    yield "board.needs", 8, troubles
    yield "board.today", 8, sections.today(snapshot, width, look, height)
    yield "board.instances", 4, instances(snapshot, width, look)[1:]
    yield "board.next_day", 6, _strips(snapshot, width, height, look)
    yield "board.hour", 2, [*sections.hour(snapshot, width, look)[1:], *_prompt(snapshot, width, look)]
    yield "board.first_words", 6, [Entry(line) for line in first_words(snapshot, width, look)]
    yield "board.tokens", 1, [Entry(line) for line in tokens(snapshot, width, look)]
    yield "board.clients", 4, [Entry(line) for line in clients(snapshot, width, look)]
    yield "board.happened", 4, sections.happened(snapshot, width, look)


def _prompt(snapshot: Snapshot, width: int, look: Look) -> list[Entry]:
    """How prompt the server itself is."""
    said = pace(snapshot.pace, width - 1, look)
    return [Entry(fit_line(((f" {said}", "dim"),), width), Target("tab", "requests"))] if said else []


def _strips(snapshot: Snapshot, width: int, most: int, look: Look) -> list[Entry]:
    rows = sorted((row for row in snapshot.credentials if worth_a_strip(row)), key=credential_row.rank)
    seen = rows[:most]
    name = sections.name_width(seen, width)
    strips = [Entry(day_strip(row, name, width, look), sections.to_credential(row.id)) for row in seen]
    return [*strips, *[sections.UNSEEN] * (len(rows) - len(seen))]


def first_words(snapshot: Snapshot, width: int, look: Look) -> list[Line]:
    """A histogram: `under 1s ▓▓▓▓▓▓▓ 42`, without the empty ends."""
    waits = [row.ttft_s for row in snapshot.exchanges if row.ttft_s is not None]
    if len(waits) < LEAST:
        return []
    counts = [0] * (len(EDGES) + 1)
    for wait in waits:
        counts[bisect_right(EDGES, wait)] += 1
    shown = [index for index, number in enumerate(counts) if number]
    buckets = [(_bucket(index, look), counts[index]) for index in range(shown[0], shown[-1] + 1)]
    named = max(width_of(((name, "dim"),)) for name, _ in buckets)
    return [_bucket_line(fit(name, named), number, max(counts), width, look) for name, number in buckets]


def _bucket(index: int, look: Look) -> str:
    over = index == len(EDGES)
    return look.words("board.over" if over else "board.under", s=f"{EDGES[index - over]:g}")


def _bucket_line(name: str, number: int, most: int, width: int, look: Look) -> Line:
    start: Line = ((f"{name} ", "dim"),)
    end: Line = ((f" {number}", "plain"),)
    filled, _ = bar(number / most, max(1, width - width_of(start + end)), look.glyphs)
    return fit_line((*start, (filled, "accent"), *end), width)


def tokens(snapshot: Snapshot, width: int, look: Look) -> list[Line]:
    """Tokens answered in each of the last minutes, and how fast they come now."""
    ended = [row for row in snapshot.exchanges if row.ended_at is not None and row.usage.output]
    if not ended:
        return []
    now, speed = look.minute, None if snapshot.all_instances else snapshot.totals.tokens_per_s
    said = look.words("board.tokens_s", n=round(speed)) if speed else look.words("board.tokens_all", n=_total(ended))
    room = max(1, min(60, width - 2 - width_of(((said, "plain"),))))
    minutes = [0] * room
    for row in ended:
        back = int((now + MINUTE_S - (row.ended_at or 0.0)) // MINUTE_S)
        if 0 <= back < room:
            minutes[room - 1 - back] += row.usage.output
    return [fit_line(((spark(minutes, room, look.glyphs), "accent"), (f"  {said}", "plain")), width)]


def _total(rows: list[ExchangeRow]) -> str:
    return count(sum(row.usage.output for row in rows))


def clients(snapshot: Snapshot, width: int, look: Look) -> list[Line]:
    """Requests and tokens of today by program, those that ask most first."""
    midnight = _midnight(look.now)
    rows = [row for row in snapshot.exchanges if row.opened_at >= midnight]
    output: Counter[str] = Counter()
    for row in rows:
        output[row.client] += row.usage.output
    asked, out = Counter[str](), Counter[str]()
    for client, number in Counter(row.client for row in rows).items():  # there are few of them, and many rows
        asked[program(client)] += number
        out[program(client)] += output[client]
    return [_client(name, number, out[name], width, look) for name, number in asked.most_common()]


def _client(name: str, requests: int, output: int, width: int, look: Look) -> Line:
    figures = f"{requests:>5}  {count(output):>5} {look.words('board.out')}"
    room = max(1, width - width_of(((figures, "plain"),)) - 1)
    return fit_line(((fit(name or "-", room) + " ", "plain"), (figures, "dim")), width)


def _midnight(now: float) -> float:
    """The last one here: days of 23 and 25 hours have theirs, too."""
    here = time.localtime(now)
    return time.mktime((here.tm_year, here.tm_mon, here.tm_mday, 0, 0, 0, 0, 0, -1))


def worth_a_strip(row: CredentialRow) -> bool:
    """Something of it runs out, rests or resets within the day."""
    return not needs_person(row) and reset_of(row) is not None


def reset_of(row: CredentialRow) -> float | None:
    use = tightest(row)
    return use.resets_at if use is not None else None


def day_strip(row: CredentialRow, name: int, width: int, look: Look) -> Line:
    """`alice ▓▓▓▓▓░░░░│▓▓▓▓ resets 21:00`. What is not known to end is drawn as lasting."""
    resets = reset_of(row)
    end = f" {look.words('cred.resets_short', at=clock(resets))}" if resets is not None else ""
    room = max(1, min(HOURS, width - name - 1 - width_of(((end, "dim"),))))
    cells = "".join(_cell(row, hour * HOURS / room, look) for hour in range(room))
    at = _place(resets, look, room)
    line: Line = ((fit(short_label(row), name) + " ", "plain"),)
    if at is None:
        return fit_line((*line, (cells, "ok"), (end, "dim")), width)
    return fit_line(
        (*line, (cells[:at], "ok"), (look.glyphs.bar, "accent"), (cells[at + 1 :], "ok"), (end, "dim")), width
    )


def _place(moment: float | None, look: Look, room: int) -> int | None:
    if moment is None or not 0 <= moment - look.now < HOURS * HOUR_S:
        return None
    return int((moment - look.now) / (HOURS * HOUR_S) * room)


def _cell(row: CredentialRow, hour: float, look: Look) -> str:
    moment = look.now + hour * HOUR_S
    return look.glyphs.blocks[8] if serves_at(row, moment) else look.glyphs.rest


def serves_at(row: CredentialRow, moment: float) -> bool:
    """Whether its tightest model is there then, as far as is known."""
    use = tightest(row)
    resting = [
        cooldown for cooldown in row.cooldowns if not cooldown.model or use is None or cooldown.model == use.model
    ]
    if any(moment < cooldown.until for cooldown in resting):
        return False
    if use is None or use.out_at is None or use.outlook != "out":
        return True
    return moment < use.out_at or (use.resets_at is not None and moment >= use.resets_at)


def request_lines(
    row: ExchangeRow, asked: str, width: int, look: Look, names: Mapping[str, str] = NO_NAMES
) -> tuple[Line, Line]:
    """When, what, where, how long; below what was asked, or what happened.

    `asked` are the first words of the prompt, "" where they are not kept; `names` those of several instances.
    """
    word, tone = state_of(row)
    spare = max(0, width - 60)
    wait = row.ttft_s if row.ttft_s is not None else (look.now - row.opened_at if row.live else None)
    runs: list[Run] = [
        (clock_s(row.opened_at) + " ", "dim"), (fit(short(row.model), 6 + spare // 4) + " ", "plain"),
        (fit(plain(row.label).partition("@")[0] or "-", 7 + spare // 4) + " ", "plain"), (fit(word, 4) + " ", tone),
        (f"{seconds(wait):>5} ", "dim"), (f"{seconds(duration_s(row, look.now)):>5} ", "plain"),
        (f"{count(row.usage.output):>4} ", "plain"), (program(row.client), "dim"),
    ]  # fmt: skip
    name = name_at_end(row, names)
    return fit_line(tuple(runs), width), (*_below(row, asked, width - width_of(name), look), *name)


def _below(row: ExchangeRow, asked: str, width: int, look: Look) -> Line:
    """What went wrong, what was hidden from the client, else the first words of the prompt."""
    pad = " " * INDENT
    if error := error_of(row, look):
        return fit_line(((pad, "dim"), (error, "bad")), width)
    if row.waits_until is not None:
        return fit_line(((pad, "dim"), (waiting(row, look), "warn")), width)
    if row.state is ExchangeState.CANCELLED:
        return fit_line(((pad, "dim"), (look.words("row.left"), "dim")), width)
    if row.retried and not broke(row):
        start: Line = ((pad, "dim"), (chain(row, look), "warn"))
        told = f"  {look.words('board.saw_nothing')} {lost(row)}"
        return fit_line((*start, (told if width_of(start) + 12 < width else "", "dim")), width)
    return fit_line(((pad, "dim"), (plain(asked), "dim")), width)
