"""The dashboard as plain text, from the very JSON that the admin API gives."""

import dataclasses
import json
import math

from gcli2api_tui.control.text_report import dashboard, padded, shown
from gcli2api_tui.events.records import CredentialId, ExchangeId
from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState, ModelCooldown
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState
from gcli2api_tui.ledger.snapshot import ServerFacts, Snapshot, Totals

NOW = 1_795_000_000.0


def row(label: str, state: CredentialState, limit: int | None = None, **more) -> CredentialRow:
    rest = {"in_flight": 0, "limit_source": "", "resets_at": None, "used_today": 3, "why": "", **more}
    return CredentialRow(CredentialId(label), label, "oauth", "p", "login", "f.json", NOW, state, limit=limit, **rest)


def exchange(number: int, ended_at: float | None) -> ExchangeRow:
    state = ExchangeState.STREAMING if ended_at is None else ExchangeState.DONE
    return ExchangeRow(ExchangeId(number), NOW, "openai", "/v1", "m", True, "c", "", state, ended_at=ended_at)


def lines(**parts) -> list[str]:
    """Through JSON, as another process gets it."""
    server = parts.pop("server", ServerFacts(url="http://127.0.0.1:7861", version="1.2"))
    snapshot = Snapshot(revision=1, at=NOW, server=server, **parts)
    return dashboard(json.loads(json.dumps(dataclasses.asdict(snapshot)))).splitlines()


def test_the_head_says_where_and_what() -> None:
    assert lines()[0] == "http://127.0.0.1:7861  gcli2api-tui 1.2"
    assert lines(server=ServerFacts(url="u", version="1", demo=True))[0] == "u  gcli2api-tui 1  DEMO"


def test_ready_are_those_that_serve_and_running_those_that_have_not_ended() -> None:
    rows = tuple(row(state.name, state) for state in CredentialState)
    text = lines(credentials=rows, exchanges=(exchange(1, None), exchange(2, NOW), exchange(3, None)))
    assert text[1] == f"credentials 3 of {len(rows)} ready, 2 answers running"


def test_a_credential_is_ready_while_only_some_models_rest_on_it() -> None:
    of_one, of_all = ModelCooldown("m", NOW + 60, "limit"), ModelCooldown("", NOW + 60, "limit")
    rows = (
        row("a", CredentialState.COOLING, cooldowns=(of_one,)),
        row("b", CredentialState.COOLING, cooldowns=(of_one, of_all)),
        row("c", CredentialState.COOLING, limit=3, limit_source="setting", cooldowns=(of_one,)),
    )
    assert [one.serves for one in rows] == [True, False, False]
    assert lines(credentials=rows)[1] == "credentials 1 of 3 ready (1 with some models resting), 0 answers running"


def test_the_counts() -> None:
    totals = Totals(requests=9, ok=5, failed=3, cancelled=1, hidden_retries=2)
    assert lines(totals=totals)[2] == "requests 9: 5 ok, 3 failed, 1 left by the client, 2 retries hidden"


def test_warnings_and_a_failing_disk_stand_out() -> None:
    text = lines(server=ServerFacts(warnings=("The key is guessable.",)), degraded="The disk is full.")
    assert [line for line in text if line.startswith("!")] == ["! The key is guessable.", "! The disk is full."]


def test_each_credential_has_its_use_and_its_reason() -> None:
    limited, unknown = row("ann", CredentialState.READY, 1500), row("bob", CredentialState.NEEDS_LOGIN, why="Dead.")
    text = "\n".join(lines(credentials=(limited, unknown)))
    assert "3/1500" in text
    assert "3 today, limit unknown\n    Dead." in text


def test_a_limit_of_0_is_known() -> None:
    assert lines(credentials=(row("ann", CredentialState.COOLING, 0),))[-1].endswith(" 3/0")


def test_rests_count_down() -> None:
    spans = {"m": 61.0, "": 3_700.0, "past": -5.0, "ever": math.inf}
    cooldowns = tuple(ModelCooldown(model, NOW + left, "Too many.") for model, left in spans.items())
    text = lines(credentials=(row("ann", CredentialState.COOLING, cooldowns=cooldowns),))
    assert [line.strip() for line in text[-4:]] == [
        "m rests for 1m01s: Too many.",
        "all models rests for 1h01m: Too many.",
        "past rests for 0m00s: Too many.",
        "ever rests for until you act: Too many.",
    ]


def test_text_from_outside_moves_no_cursor_and_keeps_the_columns() -> None:
    assert shown("a\x1b[2Jb\nc\u202e") == "a [2Jb c "
    assert padded("主密钥", 8) == "主密钥  "
    assert padded("a long label", 4) == "a long label"
    text = lines(credentials=(row("an\x1b]0;x\x07n", CredentialState.READY, why="\x1b[1m"),))
    assert not any(ord(sign) < 32 for line in text for sign in line)
