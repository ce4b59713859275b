"""The pool: which credential serves next, and what each fault does to it.

In: credentials, and how attempts ended. Out: leases, views, events, and rows for the store. All in memory and
synchronous. A lease is counted in flight exactly once and given back exactly once, in any order of calls.
"""

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import partial

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import Credential, Kind
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import CredentialId, Event
from gcli2api_tui.messages.message import NOTHING, Message, quoted, say
from gcli2api_tui.pool import cooldowns, selection
from gcli2api_tui.pool.affinity import Conversations, name_of
from gcli2api_tui.pool.cooldowns import Cooldowns, Ender, put_off
from gcli2api_tui.pool.credential_state import PooledCredential
from gcli2api_tui.pool.credential_view import CredentialView, view_of
from gcli2api_tui.pool.members import Members, Projects, project_label
from gcli2api_tui.pool.no_credential import no_credential, why_not
from gcli2api_tui.pool.persistence import Persistence, Replica
from gcli2api_tui.pool.ports import ALL, ANY, BEGINS, Group, Ids, Lease, RemainingQuota
from gcli2api_tui.pool.remaining_quota import RemainingIndex
from gcli2api_tui.pool.selection import ReadyIndex
from gcli2api_tui.state.ports import Saved, Store


class Pool:
    """Implements pool.ports.Leases. `strategy` tells one of selection.ORDERS; `seed` fixes the jitter.

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
        self._persistence = Persistence(store)
        self.strategy = strategy
        """Set again whenever a person chooses another one."""
        self._members = Members(clock)
        self._cooldowns = Cooldowns(record, self._persistence, random.Random(seed).random, self._members)
        self._projects = Projects()
        self._conversations = Conversations(self._persistence.keep_binding)
        self._open: dict[int, PooledCredential] = {}
        self._leases = 0
        self.replica = Replica(record, self._members, self._conversations, self._persistence)

    # Leases

    def lease(
        self,
        model: str,
        backends: Collection[str],
        group: Group,
        *,
        tried: Ids = (),
        affinity: str = "",
        only: CredentialId = ANY,
    ) -> Lease:
        now = self._members.now()
        index = self._index(model, backends, group, only)
        index.look(now, tried)
        if ready := index.ready(tried):
            return self._choose(index, ready, tried, affinity, now)
        for one in index.members:
            may = one.credential.backend in backends and one.credential.id not in tried and one.open_for(model)
            if may and one.probe_due(model, now):
                self._put_off_probe(one, model, now)
                return self._give(one, model, say("why.probe"))
        suitable = [one for one in index.members if one.credential.backend in backends]
        raise no_credential(suitable, model, now, tried, only, known=bool(index.members), group=group)

    def succeeded(self, lease: Lease) -> None:
        if pooled := self._members.count(lease.credential.id):
            pooled.last_ok_at = self._count(pooled, lease.model)
            pooled.last_error = NOTHING
            pooled.crowded.pop(lease.model, None)
            if pooled.budget.cooldowns or pooled.budget.guesses:
                self._cooldowns.disproved(pooled, lease)

    def charged(self, lease: Lease) -> None:
        if pooled := self._members.count(lease.credential.id):
            self._count(pooled, lease.model)

    def failed(self, lease: Lease, fault: UpstreamFault) -> None:
        pooled = self._members.change(lease.credential.id)
        if pooled is None:
            return
        pooled.last_error = fault.message
        self._named(pooled, fault.project)
        if fault.kind in cooldowns.PERSON:
            self._cooldowns.mark(pooled, fault)
        elif fault.kind in cooldowns.COOLING:
            self._cooldowns.refused(pooled, lease, fault, self._leases)
        elif fault.kind is FaultKind.CAPACITY:
            pooled.crowded[lease.model] = self._members.now() + cooldowns.crowded_s(fault)

    def doubted(self, lease: Lease, message: Message) -> None:
        if pooled := self._members.change(lease.credential.id):
            pooled.last_error = message
            pooled.crowded[lease.model] = self._members.now() + cooldowns.DOUBTED_S

    def release(self, lease: Lease) -> None:
        if (pooled := self._open.pop(lease.number, None)) is not None:
            pooled.in_flight -= 1
            self._members.counted(pooled)

    def remaining_quota(self, model: str, backends: Collection[str], group: Group) -> RemainingQuota | None:
        if not self._members.knows_a_limit():
            return None

        now = self._members.now()
        make = partial(RemainingIndex, model=model, backends=backends)
        found = self._members.kept(RemainingIndex, (model, tuple(backends)), group, make)
        return found.look(now)

    # Who is in the pool

    def add(self, credential: Credential) -> None:
        """Join the rotation, with what was remembered about it."""
        if credential.id in self._members:
            self.replace(credential)
            return
        pooled = self._persistence.recall(credential, self._members.now())
        self._members.join(pooled)
        self._share(pooled, project_label(credential))

    def replace(self, credential: Credential) -> None:
        """New tokens, label or settings; counts and rests stay. Unknown ids are ignored."""
        if (pooled := self._members.change(credential.id)) is None:
            return
        old, pooled.credential = project_label(pooled.credential), credential
        if old and old != project_label(credential):
            self._members.draw_on(pooled, pooled.budget.parted())
        self._share(pooled, project_label(credential))

    def retire(self, identity: CredentialId) -> None:
        """Leave the rotation; running leases end as they will."""
        if pooled := self._members.leave(identity):
            self._persistence.put_aside(pooled)

    def restore(self, saved: Saved) -> None:
        """What the store kept, for credentials in the pool and those that still come."""
        self._persistence.read(saved)
        self._conversations.read(saved.bindings)
        now = self._members.now()
        for pooled in self._members.all():
            self._persistence.refresh(pooled, now)
        self._members.all_changed()

    def credential(self, identity: CredentialId) -> Credential | None:
        pooled = self._members.get(identity)
        return pooled.credential if pooled else None

    def usable(self) -> list[Credential]:
        """Those that wait for no person. Cheap, as `backends` is: for whoever looks after each change."""
        now = self._members.now()
        for one in self._members.all():
            if one.mark:
                self._cooldowns.end_mark(one, now)
        return [one.credential for one in self._members.all() if one.in_rotation()]

    def backends(self, group: Group = ALL) -> set[str]:
        return {one.credential.backend for one in self._members.of(group)}

    def members(self) -> list[PooledCredential]:
        """As they are now, oldest first: what is over by the clock has ended."""
        now = self._members.now()
        for one in self._members.all():
            if one.budget.cooldowns:
                self._cooldowns.end_cooldowns(one, now)
            if one.mark:
                self._cooldowns.end_mark(one, now)
            if one.budget.tallies:
                one.roll(now)
        return sorted(self._members.all(), key=lambda one: (one.credential.created_at, one.credential.label))

    def turns(self, most: int) -> list[PooledCredential]:
        """Who serves next, as far as nobody asks for a model; at `most` so many. Call `members` first."""
        able = [one for one in self._members.all() if one.in_rotation() and not one.spent()]
        return selection.ranked(able, selection.ORDERS[self.strategy], "", self._leases + 1, self._members.now(), most)

    def next_for(self, model: str, backends: Collection[str]) -> Credential | None:
        """Who would get a lease for the model now."""
        now = self._members.now()
        index = self._index(model, backends, ALL)
        index.look(now)
        return index.best(self._leases + 1, ()).credential if index.ready(()) else None

    def view(self) -> tuple[CredentialView, ...]:
        return tuple(self.views())

    def views(self) -> Iterator[CredentialView]:
        """All credentials, oldest first; each made as it is asked for."""
        now, members = self._members.now(), self.members()
        places = {one.credential.id: place for place, one in enumerate(self.turns(len(members)), 1)}
        sharing = Counter(id(one.budget) for one in members)
        for one in members:
            yield view_of(one, places.get(one.credential.id, 0), now, shared=sharing[id(one.budget)] > 1)

    # What people and checks find out

    def mark(self, identity: CredentialId, fault: UpstreamFault) -> None:
        """A fault found outside an exchange. Kinds that need no person leave no mark."""
        if pooled := self._members.change(identity):
            pooled.last_error = fault.message
            if fault.kind in cooldowns.PERSON:
                self._cooldowns.mark(pooled, fault)

    def clear_cooldown(self, identity: CredentialId, by: Ender = Ender.PERSON) -> None:
        """Forget all rests and the mark: it is tried again."""
        if pooled := self._members.change(identity):
            self._cooldowns.clear(pooled, by)

    def forget_model(self, model: str | None) -> int:
        """Google's refusals of one model to credentials, or of all; how many are forgotten."""
        return self._cooldowns.forget_model(model)

    def learn_quota(
        self,
        identity: CredentialId,
        model: str,
        remaining: float,
        resets_at: float | None = None,
        limit: int | None = None,
    ) -> None:
        """Google's own figure for one model; a share left proves that a day's rest has ended early."""
        if pooled := self._members.change(identity):
            self._cooldowns.learn(pooled, model, remaining, resets_at, limit)

    # How it is done

    def _index(self, model: str, backends: Collection[str], group: Group, only: CredentialId = ANY) -> ReadyIndex:
        order = selection.ORDERS[self.strategy]
        make = partial(ReadyIndex, model=model, backends=backends, order=order, cooldowns=self._cooldowns)
        if only:
            return make(self._members.of(group, only))
        return self._members.kept(ReadyIndex, (model, tuple(backends), self.strategy), group, make)

    def _choose(self, index: ReadyIndex, ready: int, tried: Ids, affinity: str, now: float) -> Lease:
        model = index.model
        name = name_of(affinity.removeprefix(BEGINS), model) if affinity else ""
        before = None if not name or affinity.startswith(BEGINS) else self._conversations.of(name, now)
        bound = self._members.get(before) if before else None
        if bound is not None and bound.credential.id not in tried and index.is_ready(bound.credential.id):
            chosen, reason = bound, say("why.same_conversation")
        else:
            chosen = index.best(self._leases + 1, tried)
            reason = selection.reason(chosen, model, ready, self.strategy)
            if before:
                label = quoted(bound.credential.label) if bound else say("why.its_last_one")
                reason = say("why.moved_here", reason=reason, label=label, why=why_not(bound, model, tried, now))
        if name:
            self._conversations.bind(name, chosen.credential.id, now)
        return self._give(chosen, model, reason)

    def _give(self, pooled: PooledCredential, model: str, reason: Message) -> Lease:
        self._leases += 1
        pooled.last_lease = self._leases
        pooled.in_flight += 1
        self._open[self._leases] = pooled
        self._members.counted(pooled)
        return Lease(self._leases, pooled.credential, model, reason)

    def _count(self, pooled: PooledCredential, model: str) -> float:
        """One request. When that was."""
        now = self._members.now()
        self._persistence.keep_requests(pooled.credential.id, model, pooled.count(model, now))
        return now

    def _named(self, pooled: PooledCredential, project: str) -> None:
        """Google said whose quota a key draws on."""
        if project and pooled.credential.kind is Kind.API_KEY:
            self._share(pooled, project)
            if not pooled.credential.project:
                self.on_project(pooled.credential.id, project)

    def _share(self, pooled: PooledCredential, project: str) -> None:
        if not project:
            return
        own = pooled.budget
        shared = self._projects.join(project, own)
        if shared is not own:
            for one in tuple(self._members.sharing(own)):
                self._members.draw_on(one, shared)

    def _put_off_probe(self, pooled: PooledCredential, model: str, now: float) -> None:
        for name, cooldown in tuple(pooled.cooldowns.items()):
            if cooldown is pooled.cooldown_of(model):
                pooled.cooldowns[name] = put_off(cooldown, now)
