"""An instance that began with what it last knew: with what has come since, it knows what the tables hold."""

from dataclasses import replace

from gcli2api_tui.clients.client_key import ClientKey
from gcli2api_tui.clients.ports import ClientSecond, ClientUse
from gcli2api_tui.events.records import ClientKeyId, CredentialId
from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.messages.message import NOTHING, quoted
from gcli2api_tui.state.ports import CooldownRow, EndRow, OwnedRow, Saved, UsageRow
from gcli2api_tui.state.postgresql.initial_state import come_since, with_news
from gcli2api_tui.state.postgresql.replication_events import (
    EndsDropped,
    LessonsDropped,
    LimitLearnt,
    RequestsAdded,
    SettingChanged,
)

NOW = 1_795_000_000.0
ONE, TWO = CredentialId("1" * 32), CredentialId("2" * 32)
ADA = ClientKeyId("ada")


def test_what_an_earlier_run_still_has_to_tell_is_known() -> None:
    known = Saved(
        usage=(UsageRow(ONE, "m", NOW, 5),),
        cooldowns=(CooldownRow(ONE, "m", NOW + 9, "rate", quoted("x")),),
        lessons=(Lesson("m", "penalties"),),
        ends=(EndRow("m", "vertex", "404", "gone", NOW),),
    )
    key = ClientKey(ADA, "ab" * 32, "9f3K", NOW)
    rest = CooldownRow(TWO, "m", NOW + 9, "rate", quoted("x"))
    news = (
        RequestsAdded(ONE, "m", NOW + 1, 2), RequestsAdded(TWO, "m", NOW, 1), LimitLearnt(TWO, "m", 250, "429"),
        CooldownRow(ONE, "m", 0.0, "", NOTHING), rest, ClientUse(ADA, "2026-11-18", 1, 9), ClientSecond(ADA, 7, 1),
        key, replace(key, enabled=False), SettingChanged("hold_s", "12"), LessonsDropped(None), EndsDropped("m"),
        OwnedRow("files/a", ONE, NOW + 9), OwnedRow("files/b", ONE, NOW + 9), OwnedRow("files/a", ONE, 0.0),
    )  # fmt: skip
    assert with_news(known, news) == Saved(
        usage=(UsageRow(ONE, "m", NOW, 7), UsageRow(TWO, "m", NOW, 1, 250, "429")),
        cooldowns=(rest,),
        owned=(OwnedRow("files/b", ONE, NOW + 9),),
        client_uses=(ClientUse(ADA, "2026-11-18", 1, 9),),
        client_seconds=(ClientSecond(ADA, 7, 1),),
        client_keys=(replace(key, enabled=False),),
        settings=(("hold_s", "12"),),
    )


def test_only_what_has_come_since_is_added() -> None:
    """A window may have begun a little earlier than was known here."""
    known = Saved(
        usage=(UsageRow(ONE, "m", NOW, 5), UsageRow(ONE, "m", NOW - 86_400, 9), UsageRow(TWO, "m", NOW, 3)),
        client_uses=(ClientUse(ADA, "2026-11-18", 4, 40), ClientUse(ADA, "2026-11-18", 1, 10)),
        client_seconds=(ClientSecond(ADA, 7, 2),),
    )
    saved = Saved(
        usage=(UsageRow(ONE, "m", NOW - 86_400, 9), UsageRow(ONE, "m", NOW - 100, 12, 250, "429")),
        client_uses=(ClientUse(ADA, "2026-11-18", 8, 80),),
        client_seconds=(ClientSecond(ADA, 7, 3), ClientSecond(ADA, 8, 1)),
    )
    added, over = come_since(known, saved)
    assert added.usage == (UsageRow(ONE, "m", NOW - 86_400, 0), UsageRow(ONE, "m", NOW - 100, 7, 250, "429"))
    assert added.client_uses == (ClientUse(ADA, "2026-11-18", 3, 30),)
    assert added.client_seconds == (ClientSecond(ADA, 7, 1), ClientSecond(ADA, 8, 1)) and over == ()
    assert come_since(Saved(), saved)[0] == saved


def test_what_others_ended_meanwhile_ends() -> None:
    rest = CooldownRow(ONE, "", NOW + 9, "needs login", quoted("x"), "https://")
    known = Saved(
        cooldowns=(rest, replace(rest, model="m")), owned=(OwnedRow("files/a", ONE, NOW + 9),),
        lessons=(Lesson("m", "penalties"),), ends=(EndRow("n", "vertex", "404", "gone", NOW),),
    )  # fmt: skip
    saved = Saved(cooldowns=(replace(rest, model="m"),))
    assert come_since(known, saved)[1] == (
        CooldownRow(ONE, "", 0.0, "", NOTHING), OwnedRow("files/a", ONE, 0.0), LessonsDropped("m"), EndsDropped("n")
    )  # fmt: skip
