"""How rows rank in each order that a list offers."""

from tui.conftest import AT, credential, exchange, moment

from gcli2api_tui.events.records import Usage
from gcli2api_tui.ledger.exchange_rows import ExchangeState
from gcli2api_tui.tui.widgets.request_and_credential_tables import CREDENTIAL_ORDERS, EXCHANGE_ORDERS
from gcli2api_tui.tui.words import LANGUAGES

POOL = {order.name: order for order in CREDENTIAL_ORDERS}
REQUESTS = {order.name: order for order in EXCHANGE_ORDERS}


def test_the_pool_opens_with_those_in_trouble_and_ends_with_those_that_are_off() -> None:
    rows = CREDENTIAL_ORDERS[0].of(moment().credentials, AT)
    assert [row.id for row in rows] == ["erin", "carol", "dave", "alice", "bob", "frank"]


def test_among_those_that_serve_the_busy_come_before_the_used() -> None:
    rows = [credential("a", used_today=5), credential("b", used_today=900_000), credential("c", in_flight=1)]
    assert [row.id for row in POOL["trouble"].of(rows, AT)] == ["c", "b", "a"]
    assert [row.id for row in POOL["use"].of(rows, AT)] == ["b", "c", "a"]


def test_names_rank_whatever_their_case_and_unknown_resets_come_last() -> None:
    rows = [
        credential("b", resets_at=None),
        credential("Ä", label="A@x", resets_at=AT + 9),
        credential("c", resets_at=AT),
    ]
    assert [row.id for row in POOL["name"].of(rows, AT)] == ["Ä", "b", "c"]
    assert [row.id for row in POOL["resets"].of(rows, AT)] == ["c", "Ä", "b"]


def test_requests_rank_by_what_is_worst_and_as_they_came_where_that_is_equal() -> None:
    rows = [
        exchange(1, opened_at=AT - 50, first_byte_at=AT - 49, ended_at=AT - 40, usage=Usage(1, 0, 10, 0)),
        exchange(2, ExchangeState.SENT, opened_at=AT - 20, first_byte_at=None, usage=Usage()),
        exchange(3, opened_at=AT - 10, first_byte_at=AT - 1, ended_at=AT, usage=Usage(1, 0, 5, 50)),
        exchange(4, opened_at=AT - 10, first_byte_at=AT - 1, ended_at=AT, usage=Usage(1, 0, 5, 50)),
    ]
    ids = {name: [row.id for row in order.of(rows, AT)] for name, order in REQUESTS.items()}
    assert ids["time"] == [1, 2, 3, 4]
    assert ids["duration"] == [2, 1, 3, 4], "what runs counts until now"
    assert ids["tokens"] == [3, 4, 1, 2]
    assert ids["first_word"] == [3, 4, 1, 2]


def test_every_order_has_its_text() -> None:
    for texts in LANGUAGES.values():
        assert {f"order.{order.name}" for order in (*CREDENTIAL_ORDERS, *EXCHANGE_ORDERS)} <= texts.keys()
