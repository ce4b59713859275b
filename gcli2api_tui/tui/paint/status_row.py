"""The status row, and the line above the credentials: from a snapshot to lines of exact width. Pure."""

from collections import Counter

from gcli2api_tui.ledger.credential_rows import CredentialState
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.tui.paint.cells import Line, Tone, fit_line, joined, plain, spread, width_of
from gcli2api_tui.tui.paint.dashboard_sections import next_up
from gcli2api_tui.tui.paint.instances import whose
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.model_names import names_of
from gcli2api_tui.tui.paint.numbers import clock, seconds


def live_count(snapshot: Snapshot) -> int:
    return sum(row.live for row in snapshot.exchanges)


def ready_count(snapshot: Snapshot) -> int:
    return sum(row.serves for row in snapshot.credentials)


def status(snapshot: Snapshot, width: int, look: Look) -> Line:
    """Address, who is ready, what runs, the rate; DEMO, DISK and the clock at the right. What does not fit goes."""
    pieces = [_start(snapshot, width, look), _ready(snapshot, width, look), *_traffic(snapshot, width, look)]
    word = look.words
    demo: Line = ((f" {word('status.demo')} ", "chip"), (" ", "plain")) if snapshot.server.demo else ()
    refuses = "status.database" if quoted(snapshot.degraded).key.startswith("cluster.") else "status.disk"
    disk: Line = ((f" ! {word(refuses)} ", "bad"), (" ", "plain")) if snapshot.degraded else ()
    lost = _lost(snapshot, look)
    private: Line = ((f" {word('status.private')} ", "chip"), (" ", "plain")) if look.private else ()
    end: Line = (("  ", "plain"), *lost, *disk, *private, *demo, (clock(look.now), "dim"))
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


def _ready(snapshot: Snapshot, width: int, look: Look) -> Line:
    """`5/6 ready`; where some rest for one model only, by model: `pro 4/6 flash 6/6 ready`."""
    word, rows = look.words, snapshot.credentials
    if not rows:
        return ((word(f"status.{snapshot.starting or 'none'}"), "plain"),)
    by_model = ready_by_model(snapshot)
    if len({ready for _, ready in by_model}) < 2:
        return ((word("status.ready", ready=ready_count(snapshot), total=len(rows)), "plain"),)
    shown = by_model[: 2 if width < 70 else 3]
    counts = " ".join(f"{name} {ready}/{len(rows)}" for name, ready in shown)
    return ((counts if width < 70 else word("status.ready_by", counts=counts), "plain"),)


def ready_by_model(snapshot: Snapshot) -> list[tuple[str, int]]:
    """(short name, how many serve it now): of those that rest somewhere, then of those asked for most today."""
    ready, resting = 0, Counter[str]()
    for row in snapshot.credentials:
        if row.serves:
            ready += 1
            resting.update({rest.model for rest in row.cooldowns})
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
