"""The pool: which credential serves next, and what each fault does to it.

In: credentials, and how attempts ended. Out: leases, views, events, and rows for the store. All in memory and
synchronous. A lease is counted in flight exactly once and given back exactly once, in any order of calls.
"""

import random
from collections import Counter
from collections.abc import Callable, Collection

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.kinds import BACKEND_OF, Credential, Kind
from gcli2api_tui.events.ids import CredentialId
from gcli2api_tui.events.problems import CredentialFault, FaultKind, UpstreamFault
from gcli2api_tui.events.records import Event, Usage
from gcli2api_tui.pool import cooldown, policy
from gcli2api_tui.pool.allowance import allowance
from gcli2api_tui.pool.budget import Projects
from gcli2api_tui.pool.consequences import Consequences, put_off
from gcli2api_tui.pool.conversations import Conversations, name_of
from gcli2api_tui.pool.memory import Memory
from gcli2api_tui.pool.ports import BEGINS, Allowance, Lease
from gcli2api_tui.pool.refusal import no_credential
from gcli2api_tui.pool.standing import Standing
from gcli2api_tui.pool.view import CredentialView, view_of
from gcli2api_tui.state.ports import Saved, Store


class Pool:
    """Implements pool.ports.Leases. `strategy` is one of policy.ORDERS; `seed` fixes the jitter.

    `on_project` hears that Google named the project of a key that had none, so that its file can keep it.
    """

    def __init__(
        self,
        clock: Clock,
        record: Callable[[Event], None],
        store: Store | None = None,
        strategy: str = "quota-aware",
        seed: int | None = None,
    ) -> None:
        self.on_project: Callable[[CredentialId, str], None] = lambda identity, project: None
        self._clock = clock
        self._memory = Memory(store)
        self._strategy = strategy
        self._order = policy.ORDERS[strategy]
        self._standings: dict[CredentialId, Standing] = {}
        jitter = random.Random(seed).random
        self._effect = Consequences(clock, record, self._memory, jitter, self._standings.values)
        self._projects = Projects()
        self._conversations = Conversations(self._memory)
        self._open: dict[int, Standing] = {}
        self._leases = 0

    # Leases

    def lease(
        self, model: str, backends: Collection[str], *, tried: Collection[CredentialId] = (), affinity: str = ""
    ) -> Lease:
        now = self._clock.now()
        kinds = tuple(kind for kind, backend in BACKEND_OF.items() if backend in backends)
        open_now: list[Standing] = []
        ready: list[Standing] = []
        for one in self._standings.values():
            if one.budget.rests:
                self._effect.end_rests(one, now)
            if one.mark:
                self._effect.end_mark(one, now)
            if one.credential.kind not in kinds or one.credential.id in tried or not one.open_for(model):
                continue
            if one.budget.tallies:
                one.roll(now)
            open_now.append(one)
            if one.free_at(model, now) <= now:
                ready.append(one)
        if ready:
            return self._choose(ready, model, tried, affinity, now)
        for one in open_now:
            if one.probe_due(model, now):
                self._put_off_probe(one, model, now)
                return self._give(one, model, "a probe: its long rest may have ended early")
        suitable = [one for one in self._standings.values() if one.credential.backend in backends]
        raise no_credential(suitable, model, now, tried)

    def succeeded(self, lease: Lease, usage: Usage) -> None:
        if standing := self._standings.get(lease.credential.id):
            self._effect.served(standing, lease)

    def charged(self, lease: Lease) -> None:
        if standing := self._standings.get(lease.credential.id):
            self._effect.count(standing, lease.model)

    def failed(self, lease: Lease, fault: UpstreamFault) -> None:
        standing = self._standings.get(lease.credential.id)
        if standing is None:
            return
        standing.last_error = fault.message
        self._named(standing, fault.project)
        if fault.kind in cooldown.PERSON:
            self._effect.mark(standing, fault)
        elif fault.kind in cooldown.RESTING:
            self._effect.refused(standing, lease, fault, self._leases)
        elif fault.kind is FaultKind.CAPACITY:
            standing.crowded[lease.model] = self._clock.now() + cooldown.crowded_s(fault)

    def doubted(self, lease: Lease, message: str) -> None:
        if standing := self._standings.get(lease.credential.id):
            standing.last_error = message
            standing.crowded[lease.model] = self._clock.now() + cooldown.DOUBTED_S

    def release(self, lease: Lease) -> None:
        standing = self._open.pop(lease.number, None)
        if standing is not None:
            standing.in_flight -= 1

    def allowance(self, model: str, backends: Collection[str]) -> Allowance | None:
        fitting = (one for one in self._standings.values() if one.credential.backend in backends)
        return allowance(fitting, model, self._clock.now())

    # Who is in the pool

    def add(self, credential: Credential) -> None:
        """Join the rotation, with what was remembered about it."""
        if credential.id in self._standings:
            self.replace(credential)
            return
        standing = self._memory.recall(credential, self._clock.now())
        self._standings[credential.id] = standing
        self._share(standing, _label(credential))

    def replace(self, credential: Credential) -> None:
        """New tokens, label or settings; counts and rests stay. Unknown ids are ignored."""
        if (standing := self._standings.get(credential.id)) is None:
            return
        old, standing.credential = _label(standing.credential), credential
        if old and old != _label(credential):
            standing.budget = standing.budget.parted()
        self._share(standing, _label(credential))

    def retire(self, identity: CredentialId) -> None:
        """Leave the rotation; running leases end as they will."""
        if standing := self._standings.pop(identity, None):
            self._memory.put_aside(standing)

    def restore(self, saved: Saved) -> None:
        """What the store kept, for credentials in the pool and those that still come."""
        self._memory.read(saved)
        self._conversations.read(saved.bindings)
        now = self._clock.now()
        for standing in self._standings.values():
            self._memory.refresh(standing, now)

    def credential(self, identity: CredentialId) -> Credential | None:
        standing = self._standings.get(identity)
        return standing.credential if standing else None

    def view(self) -> tuple[CredentialView, ...]:
        """All credentials, oldest first."""
        now = self._clock.now()
        for standing in self._standings.values():
            self._effect.end_rests(standing, now)
            self._effect.end_mark(standing, now)
            standing.roll(now)
        able = [one for one in self._standings.values() if one.in_rotation() and not one.spent()]
        turns = policy.ranked(able, self._order, "", self._leases + 1, now)
        places = {one.credential.id: place for place, one in enumerate(turns, 1)}
        sharing = Counter(id(one.budget) for one in self._standings.values())
        ordered = sorted(self._standings.values(), key=lambda one: (one.credential.created_at, one.credential.label))
        return tuple(
            view_of(one, places.get(one.credential.id, 0), now, shared=sharing[id(one.budget)] > 1) for one in ordered
        )

    # What people and checks find out

    def mark(self, identity: CredentialId, fault: UpstreamFault | CredentialFault) -> None:
        """A fault found outside an exchange. Kinds that need no person leave no mark."""
        if standing := self._standings.get(identity):
            standing.last_error = fault.message
            if fault.kind in cooldown.PERSON:
                self._effect.mark(standing, fault)

    def clear_cooldown(self, identity: CredentialId, by: str = "you") -> None:
        """Forget all rests and the mark: it is tried again."""
        if standing := self._standings.get(identity):
            self._effect.clear(standing, by)

    def learn_quota(
        self,
        identity: CredentialId,
        model: str,
        remaining: float,
        resets_at: float | None = None,
        limit: int | None = None,
    ) -> None:
        """Google's own figure for one model; a share left proves that a day's rest has ended early."""
        if standing := self._standings.get(identity):
            self._effect.learn(standing, model, remaining, resets_at, limit)

    # How it is done

    def _choose(
        self, ready: list[Standing], model: str, tried: Collection[CredentialId], affinity: str, now: float
    ) -> Lease:
        chosen = policy.best(ready, self._order, model, self._leases + 1, now)
        reason = policy.reason(chosen, model, len(ready), self._strategy)
        if not affinity:
            return self._give(chosen, model, reason)
        name = name_of(affinity.removeprefix(BEGINS), model)
        before = None if affinity.startswith(BEGINS) else self._conversations.of(name, now)
        if before and before != chosen.credential.id:
            bound = self._standings.get(before)
            if bound is not None and bound in ready and not policy.unfit(bound, chosen, model, now):
                chosen = bound
            else:
                label = bound.credential.label if bound else "its last one"
                reason += f"; moved here, because {label} {self._why_not(bound, chosen, model, tried, now)}"
        if chosen.credential.id == before:
            reason = "this conversation's last one: Google may have its beginning cached"
        self._conversations.bind(name, chosen.credential.id, now)
        return self._give(chosen, model, reason)

    def _why_not(
        self, bound: Standing | None, chosen: Standing, model: str, tried: Collection[CredentialId], now: float
    ) -> str:
        """Why a conversation cannot go on where it was."""
        if bound is None or not bound.in_rotation() or not bound.allows(model):
            return "is out of the rotation"
        if bound.credential.id in tried:
            return "was just tried"
        if bound.free_at(model, now) > now:
            return "rests"
        return "is busy" if bound.full() else policy.unfit(bound, chosen, model, now)

    def _give(self, standing: Standing, model: str, reason: str) -> Lease:
        self._leases += 1
        standing.last_lease = self._leases
        standing.in_flight += 1
        self._open[self._leases] = standing
        return Lease(self._leases, standing.credential, model, reason)

    def _named(self, standing: Standing, project: str) -> None:
        """Google said whose quota a key draws on."""
        if project and standing.credential.kind is Kind.API_KEY:
            self._share(standing, project)
            if not standing.credential.project:
                self.on_project(standing.credential.id, project)

    def _share(self, standing: Standing, project: str) -> None:
        if not project:
            return
        own = standing.budget
        shared = self._projects.join(project, own)
        for one in (*self._standings.values(), standing):
            if one.budget is own:
                one.budget = shared

    def _put_off_probe(self, standing: Standing, model: str, now: float) -> None:
        for name, rest in tuple(standing.rests.items()):
            if rest is standing.rest_of(model):
                standing.rests[name] = put_off(rest, now)


def _label(credential: Credential) -> str:
    """The project that a key's quota belongs to, as far as its file says; other kinds have quotas of their own."""
    return credential.project if credential.kind is Kind.API_KEY else ""
