"""Questions to a real listener: every dialect, streamed and whole; whatever goes wrong ends in a sentence."""

import asyncio
from dataclasses import replace

import pytest
from endpoint import asking, asks_of, listening
from whole_path import Google, Proxy, said

from gcli2api_tui.control.question import DIALECTS, AskRequest, Question, Turn, ask_once, request_of
from gcli2api_tui.control.questions_asked import Asks
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import CredentialId, Usage

COUNTED = {"usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": 3, "thoughtsTokenCount": 2}}
ANSWER = [
    said({"text": "hm", "thought": True}),
    said({"text": "hel"}),
    said({"text": "lo 你"}, finish="STOP", **COUNTED),
]
WHOLE = [said({"text": "hm", "thought": True}, {"text": "hello 你"}, finish="STOP", **COUNTED)]
QUESTION = Question("gemini-2.5-flash", (Turn("user", "hi"),), effort="low")


def texts(asks: Asks, ask) -> dict[str, str]:
    return {passage.kind: passage.text for passage in asks.text(ask).passages}


async def asked(asks: Asks, request: AskRequest):
    ask = asks.ask(request, "m")
    row = await asks.ended(ask)
    assert row is not None and row.ended
    return row, texts(asks, ask)


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize("dialect", DIALECTS)
async def test_an_answer_in_every_dialect(dialect, stream) -> None:
    proxy = Proxy(google=Google(ANSWER if stream else WHOLE))
    async with asking(proxy) as asks:
        row, text = await asked(asks, request_of(replace(QUESTION, dialect=dialect, stream=stream)))
    assert (row.state, row.status, row.error) == ("done", 200, "")
    assert text == {"thought": "hm", "answer": "hello 你"}
    assert row.usage is not None and (row.usage.prompt, row.tokens) == (5, 5)
    assert row.first_at is not None and row.asked_at <= row.first_at <= row.ended_at
    kept = proxy.ledger.snapshot().exchanges[-1]
    assert (kept.id, kept.client, kept.client_key, kept.usage) == (
        row.exchange,
        "gcli2api-tui Play",
        "client",
        Usage(5, 0, 3, 2),
    )


async def test_a_refusal_is_what_the_client_got() -> None:
    refusal = UpstreamFault(FaultKind.CLIENT, "No such thing.", status=400)
    async with asking(Proxy(google=Google([refusal]))) as asks:
        row, _ = await asked(asks, ask_once("gemini-2.5-pro", "hi"))
        unknown, _ = await asked(asks, ask_once("gpt-17", "hi"))
    assert (row.state, row.status) == ("failed", 400) and "No such thing." in row.error
    assert (unknown.status, unknown.exchange) == (404, None) and "gpt-17" in unknown.error


async def test_a_stream_that_breaks_keeps_what_was_said() -> None:
    cut = [said({"text": "half"}), UpstreamFault(FaultKind.CLIENT, "It broke.", status=400)]
    async with asking(Proxy(google=Google(cut))) as asks:
        row, text = await asked(asks, ask_once("gemini-2.5-pro", "hi"))
    assert (row.state, row.status, text["answer"]) == ("failed", 200, "half") and "broke" in row.error


async def test_a_megabyte_holds_nothing_up() -> None:
    """The guard of all tests fails where large JSON is parsed on the loop."""
    big = "x" * 1_000_000
    for stream in (True, False):
        async with asking(Proxy(google=Google([said({"text": big}, finish="STOP")]))) as asks:
            row, text = await asked(asks, request_of(replace(QUESTION, stream=stream)))
        assert row.state == "done" and text["answer"] == big


async def test_without_credentials_the_way_out_is_told() -> None:
    async with asking(Proxy(names=())) as asks:
        row, _ = await asked(asks, ask_once("gemini-2.5-pro", "hi"))
    assert (row.state, row.status) == ("failed", 503) and "credential" in row.error


class Silent(Google):
    """Begins, and says no more."""

    async def _reads(self, script):
        yield [said({"text": "once"})]
        await asyncio.Event().wait()


async def heard_once(asks: Asks, ask) -> None:
    while not texts(asks, ask):
        await asyncio.sleep(0)


async def test_a_person_stops_it_and_the_server_hears_that_the_client_left() -> None:
    proxy = Proxy(google=Silent())
    async with asking(proxy) as asks:
        ask = asks.ask(ask_once("gemini-2.5-pro", "hi"), "m")
        await heard_once(asks, ask)
        assert asks.stop(ask)
        row = await asks.ended(ask)
        assert row is not None and (row.state, row.error) == ("stopped", "Stopped by you.")
        assert not asks.stop(ask)
        while proxy.ledger.snapshot().exchanges[-1].live:
            await asyncio.sleep(0)
    assert proxy.ledger.snapshot().exchanges[-1].status == 499


async def test_a_server_that_ends_ends_its_questions() -> None:
    proxy = Proxy(google=Silent())
    async with listening(proxy) as (url, stop):
        asks = asks_of(url)
        ask = asks.ask(ask_once("gemini-2.5-pro", "hi"), "m")
        await heard_once(asks, ask)
        stop.set()
        row = await asks.ended(ask)
        await asks.close()
        assert row is not None and row.state == "failed" and row.error
        running = asks.ask(ask_once("gemini-2.5-pro", "hi"), "m")
        await asks.close()
        assert (asks.row(running) or row).error


async def test_nobody_there_is_a_sentence() -> None:
    async with listening(Proxy()) as (url, _):
        pass
    asks = asks_of(url)
    row, _ = await asked(asks, ask_once("gemini-2.5-pro", "hi"))
    assert (row.state, row.status) == ("failed", 0) and "not reached" in row.error
    await asks.close()


async def test_what_is_kept_is_bounded(monkeypatch) -> None:
    monkeypatch.setattr("gcli2api_tui.control.questions_asked.KEPT", 2)
    async with asking(Proxy()) as asks:
        rows = [(await asked(asks, ask_once("gemini-2.5-pro", "hi")))[0] for _ in range(4)]
        assert [row.id for row in asks.rows()] == [row.id for row in rows[-2:]]
        assert asks.row(rows[0].id) is None and await asks.ended(rows[0].id) is None


# On a chosen credential


def on(name: str) -> AskRequest:
    return ask_once("gemini-2.5-pro", "hi", CredentialId(name))


async def test_the_chosen_credential_alone_is_asked() -> None:
    proxy = Proxy(google=Google(), names=("ann", "bob", "cay"))
    async with asking(proxy) as asks:
        for name in ("cay", "ann", "cay"):
            row, _ = await asked(asks, on(name))
            assert row.state == "done"
    assert [label for label, _ in proxy.google.asked] == ["cay", "ann", "cay"]
    assert proxy.ledger.snapshot().exchanges[-1].client_key == ""


@pytest.mark.parametrize(
    ("fault", "status", "tries"),
    [
        (UpstreamFault(FaultKind.RATE, "Slow down.", status=429, hint_s=600), 429, 1),
        (UpstreamFault(FaultKind.NEEDS_LOGIN, "API key not valid.", status=400), 503, 1),
        (UpstreamFault(FaultKind.SERVER, "Oops.", status=500), 502, 4),
    ],
)
async def test_its_refusal_is_told_as_it_is_and_nobody_else_is_asked(fault, status, tries) -> None:
    proxy = Proxy(google=Google([fault]))
    async with asking(proxy) as asks:
        row, _ = await asked(asks, on("ann"))
    assert row.state == "failed" and fault.message.rstrip(".") in row.error
    assert [label for label, _ in proxy.google.asked] == ["ann"] * tries


async def test_one_that_rests_is_not_waited_for() -> None:
    proxy = Proxy(google=Google([UpstreamFault(FaultKind.RATE, "Slow down.", status=429, hint_s=5)]))
    async with asking(proxy) as asks:
        await asked(asks, on("ann"))
        row, _ = await asked(asks, on("ann"))
    assert row.status == 429 and "chosen credential" in row.error
    assert len(proxy.google.asked) == 1


async def test_one_that_is_not_there_is_told() -> None:
    async with asking(Proxy()) as asks:
        row, _ = await asked(asks, on("gone"))
    assert row.status == 503 and "chosen credential" in row.error


@pytest.mark.parametrize(
    "path", ["/v1/chat/completions", "/v1/models", "/v1beta/models/gemini-2.5-pro:generateContent"]
)
async def test_a_client_key_may_not_choose(path: str) -> None:
    proxy = Proxy()
    headers = {"Authorization": "Bearer key", "x-gcli2api-credential": "ann"}
    answer = await proxy.client.open(path, method="GET" if path.endswith("models") else "POST", headers=headers)
    assert answer.status_code == 403
    assert b"x-gcli2api-credential" in await answer.get_data()
    assert not proxy.google.asked
