"""X-Forwarded-*: whose word counts, and how far; and that what cannot be read changes nothing."""

import pytest

from gcli2api_tui.config.allowed_hosts_and_proxies import networks
from gcli2api_tui.server.forwarded import MOST_HOPS, believe
from gcli2api_tui.server.lockout import MOST

TRUSTED = networks("127.0.0.1, 10.0.0.0/8, fd00::/8")
ALL = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "me.example"}


def seen(peer, trusted=TRUSTED, **headers):
    told = []
    lines = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope = {"client": (peer, 5) if peer else None, "scheme": "http", "headers": [(b"host", b"127.0.0.1:7861"), *lines]}
    believe(scope, trusted, told.append)
    hosts = [value.decode() for name, value in scope["headers"] if name == b"host"]
    assert len(hosts) == 1
    return (scope["client"] or ("",))[0], scope["scheme"], hosts[0], told


UNTOUCHED = ("http", "127.0.0.1:7861", [])


def test_nobody_is_believed_without_the_setting_nor_who_is_not_named():
    assert seen("127.0.0.1", (), **ALL) == ("127.0.0.1", *UNTOUCHED)
    assert seen("192.168.1.1", **ALL) == ("192.168.1.1", *UNTOUCHED)
    assert seen("", **ALL) == ("", *UNTOUCHED)
    assert seen("127.0.0.1") == ("127.0.0.1", *UNTOUCHED)


@pytest.mark.parametrize("peer", ["127.0.0.1", "::ffff:127.0.0.1", "10.1.1.1", "fd00::7"])
def test_a_proxy_that_is_named_is_believed(peer):
    assert seen(peer, **ALL) == ("203.0.113.9", "https", "me.example", [])


@pytest.mark.parametrize(
    ("hops", "client"),
    [("1.1.1.1, 203.0.113.9", "203.0.113.9"), ("1.1.1.1, 203.0.113.9, 10.0.0.4", "203.0.113.9"),
     ("evil, 203.0.113.9", "203.0.113.9"), ("10.0.0.3, 10.0.0.4", "10.0.0.3"), ("203.0.113.9:4711", "203.0.113.9"),
     ("[2001:db8::1]:4711", "2001:db8::1"), ("2001:db8::1", "2001:db8::1"), (", ".join(["10.0.0.1"] * 99), "10.0.0.1"),
     (" , ", "127.0.0.1")],
)  # fmt: skip
def test_the_last_that_is_no_proxy_of_ours_is_the_client(hops, client):
    assert seen("127.0.0.1", **{"X-Forwarded-For": hops})[0] == client


def test_headers_that_come_twice_are_one():
    told = []
    lines = [(b"host", b"h"), (b"x-forwarded-for", b"1.1.1.1"), (b"X-Forwarded-For", b"203.0.113.9")]
    scope = {"client": ("127.0.0.1", 5), "scheme": "http", "headers": lines}
    believe(scope, TRUSTED, told.append)
    assert scope["client"] == ("203.0.113.9", 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [("X-Forwarded-For", "1.1.1.1, unknown"), ("X-Forwarded-For", "203.0.113.999"), ("X-Forwarded-For", "\xff"),
     ("X-Forwarded-For", "1.1.1.1, _hidden, 10.0.0.4"), ("X-Forwarded-Proto", "gopher"), ("X-Forwarded-Host", "a b"),
     ("X-Forwarded-Host", "me.example/x"), ("X-Forwarded-Host", "me@evil.example"), ("X-Forwarded-Host", "x:y")],
)  # fmt: skip
def test_what_cannot_be_read_does_not_count_and_is_told(name, value):
    *kept, told = seen("127.0.0.1", **{name: value})
    assert kept == ["127.0.0.1", "http", "127.0.0.1:7861"] and name in told[0] and "127.0.0.1" in told[0]


def test_a_list_without_end_costs_little():
    assert seen("127.0.0.1", **{"X-Forwarded-For": "1.1.1.1," + "10.0.0.1," * MOST_HOPS * 100})[0] == "10.0.0.1"


@pytest.fixture
def behind(runtime):
    return type(runtime)(trusted_proxies="127.0.0.0/8", allowed_hosts="me.example")


async def test_the_lockout_the_list_of_callers_and_the_log_know_the_client_itself(behind):
    proxy = {"client": ("127.0.0.1", 1)}

    async def asked(client, key="wrong", **headers):
        headers = {"X-Forwarded-For": client, **headers}
        return await behind.ask("/v1/models", method="GET", key=key, scope_base=dict(proxy), headers=headers)

    behind.services.lockout._clock = type(behind.services.clock)(monotonic=lambda: 1.0, sleep=_at_once)
    statuses = [(await asked("203.0.113.9")).status_code for _ in range(MOST)]
    assert statuses == [401] * (MOST - 1) + [429]
    assert (await asked("203.0.113.10")).status_code == 401, "another client behind the same proxy"
    assert {caller.peer for caller in behind.recorder.callers} == {"203.0.113.9", "203.0.113.10"}
    before = len(behind.recorder.lines)
    for _ in range(3):
        assert (await asked("me", "client-key")).status_code == 200
    assert len(behind.recorder.lines) == before + 1, "one line for a header that cannot be read"


async def _at_once(seconds):
    pass


async def test_the_host_that_a_proxy_passes_on_is_checked_like_any(behind):
    proxy = {"client": ("127.0.0.1", 1)}
    for host, status in (("me.example", 200), ("evil.example", 421)):
        headers = {"X-Forwarded-Host": host, "X-Forwarded-Proto": "https", "Origin": f"https://{host}"}
        answer = await behind.ask(
            "/admin/api/snapshot", method="GET", key="panel-key", scope_base=dict(proxy), headers=headers
        )
        assert answer.status_code == status
    answer = await behind.ask(
        "/v1/models",
        method="GET",
        headers={"X-Forwarded-Host": "evil.example"},
        scope_base={"client": ("192.168.1.1", 1)},
    )
    assert answer.status_code == 200, "of nobody that is trusted"
