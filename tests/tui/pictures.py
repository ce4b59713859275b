"""Every screen at its sizes, in both languages, dark and light, as SVG: `python tests/tui/pictures.py`.

Writes docs/pictures/ and its index. The program is the demo's own, with a seed and a clock that stands still; two
answers are told that run. What a picture shows is linted too (`lint`): `tests/tui/test_pictures.py` asks for that.
"""

import argparse
import asyncio
import contextlib
import dataclasses
import os
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import svg
from rich.cells import cell_len
from textual.pilot import Pilot

from gcli2api_tui.clock import Clock
from gcli2api_tui.control_wiring import Parts
from gcli2api_tui.demo import instance
from gcli2api_tui.demo.history import in_pieces
from gcli2api_tui.demo.setup import demo_setup
from gcli2api_tui.events import records as events
from gcli2api_tui.events.records import THE_CLIENT_KEY, CredentialId, ExchangeId
from gcli2api_tui.messages.message import say
from gcli2api_tui.runtime import Runtime
from gcli2api_tui.simulator.demo_world import ALICE, FLASH, PRO, VOICE
from gcli2api_tui.simulator.texts import ANSWERS, CHINESE_STORY, REGEX, STORY
from gcli2api_tui.simulator.usage import tokens
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.app_messages import OpenExchange
from gcli2api_tui.tui.words import LANGUAGES

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "docs" / "pictures"
MOMENT = 1_795_615_320.0
"""Wednesday, 25 November 2026, 14:02 UTC."""
SEED = 7
FIRST_WORD_S = 0.9
HOME = "gcli2api-tui"
LANGUAGES_SHOWN = ("en", "zh")
THEMES = {"dark": "dark", "light": "light"}
PHONE, TERMINAL, DESK = (45, 20), (80, 24), (160, 50)
SIZES = (PHONE, TERMINAL, DESK)
MORE_SIZES = ((45, 40), (120, 30))
LARGEST, LARGEST_DESK = 25_000, 45_000
"""Bytes of a picture."""


@dataclass(frozen=True)
class Shot:
    """What is pressed from the dashboard on; `more` says that it is drawn at further sizes too.

    `@live` and `@rescued` open such an exchange, as a tap on it does. A part that was chosen stays for the next shot.
    """

    name: str
    keys: tuple[str, ...] = ()
    more: bool = False
    empty: bool = False
    """On an empty home."""


SHOTS = (
    Shot("first-run", empty=True, more=True),
    Shot("dashboard", ("d",), more=True),
    Shot("requests", ("r",), more=True),
    Shot("answer", ("@live",)),
    Shot("prompt", ("@live", "tab")),
    Shot("path", ("@rescued", "tab")),
    Shot("wire", ("@rescued", "tab")),
    Shot("credentials", ("c",), more=True),
    Shot("credential", ("c", "down", "enter")),
    Shot("use", ("u",)),
    Shot("usage", ("u", "tab")),
    Shot("keys", ("u", "tab")),
    Shot("play", ("p",)),
    Shot("logs", ("l",)),
    Shot("options", ("o",)),
    Shot("help", ("r", "question_mark")),
    Shot("palette", ("colon",)),
    Shot("add", ("a",)),
    Shot("sign-in", ("a", "2")),
    Shot("trouble", ("exclamation_mark",)),
)


@dataclass
class Album:
    """What was drawn: file name → SVG, and the lines of text behind it."""

    pictures: dict[str, str] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)

    def take(self, name: str, panel: Panel) -> None:
        strips = panel.screen._compositor.render_strips()
        rows = svg.of_strips(strips)
        width = panel.size.width
        ground = _ground(rows)
        self.pictures[name] = svg.still(rows, width, ground, name.removesuffix(".svg"))
        self.texts[name] = ["".join(run.text for run in row) for row in rows]

    def too_large(self) -> Iterator[tuple[str, int]]:
        for name, text in self.pictures.items():
            if len(text.encode()) > (LARGEST_DESK if "160x50" in name else LARGEST):
                yield name, len(text.encode())


def _ground(rows: Sequence[svg.Row]) -> str:
    """The colour that most cells stand on."""
    cells: dict[str, int] = {}
    for row in rows:
        for run in row:
            cells[run.bg] = cells.get(run.bg, 0) + cell_len(run.text)
    return max(cells, key=lambda bg: cells[bg]) or "#121212"


async def album(shots: Sequence[Shot] = SHOTS, languages: Sequence[str] = LANGUAGES_SHOWN,
                themes: Sequence[str] = tuple(THEMES), sizes: Sequence[tuple[int, int]] = SIZES) -> Album:  # fmt: skip
    os.environ["TZ"] = "UTC"
    time.tzset()
    taken = Album()
    async with _filled() as full, _empty() as empty:
        for language in languages:
            for theme in themes:
                for size in (*sizes, *(MORE_SIZES if sizes is SIZES else ())):
                    wanted = [shot for shot in shots if size in sizes or shot.more]
                    for runtime, some in ((full, False), (empty, True)):
                        among = [shot for shot in wanted if shot.empty is some]
                        if among:
                            await _session(taken, runtime, among, language, theme, size)
    return taken


async def _session(
    taken: Album, runtime: Runtime, shots: Sequence[Shot], language: str, theme: str, size: tuple[int, int]
) -> None:
    panel = runtime.new_panel(None)
    panel._look = dataclasses.replace(panel._look, words=panel._look.words.__class__(language))
    panel._driver_class = None  # type: ignore[assignment]
    panel.theme = THEMES[theme]
    async with panel.run_test(size=size) as pilot:
        await _settled(pilot)
        for shot in shots:
            for key in shot.keys:
                if key.startswith("@"):
                    panel.post_message(OpenExchange(_exchange(panel, key)))
                else:
                    await pilot.press(key)
                await _settled(pilot)
            taken.take(f"{shot.name}-{size[0]}x{size[1]}-{language}-{theme}.svg", panel)
            await pilot.press("escape", "escape", "escape", "escape", "d")


def _exchange(panel: Panel, kind: str) -> ExchangeId:
    rows = panel.snapshot.exchanges
    return next(row.id for row in reversed(rows) if (row.live if kind == "@live" else row.retried and not row.live))


async def _settled(pilot: Pilot[object]) -> None:
    """Until nothing changes any more."""
    before, panel = "", pilot.app
    for _ in range(40):
        await pilot.pause()
        await asyncio.sleep(0.03)
        lines = panel.screen._compositor.render_strips()
        now = "\n".join(line.text for line in lines)
        if now == before:
            return
        before = now


@contextlib.asynccontextmanager
async def _filled() -> AsyncIterator[Runtime]:
    with tempfile.TemporaryDirectory() as folder:
        async with instance.prepared(SEED, 0, str(Path(folder) / HOME), clock=_still_clock()) as prepared:
            runtime = _runtime(prepared.setup, prepared.staging)
            _tell_live(runtime.parts)
            yield runtime
            await runtime.close()


@contextlib.asynccontextmanager
async def _empty() -> AsyncIterator[Runtime]:
    with tempfile.TemporaryDirectory() as folder:
        setup = instance.against("http://127.0.0.1:9", demo_setup(str(Path(folder) / HOME), 0, _still_clock()))
        runtime = _runtime(dataclasses.replace(setup, demo=False), None)
        yield runtime
        await runtime.close()


def _still_clock() -> Clock:
    return Clock(now=lambda: MOMENT, monotonic=lambda: 1_000.0)


def _runtime(setup: object, staging: object) -> Runtime:
    return Runtime(setup, "http://127.0.0.1:7861", "local", screen=False, staging=staging)  # type: ignore[arg-type]


def _tell_live(parts: Parts) -> None:
    """Three answers that run, told as the relay tells them."""
    ids = {row.label: row.id for row in parts.control.snapshot().credentials}
    for program, model, label, question, ago_s in (
        ("Cherry Studio 1.6.5", PRO, "vertex", CHINESE_STORY, 7.0),
        ("Cursor 1.7.38", PRO, ALICE, STORY, 6.5),
        ("curl 8.14.1", FLASH, "work", REGEX, 1.9),
    ):
        said = ANSWERS[question]
        share = (ago_s - FIRST_WORD_S) / VOICE.takes_s(model, said)
        _live(parts, ids[label], label, program, model, question, MOMENT - ago_s, said[: int(len(said) * share)])


def _live(
    parts: Parts, who: CredentialId, label: str, program: str, model: str, question: str, at: float, said: str
) -> None:
    ledger, number = parts.ledger, parts.ledger.next_exchange()
    opened = events.ExchangeOpened(
        at, number, "openai-chat", "/v1/chat/completions", model, True, program, "127.0.0.1", THE_CLIENT_KEY
    )
    reason = say("why.by_quota", ready=6, left="", used=say("why.used", used=12), busy=0)
    ledger.record(opened)
    transcript = ledger.transcripts.open(number)
    transcript.prompt((("user", question),))
    ledger.record(events.AttemptStarted(at, number, 1, who, label, model, reason))
    ledger.record(events.FirstByte(at + FIRST_WORD_S, number))
    for kind, text, came in in_pieces("", said, at + FIRST_WORD_S, MOMENT - at - FIRST_WORD_S):
        transcript.add(kind, text, came)
    ledger.record(events.Progress(MOMENT, number, tokens(said)))


# What must hold of every picture


def lint(name: str, lines: Sequence[str]) -> Iterator[str]:
    """Sentences about what is wrong."""
    width = int(re.findall(r"-(\d+)x\d+-", name)[0])
    for number, line in enumerate(lines, 1):
        if cell_len(line) != width:
            yield f"{name}: row {number} has {cell_len(line)} cells"
    bar = next((line for line in reversed(lines) if line.strip()), "")
    if bar.rstrip().endswith("…") or re.search(r"\b[a-z] [A-Z]\w*…", bar):
        yield f"{name}: the last line ends in a cut hint: {bar.strip()}"
    text = "\n".join(lines)
    if not any(name.startswith(one) for one in MODALS) and "?" not in bar:
        yield f"{name}: the bar names no help: {bar.strip()}"
    if untold := re.findall(r"(?<![\w./-])[a-z_]+\.[a-z_0-9]+(?:\.[a-z_0-9]+)?(?![\w./@-])", text):
        for key in set(untold) & set(LANGUAGES["en"]):
            yield f"{name}: a text is missing, its key is shown: {key}"


MODALS = ("help", "palette", "add", "sign-in", "trouble")


def sizes_of(shot: Shot) -> tuple[tuple[int, int], ...]:
    return (*SIZES, *(MORE_SIZES if shot.more else ()))


def index() -> str:
    """docs/pictures/README.md"""
    lines = [
        "# Every screen",
        "",
        f"Made by `python tests/tui/pictures.py` from the demo, with seed {SEED} and a clock that stands still. Each",
        "stands here in English and dark; beside its size are the others.",
        "",
    ]
    for shot in SHOTS:
        lines += [f"## {shot.name.replace('-', ' ').capitalize()}", ""]
        for width, height in sizes_of(shot):
            stem = f"{shot.name}-{width}x{height}"
            links = ", ".join(f"[{one}]({stem}-{one}.svg)" for one in ("en-light", "zh-dark", "zh-light"))
            lines += [f"{width}×{height} ({links})", ""]
            lines += [f"![{shot.name} at {width}×{height}]({stem}-en-dark.svg)", ""]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=FOLDER)
    parser.add_argument("--only", nargs="*", help="names of screens")
    parser.add_argument("--fewer", action="store_true", help="English, dark, three sizes; the index stays as it is")
    options = parser.parse_args()
    shots = [shot for shot in SHOTS if not options.only or shot.name in options.only]
    made = asyncio.run(album(shots, ("en",), ("dark",), tuple(SIZES)) if options.fewer else album(shots))
    options.to.mkdir(parents=True, exist_ok=True)
    whole = not options.only and not options.fewer
    for old in options.to.glob("*-*x*-*.svg") if whole else ():
        old.unlink()
    for name, text in made.pictures.items():
        (options.to / name).write_text(text, encoding="utf-8")
    if whole:
        (options.to / "README.md").write_text(index(), encoding="utf-8")
    faults = [fault for name, lines in made.texts.items() for fault in lint(name, lines)]
    faults += [f"{name}: {size} bytes" for name, size in made.too_large()]
    print(*faults, f"{len(made.pictures)} pictures, {sum(map(len, made.pictures.values())) // 1000} kB", sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
