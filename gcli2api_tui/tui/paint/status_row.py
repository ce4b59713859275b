"""The status row, the line above the credentials, and the window's title: a snapshot as lines of exact width. Pure."""

from collections import Counter
from collections.abc import Iterable

from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.tui.paint.cells import Line, Tone, fit_line, joined, plain, spread, width_of
from gcli2api_tui.tui.paint.dashboard_credentials import next_up
from gcli2api_tui.tui.paint.instances import whose
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import clock, names_of, seconds, short


def live_count(snapshot: Snapshot) -> int:
    return sum(row.live for row in snapshot.exchanges)


def ready_count(snapshot: Snapshot) -> int:
    return sum(row.serves for row in snapshot.credentials)


def status(snapshot: Snapshot, width: int, look: Look) -> Line:
    """Address, who is ready, what runs, the rate; DEMO, DISK and the clock at the right. What does not fit goes."""
    word = look.words
    demo: Line = ((f" {word('status.demo')} ", "chip"), (" ", "plain")) if snapshot.server.demo else ()
    refuses = "status.database" if quoted(snapshot.degraded).key.startswith("cluster.") else "status.disk"
    disk: Line = ((f" ! {word(refuses)} ", "bad"), (" ", "plain")) if snapshot.degraded else ()
    lost = _lost(snapshot, look)
    private: Line = ((f" {word('status.private')} ", "chip"), (" ", "plain")) if look.private else ()
    end: Line = (("  ", "plain"), *lost, *disk, *private, *demo, (clock(look.now), "dim"))
    start = _start(snapshot, width, look)
    room = width - width_of(start) - width_of(end) - 2
    pieces = [start, _ready(snapshot, width, room, look), *_traffic(snapshot, width, look)]
    while len(pieces) > 1 and width_of(joined(pieces, "  ")) + width_of(end) > width:
        pieces.pop()
    return spread(joined(pieces, "  "), end, width)


def _lost(snapshot: Snapshot, look: Look) -> Line:
    """How old all of it is, where the server is elsewhere and not heard."""
    if snapshot.lost_at is None:
        return ()
    span = seconds(max(0.0, snapshot.at - snapshot.lost_at))
    return ((f" ! {look.words('status.lost', span=span)} ", "bad"), (" ", "plain"))


def _start(snapshot: Snapshot, width: int, look: Look) -> Line:
    ready, total = ready_count(snapshot), len(snapshot.credentials)
    lamp: Tone = "ok" if ready else "warn" if total else "dim"
    glyph = look.glyphs.ready if ready else look.glyphs.off
    return ((f"{glyph} ", lamp), (_address(snapshot, width), "bold"))


def _address(snapshot: Snapshot, width: int) -> str:
    address = plain(snapshot.server.url.split("://")[-1])
    return address if width >= 70 else ":" + address.rpartition(":")[2] if address else "-"


def _ready(snapshot: Snapshot, width: int, room: int, look: Look) -> Line:
    """`5/6 ready`; where some rest for one model only, by as many models as have `room`: `pro 4/6 flash 6/6`."""
    word, rows = look.words, snapshot.credentials
    if not rows:
        return ((word(f"status.{snapshot.starting or 'none'}"), "plain"),)
    by_model = ready_by_model(snapshot)
    most = (2 if width < 70 else 3) if len({ready for _, ready in by_model}) > 1 else 0
    for shown in range(most, 0, -1):
        counts = " ".join(f"{name} {ready}/{len(rows)}" for name, ready in by_model[:shown])
        line: Line = ((counts if width < 70 else word("status.ready_by", counts=counts), "plain"),)
        if width_of(line) <= room:
            return line
    return ((word("status.ready", ready=ready_count(snapshot), total=len(rows)), "plain"),)


def ready_by_model(snapshot: Snapshot) -> list[tuple[str, int]]:
    """(short name, how many serve it now): of those that rest somewhere, then of those asked for most today."""
    ready, resting = 0, Counter[str]()
    for row in snapshot.credentials:
        if row.serves:
            ready += 1
            resting.update({cooldown.model for cooldown in row.cooldowns})
    models = list(dict.fromkeys([*sorted(resting), *(one.model for one in snapshot.next_up)]))
    names = names_of(models)
    return [(names[model], ready - resting[model]) for model in models]


def _traffic(snapshot: Snapshot, width: int, look: Look) -> list[Line]:
    """What runs and how it goes; figures that mean nothing yet are not there."""
    word, totals, live, rate = look.words, snapshot.totals, live_count(snapshot), _current(snapshot)
    if snapshot.all_instances:
        live += sum(one.in_flight for one in snapshot.server.instances if not one.own)
        rate = round(sum(one.per_minute for one in snapshot.server.instances))
    if not (totals.requests or live or rate):
        return []
    name = whose(snapshot, look) if snapshot.all_instances or width >= 70 else ""
    told = word("status.live", n=live)
    running = word("status.whose", whose=name, what=told) if name else told
    pieces: list[Line] = [((running, "accent" if live else "dim"),), ((word("status.rate", n=rate), "plain"),)]
    if snapshot.all_instances:
        return pieces
    ended = totals.ok + totals.failed
    if ended:
        pieces.append(((word("fig.ok", percent=f"{totals.ok / ended * 100:.1f}"), "dim"),))
    if totals.ttft_p50_s is not None and width >= 110:
        spans = word("status.first_word", p50=seconds(totals.ttft_p50_s), p95=seconds(totals.ttft_p95_s))
        pieces.append(((spans, "dim"),))
    return pieces


def _current(snapshot: Snapshot) -> int:
    return snapshot.totals.per_minute[-1] if snapshot.totals.per_minute else 0


def summary(snapshot: Snapshot, width: int, look: Look) -> Line:
    """Above the credentials: how many, how they stand, and who is next for which model."""
    word, rows = look.words, snapshot.credentials
    off = sum(row.state is CredentialState.DISABLED for row in rows)
    parts: list[Line] = [((word("creds.files", n=len(rows)), "bold"),)]
    parts += [((word("pool.ready", n=ready_count(snapshot)), "ok" if ready_count(snapshot) else "plain"),)]
    parts += [((word("pool.off", n=off), "dim"),)] if off else []
    start = joined(parts, "  ")
    following = next_up(snapshot, look, max(0, width - width_of(start) - 2))
    return spread(fit_line(start, min(width, width_of(start))), ((following, "dim"),), width)


def window_title(snapshot: Snapshot, look: Look) -> str:
    """`● 2 live · pro 36 %`: what runs, and how much is left of the model that is nearest to its end.

    The same text while it reads the same, so that nothing is sent.
    """
    glyphs, word, live = look.glyphs, look.words, live_count(snapshot)
    lamp = glyphs.ready if ready_count(snapshot) else glyphs.off
    parts = [word("status.live", n=live)] if live else []
    parts += [f"{name} {percent} %" for name, percent in _tightest(snapshot.credentials)]
    return f"{lamp} {f' {glyphs.dot} '.join(parts) or 'gcli2api-tui'}"


def _tightest(rows: Iterable[CredentialRow]) -> list[tuple[str, int]]:
    """(short name, percent left in the whole pool) of one model; the pool's limits for one model can be added up."""
    left: dict[str, int] = {}
    limit: dict[str, int] = {}
    seen: set[tuple[str, str]] = set()
    for row in rows:
        for use in row.quotas:
            if use.model and use.limit and use.left is not None and (row.shares or row.id, use.model) not in seen:
                seen.add((row.shares or row.id, use.model))
                left[use.model] = left.get(use.model, 0) + use.left
                limit[use.model] = limit.get(use.model, 0) + use.limit
    shares = sorted((left[model] * 100 // limit[model], model) for model in limit)
    return [(short(model), percent) for percent, model in shares[:1]]
