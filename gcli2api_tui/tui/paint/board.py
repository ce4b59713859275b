"""The dashboard's figures and the status row, from a snapshot to lines of exact width. Pure."""

from gcli2api_tui.ledger.records import CredentialRow, CredentialState, ExchangeRow, ExchangeState, LogRow, Snapshot
from gcli2api_tui.tui.paint.cells import Line, Tone, fit, fit_line, joined, plain, spread, width_of
from gcli2api_tui.tui.paint.credential import glyph_of, pace, state_words
from gcli2api_tui.tui.paint.exchange import error_of, state_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.numbers import bar, clock, seconds, spark, until


def live_count(snapshot: Snapshot) -> int:
    return sum(row.live for row in snapshot.exchanges)


def ready_count(snapshot: Snapshot) -> int:
    return sum(row.serves for row in snapshot.credentials)


def status(snapshot: Snapshot, width: int, look: Look) -> Line:
    """Address, credentials, running, rate; DEMO, DISK and the clock at the right. Pieces drop out when narrow."""
    word, glyphs = look.words, look.glyphs
    ready, total = ready_count(snapshot), len(snapshot.credentials)
    lamp: Tone = "ok" if ready else "warn" if total else "dim"
    pieces: list[Line] = [
        ((f"{glyphs.ready if ready else glyphs.off} ", lamp), (_address(snapshot, width), "bold")),
        ((word("status.creds", ready=ready, total=total), "plain"),),
        ((word("status.live", n=live_count(snapshot)), "plain"),),
        ((word("status.rate", n=_current(snapshot)), "plain"),),
    ]
    if width >= 90:
        pieces.append(((_success(snapshot, look), "dim"),))
    demo: Line = ((f" {word('status.demo')} ", "chip"), (" ", "plain")) if snapshot.server.demo else ()
    gap = f" {glyphs.bar} " if width >= 70 else f" {glyphs.dot} "
    disk: Line = ((f" ! {word('status.disk')} ", "bad"), (" ", "plain")) if snapshot.degraded else ()
    end: Line = (("  ", "plain"), *disk, *demo, (clock(look.now), "dim"))
    while len(pieces) > 1 and width_of(joined(pieces, gap)) + width_of(end) > width:
        pieces.pop()
    return spread(joined(pieces, gap), end, width)


def _address(snapshot: Snapshot, width: int) -> str:
    address = plain(snapshot.server.url.split("://")[-1])
    return address if width >= 70 else ":" + address.rpartition(":")[2] if address else "-"


def _current(snapshot: Snapshot) -> int:
    return snapshot.totals.per_minute[-1] if snapshot.totals.per_minute else 0


def _success(snapshot: Snapshot, look: Look) -> str:
    totals = snapshot.totals
    ended = totals.ok + totals.failed
    return look.words("fig.ok", percent=f"{totals.ok / ended * 100:.1f}") if ended else look.words("fig.no_traffic")


def traffic(snapshot: Snapshot, width: int, height: int, look: Look) -> list[Line]:
    """Requests and errors of the last hour, times and counts; as many lines as fit."""
    totals = snapshot.totals
    lines = [
        _series("traffic.requests", totals.per_minute, "accent", width, look),
        _times(snapshot, width, look),
        _series("traffic.errors", totals.errors_per_minute, "bad", width, look),
        _counts(snapshot, width, look),
    ]
    shown = lines[:height]
    return shown if height < 4 else [lines[0], lines[2], lines[1], lines[3]]


def _series(key: str, values: tuple[int, ...], tone: Tone, width: int, look: Look) -> Line:
    label = look.words(key)
    now, top = (values[-1], max(values)) if values else (0, 0)
    end: Line = ((f" {look.words('traffic.now', n=now)}", "plain"), (f" {look.words('traffic.max', n=top)}", "dim"))
    room = max(0, width - 9 - width_of(end))
    line: Line = (*fit_line(((label, "dim"),), 8), (" ", "plain"), (spark(values, min(60, room), look.glyphs), tone))
    return fit_line((*line, *end), width)


def _times(snapshot: Snapshot, width: int, look: Look) -> Line:
    totals, word = snapshot.totals, look.words
    runs: Line = (
        (fit(word("col.ttft"), 9), "dim"), (seconds(totals.ttft_p50_s), "plain"), ("  p95 ", "dim"),
        (seconds(totals.ttft_p95_s), "plain"), ("  ", "plain"), (_success(snapshot, look), "plain"),
    )  # fmt: skip
    if totals.tokens_per_s is not None and width >= 50:
        runs += ((f"  {totals.tokens_per_s:.0f} tok/s", "dim"),)
    return fit_line(runs, width)


def _counts(snapshot: Snapshot, width: int, look: Look) -> Line:
    totals, word = snapshot.totals, look.words
    parts = [word("fig.done", n=totals.ok), f"429 {totals.rate_limited}", word("fig.hidden", n=totals.hidden_retries)]
    parts += [word("fig.failed", n=totals.failed), word("fig.left", n=totals.cancelled)]
    return fit_line((("  ".join(parts), "dim"),), width)


def quota(snapshot: Snapshot, width: int, height: int, look: Look) -> list[Line]:
    """The pool's day: only known limits are summed, and the line says of how many."""
    rows = _quotas(snapshot)
    known = [row for row in rows if row.limit and row.state is not CredentialState.DISABLED]
    used, limit = sum(row.used_today for row in known), sum(row.limit or 0 for row in known)
    if not known:
        today = sum(row.used_today for row in rows)
        lines = [fit_line(((look.words("quota.none_known", n=today), "dim"),), width)]
    else:
        lines = [_pool_bar(used, limit, width, look), _known(rows, known, width, look)]
    return [*lines, _states(snapshot, width, look), _warning(snapshot, width, look)][:height]


def _quotas(snapshot: Snapshot) -> list[CredentialRow]:
    """One row for each quota: keys of one project show the same one."""
    found: dict[str, CredentialRow] = {}
    for row in snapshot.credentials:
        name = f"project {row.shares}" if row.shares else row.id
        if name not in found or found[name].state is CredentialState.DISABLED:
            found[name] = row
    return list(found.values())


def _pool_bar(used: int, limit: int, width: int, look: Look) -> Line:
    figures = f"{used}/{limit} "
    percent = f" {used / limit * 100:.0f}%"
    filled, rest = bar(used / limit, max(4, min(30, width - len(figures) - len(percent))), look.glyphs)
    tone: Tone = "bad" if used >= limit else "warn" if used >= limit * 0.9 else "ok"
    return fit_line(((figures, "bold"), (filled, tone), (rest, "dim"), (percent, "plain")), width)


def _known(rows: list[CredentialRow], known: list[CredentialRow], width: int, look: Look) -> Line:
    """How many limits the bar sums, when the first quota is whole again, and whether the pool lasts until then."""
    text = look.words("quota.known", known=len(known), total=len(rows))
    ends = [row.resets_at for row in rows if row.limit and row.resets_at is not None]
    if ends:
        text += f"  {look.words('cred.resets', span=until(min(ends), look))}"
    per_hour = sum(row.pace_per_hour for row in known)
    if not per_hour:
        return fit_line(((text, "dim"),), width)
    left = sum(max(0, (row.limit or 0) - row.used_today) for row in known)
    first, out_at = min(ends, default=None), look.minute + left * 3600 / per_hour
    lasts = first is not None and first <= out_at
    return fit_line(((f"{text}  ", "dim"), pace(per_hour, None if lasts else out_at, first, look)), width)


def _states(snapshot: Snapshot, width: int, look: Look) -> Line:
    rows, word = snapshot.credentials, look.words
    ready = ready_count(snapshot)
    cooling = sum(row.state is CredentialState.COOLING and not row.serves for row in rows)
    off = sum(row.state is CredentialState.DISABLED for row in rows)
    bad = len(rows) - ready - cooling - off
    runs: list[Line] = [((word("pool.ready", n=ready), "ok" if ready else "plain"),)]
    runs += [((word("pool.cooling", n=cooling), "warn"),)] if cooling else []
    runs += [((word("pool.broken", n=bad), "bad"),)] if bad else []
    runs += [((word("pool.off", n=off), "dim"),)] if off else []
    return fit_line(joined(runs, f" {look.glyphs.dot} "), width)


def _warning(snapshot: Snapshot, width: int, look: Look) -> Line:
    text = next(iter((*snapshot.server.warnings, snapshot.degraded)), "")
    return fit_line(((f"! {look.said(text)}" if text else "", "warn"),), width)


def problem(snapshot: Snapshot, width: int, height: int, look: Look) -> list[Line]:
    """The troubles: first who needs a person, then the newest failed or rescued exchanges and warnings of the log."""
    waiting = [_needs_person(row, look) for row in snapshot.credentials if _waits(row)]
    troubles: list[tuple[float, Line]] = [
        (row.opened_at, _trouble(row, look)) for row in snapshot.exchanges if _is_trouble(row)
    ]
    troubles += [(row.at, _log_trouble(row, look)) for row in snapshot.log if row.level in ("warning", "error")]
    troubles.sort(key=lambda trouble: trouble[0], reverse=True)
    lines = waiting[: max(1, height // 2)]
    lines += [((f"{clock(at)} ", "dim"), *line) for at, line in troubles[: height - len(lines)]]
    return [fit_line(line, width) for line in lines or [((look.words("problem.none"), "dim"),)]]


def _waits(row: CredentialRow) -> bool:
    return row.state.waits_for_person and row.state is not CredentialState.DISABLED


def _needs_person(row: CredentialRow, look: Look) -> Line:
    glyph, tone = glyph_of(row, look)
    return ((f"{glyph} {plain(row.label)}  {state_words(row, look)}  ", tone), (look.said(row.why), "dim"))


def _is_trouble(row: ExchangeRow) -> bool:
    return row.state is ExchangeState.FAILED or (row.retried and not row.live)


def _trouble(row: ExchangeRow, look: Look) -> Line:
    word, tone = state_of(row)
    if error := error_of(row, look):
        return ((f"{word} ", tone), (error, "plain"))
    chain = f" {look.glyphs.arrow} ".join(
        f"{plain(hop.label).split('@')[0]} {hop.status or ''}".strip() for hop in row.hops
    )
    return ((f"{word} ", tone), (look.words("problem.rescued", chain=chain), "plain"))


def _log_trouble(row: LogRow, look: Look) -> Line:
    return (("! ", "bad" if row.level == "error" else "warn"), (look.said(row.text), "plain"))


def summary(snapshot: Snapshot, width: int, look: Look) -> Line:
    """Above the credentials: how many, of the pool's day, and who is next."""
    following = next((row.label for row in snapshot.credentials if row.next_in_rotation == 1), "")
    parts: list[Line] = [((look.words("creds.files", n=len(snapshot.credentials)), "bold"),)]
    parts += [_states_runs(snapshot, look)]
    parts += [((look.words("creds.next", label=plain(following)), "dim"),)] if following else []
    parts += [((plain(snapshot.server.strategy), "dim"),)] if snapshot.server.strategy and width >= 60 else []
    return fit_line(joined(parts, f" {look.glyphs.dot} "), width)


def _states_runs(snapshot: Snapshot, look: Look) -> Line:
    return ((look.words("pool.ready", n=ready_count(snapshot)), "ok" if ready_count(snapshot) else "plain"),)
