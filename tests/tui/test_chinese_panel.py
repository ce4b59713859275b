"""The Chinese panel over the real server with troubles: no English sentence of ours on any tab.

The server is the demo's, in this process, and Google is the simulator. What Google, a client or a person wrote may be
English; every other run of English words on the screen is a sentence that lacks its Chinese.
"""

import asyncio
import contextlib
import random
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

from gcli2api_tui.clock import Clock
from gcli2api_tui.control_wiring import Parts, logged
from gcli2api_tui.demo import instance
from gcli2api_tui.demo.setup import demo_setup
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.messages.chinese import CHINESE
from gcli2api_tui.messages.message import Message
from gcli2api_tui.runtime import Runtime, pages
from gcli2api_tui.server.quart_app import App
from gcli2api_tui.simulator.app import serve
from gcli2api_tui.simulator.demo_world import demo_world
from gcli2api_tui.simulator.traffic import question
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.words import Words
from gcli2api_tui.tui.words.chinese import CHINESE as WORDS

ENGLISH_RUN = re.compile(r"[A-Za-z][a-z']*(?: [A-Za-z']+){3,}")
"""Four words in a row: names of products and of settings are shorter."""


async def test_the_chinese_panel_says_nothing_of_ours_in_english(tmp_path: Path) -> None:
    clock = Clock()
    world, files = demo_world(1, clock)
    async with serve(world=world) as google:
        setup = replace(instance.against(google.url, demo_setup(str(tmp_path), 0, clock)), quiet=True)
        instance._fill_vault(setup, files)
        runtime = Runtime(setup, "http://127.0.0.1:7861", "auto", screen=False)
        parts = runtime.parts
        try:
            said = await troubles(parts, pages(runtime.app))
            shown = await every_tab(parts, clock)
        finally:
            await runtime.close()
    assert "冷却" in shown and "Google 不再接受" in shown, "there were no troubles to see"
    others = " ".join([*words_of_others(parts.control.snapshot()), *spoken(parts), *CHINESE.values(), *WORDS.values()])
    ours = {run for run in ENGLISH_RUN.findall(f"{shown}\n{said}") if run not in others}
    assert not ours


async def troubles(parts: Parts, app: App) -> str:
    """Requests good and bad, and each verb of a person, some refused; what the verbs answered, in Chinese."""
    await traffic(app)
    control = logged(parts.control, "panel")
    one, *_, last = [row.id for row in parts.control.snapshot().credentials]
    answers = [await control.check(row.id) for row in parts.control.snapshot().credentials]
    for verb in (control.disable, control.enable, control.clear_cooldown, control.ask_google_quota, control.remove):
        answers.append(await verb(one))
    answers += [await control.check(one), await control.restore(one), await control.disable(last)]
    answers += [await control.add_credentials(b"sk-ant-api03-abcdefghijklmnopqrstuvwx", "pasted")]
    answers += [await control.add_path("/nowhere/at/all"), await control.finish_login("", "no code in it")]
    answers += [await control.begin_login("", "mars"), await control.begin_login("")]  # type: ignore[list-item]
    words = Words("zh")
    said = (getattr(answer, "sentence", getattr(answer, "message", "")) for answer in answers)
    return "\n".join(words.said(text) for text in said)


async def traffic(app: App) -> None:
    chance = random.Random(1)
    client = app.test_client()
    key = {"Authorization": f"Bearer {instance.KEY}"}
    for path, headers, body in (
        ("/v1/nope", key, {}), ("/v1/models/no", key, {}), ("/v1/chat/completions", {}, {}),
        ("/v1/chat/completions", {"Authorization": "Bearer wrong"}, {}), ("/v1/chat/completions", key, {"model": 7}),
        ("/admin/api/credentials/x/jump", key, {}),
    ):  # fmt: skip
        await client.post(path, headers=headers, json=body)

    async def ask(model: str, text: str) -> None:
        body = {"model": model, "messages": [{"role": "user", "content": text}]}
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(3):
                await client.post("/v1/chat/completions", headers=key, json=body)

    asked = [question(chance) for _ in range(12)]
    await asyncio.gather(*(ask(one.model, one.text) for one in asked))


async def every_tab(parts: Parts, clock: Clock) -> str:
    panel, seen = Panel(parts.control, parts.control, clock, language="zh"), []
    async with panel.run_test(size=(180, 60)) as pilot:
        for keys in (["d"], ["r"], ["r", "enter"], ["]"], ["]"], ["escape", "c"], ["enter"], ["u"], ["l"], ["a"],
                     ["escape", "question_mark"], ["escape", "ctrl+c"]):  # fmt: skip
            await pilot.press(*keys)
            await pilot.pause()
            strips = panel.screen._compositor.render_strips()
            seen += ["".join(segment.text for segment in line) for line in strips]
    return "\n".join(seen)


def spoken(parts: Parts) -> Iterator[str]:
    """Prompts and answers."""
    for row in parts.control.snapshot().exchanges:
        for passage in parts.control.transcript(row.id).passages:
            yield " ".join(passage.text.split())


def words_of_others(record: object) -> Iterator[str]:
    """All that stands in the snapshot and is no sentence of ours."""
    if isinstance(record, Message) and record.key:
        for value in record.values.values():
            yield from words_of_others(value)
    elif isinstance(record, str):
        yield " ".join(record.split())
    elif isinstance(record, tuple):
        for one in record:
            yield from words_of_others(one)
    elif is_dataclass(record) and not isinstance(record, Snapshot | type):
        for field in fields(record):
            yield from words_of_others(getattr(record, field.name))
    elif isinstance(record, Snapshot):
        yield from words_of_others((record.exchanges, record.credentials, record.log, record.server, record.degraded))
