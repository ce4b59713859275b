"""The holder of the settings of now, and that each setting that claims to act live does, in a whole instance."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from gcli2api_tui.bootstrap import prepare
from gcli2api_tui.config.live_settings import LiveSettings
from gcli2api_tui.config.settings import FIELDS, GROUPS, Settings
from gcli2api_tui.control.verb_results import Done
from gcli2api_tui.control_wiring import Parts, build
from gcli2api_tui.events.records import ExchangeId, LogLine
from gcli2api_tui.gemini.model_names import resolve
from gcli2api_tui.log_lines import last
from gcli2api_tui.log_writer import written
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.server.quart_app import build_app
from gcli2api_tui.setting_effects import SCREEN

KEY = "AIzaSyFAKEFAKEFAKEFAKEFAKEFAKE1234"


def test_who_follows_hears_of_all_changes_in_their_order() -> None:
    live, heard = LiveSettings(Settings()), []
    live.follow(lambda now: heard.append((now.attempts, now.hold_s)))
    live.change(attempts=9)
    live.change(hold_s=1.0, attempts=2)
    assert heard == [(9, 30.0), (2, 1.0)]


@pytest.mark.parametrize("name", FIELDS)
def test_every_setting_says_when_a_change_acts_and_where_it_belongs(name: str) -> None:
    more = FIELDS[name].metadata
    assert more["acts"] in ("live", "restart") and more["group"] in GROUPS and more["help"].endswith(".")


class Serving:
    """An instance without a socket, and whatever a test asks of it."""

    def __init__(self, parts: Parts) -> None:
        self.parts, self.control = parts, parts.control
        self._marks = itertools.count()
        self.client = build_app(parts.services).test_client()

    async def set(self, name: str, value: str | None) -> None:
        answer = await self.control.set_setting(name, value)
        assert isinstance(answer, Done), answer

    @property
    def limits(self) -> Any:
        return self.parts.relay.limits

    async def strategies(self) -> tuple[str, str]:
        """The one that is shown, and the one that is gone by."""
        return self.control.snapshot().server.strategy, self.control.pool.strategy

    async def listed(self) -> str:
        key = self.control.own_keys.client.reveal()
        answer = await self.client.get("/v1/models", headers={"Authorization": f"Bearer {key}"})
        return str(await answer.get_data(as_text=True))

    async def told_labels(self) -> bool:
        key = self.control.own_keys.panel.reveal()
        answer = await self.client.get("/metrics", headers={"Authorization": f"Bearer {key}"})
        return self.control.snapshot().credentials[0].label in await answer.get_data(as_text=True)

    async def largest_body(self) -> str:
        """As a client is told that announces one of 1 GB."""
        key = self.control.own_keys.client.reveal()
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Content-Length": str(2**30)}
        answer = await self.client.post("/v1/chat/completions", data=b"{}", headers=headers)
        told = json.loads(await answer.get_data())["error"]["message"]
        return str(told.partition(" larger than ")[2].partition(".")[0])

    def model(self, name: str) -> str:
        return resolve(name, self.parts.models.catalogue).model.id

    async def allowed(self) -> str | None:
        headers = {"Origin": "https://chat.example"}
        return (await self.client.get("/v1/models", headers=headers)).headers.get("Access-Control-Allow-Origin")

    async def asked_for(self, host: str, forwarded: str = "") -> int:
        headers = {"Host": host} | ({"X-Forwarded-Host": forwarded} if forwarded else {})
        return (await self.client.get("/healthz", headers=headers, scope_base={"client": ("127.0.0.1", 1)})).status_code

    async def logged(self, level: Any, count: int = 1) -> bool:
        """Whether so many lines of 1 kB are all in the log's files afterwards."""
        ledger, live, mark = self.parts.ledger, self.control.changes.live, f"{next(self._marks)}-"
        folder = Path(self.control.facts.home) / mark
        with written(ledger, live, folder, self.control.clock, "off"):
            for number in range(count):
                ledger.record(LogLine(self.control.clock.now(), level, "test", quoted(f"{mark}{number} {'x' * 900}")))
        found = await asyncio.to_thread(last, folder, count + 1, lambda line: f'"{mark}' in line)
        return len(found) == count

    def kept(self) -> int:
        """How many of three texts are remembered."""
        ring = self.parts.ledger.transcripts
        for number in (1, 2, 3):
            ring.open(ExchangeId(number)).add("answer", "x" * 700_000)
        return sum(bool(ring.page(ExchangeId(number)).passages) for number in (1, 2, 3))


@pytest.fixture
async def serving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Serving]:
    monkeypatch.setattr("gcli2api_tui.log_writer.CLOSE_S", 30.0)  # what is looked for is written, however slowly
    parts = build(prepare({"home": str(tmp_path)}, {}), "http://127.0.0.1:7861", lambda mode: None)
    await parts.control.add_credentials(KEY.encode(), "test")
    yield Serving(parts)
    await parts.control.registry.close()
    await parts.client.aclose()
    parts.store.close()


async def told(value: Any) -> Any:
    return value


Effect = Callable[[Serving], Awaitable[Any]]
EFFECTS: dict[str, tuple[str, Effect, Any, Any]] = {
    "metrics_labels": ("on", lambda it: it.told_labels(), False, True),
    "attempts": ("9", lambda it: told(it.limits.attempts), 4, 9),
    "request_deadline_s": ("77", lambda it: told(it.limits.request_deadline_s), 600.0, 77.0),
    "silence_s": ("33", lambda it: told(it.limits.silence_s), 120.0, 33.0),
    "hold_s": ("0", lambda it: told(it.limits.hold_s), 30.0, 0.0),
    "first_byte_hold_s": ("1", lambda it: told(it.limits.first_byte_hold_s), 8.0, 1.0),
    "strategy": ("fill-first", Serving.strategies, ("quota-aware",) * 2, ("fill-first",) * 2),
    "retry_after_max_s": ("7", lambda it: told(it.parts.services.live.now.retry_after_max_s), 120, 7),
    "max_body_mb": ("2", Serving.largest_body, "64 MB", "2 MB"),
    "drain_s": ("3", lambda it: told(it.control.changes.live.now.drain_s), 10.0, 3.0),
    "cors_origins": ("https://chat.example", Serving.allowed, None, "https://chat.example"),
    "allowed_hosts": ("me.example", lambda it: it.asked_for("me.example"), 421, 200),
    "trusted_proxies": ("127.0.0.1", lambda it: it.asked_for("127.0.0.1", "evil.example"), 200, 421),
    "fetch_images": ("off", lambda it: told(it.parts.services.fetch_image is not None), True, False),
    "aliases": ("my=gemini-2.5-pro", lambda it: told("my" in it.parts.models.catalogue.aliases), False, True),
    "list_variants": ("on", lambda it: _variants(it), False, True),
    "pass_unknown_models": ("on", lambda it: told(it.parts.models.catalogue.pass_unknown), False, True),
    "successors": ("on", lambda it: told(it.control.learnt.ends.successors()), False, True),
    "log_file": ("off", lambda it: it.logged("info"), True, False),
    "log_level": ("error", lambda it: it.logged("warning"), True, False),
    "log_file_mb": ("1", lambda it: it.logged("info", 1_100), True, False),
    "keep_bodies": ("2", lambda it: told(it.kept()), 3, 2),
    "keep_bodies_mb": ("1", lambda it: told(it.kept()), 3, 1),
}
"""A new value, what is seen of it in the running instance, and how that reads before and after."""


async def _variants(it: Serving) -> bool:
    return "-search" in await it.listed()


def test_each_live_setting_is_tried() -> None:
    """Those of the screen are tried on the screen: tests/tui/panes/test_options.py."""
    live = {name for name, item in FIELDS.items() if item.metadata["acts"] == "live"}
    assert live - EFFECTS.keys() == {name for name in live if FIELDS[name].metadata["group"] in SCREEN}


@pytest.mark.parametrize("name", EFFECTS)
async def test_a_live_setting_acts_without_a_restart_and_its_default_too(serving: Serving, name: str) -> None:
    value, effect, before, after = EFFECTS[name]
    assert await effect(serving) == before
    await serving.set(name, value)
    assert await effect(serving) == after
    await serving.set(name, None)
    assert await effect(serving) == before


async def test_keeping_no_texts_forgets_those_that_were_kept_at_once(serving: Serving) -> None:
    assert serving.kept() == 3
    serving.parts.services.responses.put("resp_1", "text")
    await serving.set("keep_bodies", "0")
    assert serving.parts.ledger.transcripts.size_bytes == 0
    assert not serving.parts.services.responses.keeping
    await serving.set("keep_bodies", None)
    assert serving.parts.services.responses.keeping
    assert await serving.parts.services.responses.get("resp_1") is None


async def test_an_alias_leads_to_its_model_at_once_and_one_that_leads_nowhere_is_refused(serving: Serving) -> None:
    await serving.set("aliases", "gpt-*=gemini-2.5-pro")
    assert serving.model("gpt-9") == "gemini-2.5-pro"
    assert serving.control.snapshot().server.aliases == ("gpt-*=gemini-2.5-pro",)
    refused = await serving.control.set_setting("aliases", "gpt-*=nothing-like-it")
    assert not isinstance(refused, Done) and "nothing-like-it" in refused.sentence
    assert serving.model("gpt-9") == "gemini-2.5-pro"


async def test_a_change_moves_what_the_screen_sees(serving: Serving) -> None:
    before = serving.control.snapshot().server
    await serving.set("language", "zh")
    after = serving.control.snapshot().server
    assert dict(after.screen)["language"] == "zh" and after.settings_version > before.settings_version
