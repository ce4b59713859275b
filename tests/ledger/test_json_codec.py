"""Records as JSON: the English as ever, and beside it what another language needs."""

import json
from dataclasses import asdict

from gcli2api_tui.control.verb_results import Done, LoginStatus
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.exchange_rows import Hop
from gcli2api_tui.ledger.json_codec import to_json, with_messages
from gcli2api_tui.ledger.snapshot import ServerFacts, Snapshot
from gcli2api_tui.messages.message import Message, quoted, say

WHY = say("why.only_one", used=say("why.used", used=3))
HOP = Hop(CredentialId("a"), "anna", 1.0, failure=quoted("Google's words"), reason=WHY)


def test_the_words_are_english_and_the_key_stands_beside_them() -> None:
    found = json.loads(json.dumps(to_json(HOP)))
    assert (found["reason"], found["failure"]) == ("the only one ready (3 used)", "Google's words")
    used = {"key": "why.used", "values": {"used": 3}}
    assert found["messages"] == {"reason": {"key": "why.only_one", "values": {"used": used}}}


def test_who_knows_nothing_of_keys_reads_what_was_there_before() -> None:
    snapshot = Snapshot(1, 2.0, ServerFacts(warnings=(say("warn.guessable"),)))
    found = json.loads(json.dumps(to_json(snapshot)))
    assert found["server"].pop("messages") == {"warnings": [{"key": "warn.guessable", "values": {}}]}
    assert found == json.loads(json.dumps(asdict(snapshot)))


def test_a_record_without_sentences_of_ours_has_no_keys() -> None:
    assert to_json(Done(quoted("The tier, as Google calls it."))) == {
        "message": "The tier, as Google calls it.",
        "warned": False,
    }


def test_sentences_in_a_row_have_their_keys_in_a_row() -> None:
    status = LoginStatus("waiting", ((say("signin.waiting"), None),))
    assert to_json(status)["messages"] == {"steps": [[{"key": "signin.waiting", "values": {}}, None]]}


def test_what_is_read_back_can_be_said_in_another_language() -> None:
    again = Hop(**with_messages(json.loads(json.dumps(to_json(HOP))), ("failure", "reason")))
    assert again == HOP
    assert isinstance(again.reason, Message) and again.reason.key == "why.only_one"


def test_what_was_written_before_there_were_keys_is_its_words() -> None:
    before = {"reason": "next in turn", "messages": "of another hand"}
    assert with_messages(before, ("reason", "failure")) == {"reason": "next in turn"}
