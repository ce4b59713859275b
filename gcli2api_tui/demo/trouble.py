"""Trouble on demand, in the demo's own Google: refusals, slow and broken answers, a revoked sign-in, a fast clock.

In: the simulated world, the demo's clock, the control of the instance in front of it. Out: `Trouble`. It changes the
world and what the clock says, and nothing of ours: what the panel then shows is what it would show of the real Google.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import field

from gcli2api_tui.control.local_control import LocalControl
from gcli2api_tui.control.trouble_port import TroubleName
from gcli2api_tui.control.verb_results import Answer, Done, Refused
from gcli2api_tui.demo.demo_clock import DemoClock
from gcli2api_tui.events.records import LogLine
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator.demo_world import ALICE, BOB, PER_DAY
from gcli2api_tui.simulator.faults import Fault
from gcli2api_tui.simulator.world import World

LASTING = 1_000_000
"""Uses of a fault that goes on until all is well again."""
FAST = 60.0
NEARLY_ALL = 0.95
BEFORE_RESET_S = 60.0
SLOW_S = 12.0
STREAM = "streamGenerateContent"

GENERATIONS = ("generateContent", STREAM)


def _of_answers(kind: str, credential: str | None = None, **options: object) -> tuple[Fault, ...]:
    """Sign-ins and Google's own figures stay as they are."""
    return tuple(Fault(kind, credential, method=method, options=options) for method in GENERATIONS)


FAULTS: Mapping[TroubleName, tuple[Fault, ...]] = {
    "limit": _of_answers("rate_limit", ALICE, delay_s=45),
    "storm": _of_answers("rate_limit", delay_s=30),
    "slow": _of_answers("slow_first_byte", delay_s=SLOW_S),
    "down": (Fault("hang_up"),),
    "cut": (Fault("cut", method=STREAM, options={"after": 6}),),
    "page": _of_answers("page"),
}


@dataclass(slots=True)
class DemoTrouble:
    """Implements `control.trouble.Trouble`."""

    world: World
    clock: DemoClock
    control: LocalControl
    _lasting: dict[TroubleName, tuple[Fault, ...]] = field(default_factory=dict)

    def running(self) -> frozenset[TroubleName]:
        fast: frozenset[TroubleName] = frozenset({"fast"} if self.clock.speed > 1 else ())
        revoked: frozenset[TroubleName] = frozenset({"revoke"} if self.world.accounts[BOB].dead else ())
        return frozenset(self._lasting) | fast | revoked

    async def make(self, name: TroubleName) -> Answer:
        answer = await self._made(name)
        if isinstance(answer, Done):
            self.control.ledger.record(LogLine(self.clock.now(), "warning", "demo", answer.message))
        return answer

    async def _made(self, name: TroubleName) -> Answer:
        match name:
            case "revoke":
                return self._revoke()
            case "quota":
                return await self._use_up()
            case "reset":
                return self._forward()
            case "fast":
                return self._run()
            case "well":
                return await self._mend()
            case _:
                return self._go_wrong(name)

    def _go_wrong(self, name: TroubleName) -> Answer:
        """Once more means no more."""
        if faults := self._lasting.pop(name, None):
            self.world.faults.withdraw(faults)
            return Done(say("demo.over", what=_title(name)))
        self._lasting[name] = self.world.faults.line_up(FAULTS[name], LASTING)
        return Done(say(f"demo.{name}"), warned=True)

    def _revoke(self) -> Answer:
        if self.world.accounts[BOB].dead:
            return Refused(say("demo.revoked_already", who=BOB), say("demo.way_well"))
        self.world.kill_refresh_token(BOB)
        return Done(say("demo.revoke", who=BOB), warned=True)

    async def _use_up(self) -> Answer:
        now = self.clock.now()
        for account in self.world.accounts.values():
            for model in self.world.meters.models_of(account.email):
                bucket = self.world.meters.bucket(account.email, model, now)
                bucket.used = max(bucket.used, round(PER_DAY * NEARLY_ALL))
        await self._show_what_is_used_up()
        return Done(say("demo.quota"), warned=True)

    def _forward(self) -> Answer:
        """To a minute before the first day that ends."""
        now = self.clock.now()
        ends = [at for at in self.world.meters.resets() if at > now + BEFORE_RESET_S]
        if not ends:
            return Refused(say("demo.no_reset"))
        self.clock.jump(min(ends) - BEFORE_RESET_S)
        return Done(say("demo.reset"), warned=True)

    def _run(self) -> Answer:
        fast = self.clock.speed > 1
        self.clock.run(1.0 if fast else FAST)
        return Done(
            say("demo.over", what=_title("fast")) if fast else say("demo.fast", times=int(FAST)), warned=not fast
        )

    async def _mend(self) -> Answer:
        """The world first; then whoever waits for a person because of it is asked again."""
        self._lasting.clear()
        self.world.faults.clear()
        self.clock.run(1.0)
        revoked, self.world.accounts[BOB].dead = self.world.accounts[BOB].dead, False
        for row in self.control.snapshot().credentials:
            if row.label == BOB and revoked:
                await self.control.check(row.id)
            passing = [rest for rest in row.cooldowns if rest.until - self.clock.now() < BEFORE_RESET_S]
            if passing:
                await self.control.clear_cooldown(row.id)
        await self._show_what_is_used_up()
        return Done(say("demo.well"))

    async def _show_what_is_used_up(self) -> None:
        """At once, by asking for quotas: nobody of a demo waits for the poller."""
        rows = self.control.snapshot().credentials
        await asyncio.gather(*(self.control.ask_google_quota(row.id) for row in rows if row.kind == "oauth"))


def _title(name: TroubleName) -> Message:
    return say(f"demo.{name}.title")
