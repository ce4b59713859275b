"""A check with a token that Google ended early renews it once, and blames nobody for it."""

from typing import Any

import pytest

from gcli2api_tui.control.credential_verbs import with_a_good_token
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.messages.message import quoted


class Backend:
    def __init__(self, *faults: FaultKind) -> None:
        self.faults, self.asked = list(faults), list[str]()

    async def ask(self, _: Any) -> str:
        self.asked.append("ask")
        if self.faults:
            raise UpstreamFault(self.faults.pop(0), quoted("no"))
        return "works"

    async def renew(self, _: Any) -> None:
        self.asked.append("renew")


async def test_a_token_that_ended_early_is_renewed_once() -> None:
    backend: Any = Backend(FaultKind.AUTH)
    assert await with_a_good_token(backend, None, backend.ask) == "works"  # type: ignore[arg-type]
    assert backend.asked == ["ask", "renew", "ask"]


@pytest.mark.parametrize("faults", [(FaultKind.AUTH, FaultKind.AUTH), (FaultKind.TERMS,)])
async def test_what_stays_refused_is_told(faults: tuple[FaultKind, ...]) -> None:
    backend: Any = Backend(*faults)
    with pytest.raises(UpstreamFault) as raised:
        await with_a_good_token(backend, None, backend.ask)  # type: ignore[arg-type]
    assert raised.value.kind is faults[-1] and backend.asked.count("renew") == len(faults) - 1
