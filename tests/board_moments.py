"""Moments for the screens that show the pool and the whole: quotas by model, many states, many streams."""

from dataclasses import replace

from tui.conftest import AT, HOSTILE, credential, exchange

from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState, ModelCooldown, ModelUse, NextUp
from gcli2api_tui.ledger.exchange_rows import ExchangeState, Hop
from gcli2api_tui.ledger.snapshot import ServerFacts, Snapshot, Totals

PRO, FLASH = "gemini-2.5-pro", "gemini-2.5-flash"
DAY_S = 75_540.0


def use(model: str, used: int, limit: int | None = 1500, **changes: object) -> ModelUse:
    row = ModelUse(model, used, limit, "tier", AT + DAY_S, outlook="lasts", pace_per_hour=51.0)
    return replace(row, **changes)  # type: ignore[arg-type]


def rest(model: str, for_s: float = 7200.0) -> ModelCooldown:
    return ModelCooldown(model, AT + for_s, "You have exhausted your capacity on this model.")


def pool() -> tuple[CredentialRow, ...]:
    """The wireframes' own: one of each kind that a row speaks of."""

    def one(name: str, state: CredentialState = CredentialState.READY, **changes: object) -> CredentialRow:
        return credential(name, state, last_ok_at=AT - 60, **changes)

    spent = use(PRO, 244, 250, outlook="out", out_at=AT + 900)
    bob = (use(PRO, 622), use(FLASH, 122))
    key: dict[str, object] = {"kind": "api-key", "limit": None}
    return (
        one("alice", quotas=(use(PRO, 301), use(FLASH, 203)), in_flight=1),
        one("bob", CredentialState.COOLING, quotas=bob, cooldowns=(rest(PRO),)),
        credential("erin", CredentialState.NEEDS_LOGIN, why=f"Token revoked. {HOSTILE}", used_today=40),
        one("hobby", kind="api-key", quotas=(spent,)),
        one("work", used_today=37, quotas=(use(PRO, 37, None, outlook=""),), **key),
        one("vertex", used_today=12, quotas=(use(FLASH, 12, None),), **key),
        credential("fresh", used_today=0),
        credential("off", CredentialState.DISABLED),
    )


LOST = credential(f"x{HOSTILE}", CredentialState.DISABLED_BY_GOOGLE, why="Google disabled it; its owner can appeal.")
STATES = tuple(CredentialState)


def crowd(count: int) -> tuple[CredentialRow, ...]:
    """Many, in all states in turn."""
    return tuple(
        credential(
            f"user{number:03}", STATES[number % len(STATES)], last_ok_at=AT - 60,
            quotas=(use(PRO, number * 37 % 1500), use(FLASH, number)),
            cooldowns=(rest(PRO, 60.0 * number),) if STATES[number % len(STATES)] is CredentialState.COOLING else (),
        )
        for number in range(count)
    )  # fmt: skip


def board(live: int = 2, **changes: object) -> Snapshot:
    """An afternoon: some run, one was rescued, one failed."""
    rescued = (
        Hop(CredentialId("c"), "carol@gmail.com", AT - 30, AT - 29.2, 429, "rate"),
        Hop(CredentialId("b"), "bob@corp.io", AT - 29.2, AT - 20, 200),
    )
    rows = [exchange(number) for number in range(1, 21)]
    rows.append(exchange(21, hops=rescued))
    rows.append(exchange(22, ExchangeState.FAILED, status=503, error=f"No credential. {HOSTILE}"))
    rows += [exchange(23 + number, ExchangeState.STREAMING, client="Cursor 1.7") for number in range(live)]
    now = Snapshot(
        1, AT, ServerFacts("http://127.0.0.1:7861", "1.0", AT - 3600, True, "quota-aware"),
        Totals(287, 281, 4, 2, 4, 4, 91_000, tuple(range(60)), (0,) * 50 + (2,) * 10, 0.9, 1.3, 46.0),
        tuple(rows), pool(), next_up=(NextUp(PRO, "alice@gmail.com"), NextUp(FLASH, "bob@gmail.com"), NextUp("x", "")),
    )  # fmt: skip
    return replace(now, **changes)  # type: ignore[arg-type]


def new_home(**changes: object) -> Snapshot:
    """Nothing yet."""
    now = Snapshot(1, AT, ServerFacts("http://127.0.0.1:7861", "1.0", AT - 5), Totals(per_minute=(0,) * 60))
    return replace(now, **changes)  # type: ignore[arg-type]


def tail(exchange: object, width: int, most: int) -> list[str]:
    text = "老李 set out his baskets one by one, as he had for thirty years, and nodded to nobody in particular. "
    return [text[: width // 2] for _ in range(most)]


def silent(exchange: object, width: int, most: int) -> list[str]:
    return []
