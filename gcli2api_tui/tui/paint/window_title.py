"""The window's title: what runs, and how much is left of the model that is nearest to its end. Pure.

In: a snapshot. Out: `● 2 live · pro 36 %`; the same text while it reads the same, so that nothing is sent.
"""

from collections.abc import Iterable

from gcli2api_tui.ledger.credential_rows import CredentialRow
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.model_names import short
from gcli2api_tui.tui.paint.status_row import live_count, ready_count


def window_title(snapshot: Snapshot, look: Look) -> str:
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
