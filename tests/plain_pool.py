"""What the pool's choice is held to: all members are walked through for each lease, and nothing is kept."""

from collections.abc import Collection

from gcli2api_tui.credentials.credential import BACKEND_OF
from gcli2api_tui.messages.message import quoted, say
from gcli2api_tui.pool import selection
from gcli2api_tui.pool.affinity import name_of
from gcli2api_tui.pool.credential_state import PooledCredential
from gcli2api_tui.pool.no_credential import no_credential, why_not
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.pool.ports import ANY, BEGINS, Group, Ids, Lease, RemainingQuota
from gcli2api_tui.pool.remaining_quota import _left as left_of


class PlainPool(Pool):
    def lease(
        self,
        model: str,
        backends: Collection[str],
        group: Group,
        *,
        tried: Ids = (),
        affinity: str = "",
        only=ANY,
    ) -> Lease:
        now = self._members.now()
        of_group = [one for name, one in self._members.items() if group is None or name in group]
        members = [one for one in of_group if only in (ANY, one.credential.id)]
        open_now, ready = [], []
        for one in members:
            self._cooldowns.end_cooldowns(one, now)
            self._cooldowns.end_mark(one, now)
            fits = BACKEND_OF[one.credential.kind] in backends and one.credential.id not in tried
            if fits and one.open_for(model):
                one.roll(now)
                open_now.append(one)
                if one.free_at(model, now) <= now:
                    ready.append(one)
        if ready:
            return self._chosen(ready, model, tried, affinity, now)
        for one in open_now:
            if one.probe_due(model, now):
                self._put_off_probe(one, model, now)
                return self._give(one, model, say("why.probe"))
        suitable = [one for one in members if one.credential.backend in backends]
        raise no_credential(suitable, model, now, tried, only, known=bool(members), group=group)

    def remaining_quota(self, model: str, backends: Collection[str], group: Group) -> RemainingQuota | None:
        now, known = self._members.now(), {}
        fit = [one for name, one in self._members.items() if group is None or name in group]
        fit = [one for one in fit if one.credential.backend in backends and one.in_rotation() and one.allows(model)]
        left = [left_of(one, model, now) for one in fit]
        for one, each in zip(fit, left, strict=True):
            if each is None:
                return None
            known.setdefault(one.budget, each)
            if each.remaining > known[one.budget].remaining:
                known[one.budget] = each
        sums = [sum(column) for column in zip(*((each.limit, each.remaining) for each in known.values()), strict=True)]
        return RemainingQuota(*sums, max(max(0.0, each.ends_at - now) for each in known.values())) if known else None

    def next_for(self, model: str, backends: Collection[str]):
        now = self._members.now()
        able = [
            one
            for one in self._members.all()
            if one.credential.backend in backends and one.open_for(model) and one.free_at(model, now) <= now
        ]
        return self._best(able, model, now).credential if able else None

    def _chosen(self, ready: list[PooledCredential], model: str, tried: Ids, affinity: str, now: float) -> Lease:
        name = name_of(affinity.removeprefix(BEGINS), model) if affinity else ""
        before = None if not name or affinity.startswith(BEGINS) else self._conversations.of(name, now)
        bound = self._members.get(before) if before else None
        if bound in ready:
            chosen, reason = bound, say("why.same_conversation")
        else:
            chosen = self._best(ready, model, now)
            reason = selection.reason(chosen, model, len(ready), self.strategy)
            if before:
                label = quoted(bound.credential.label) if bound else say("why.its_last_one")
                reason = say("why.moved_here", reason=reason, label=label, why=why_not(bound, model, tried, now))
        if name:
            self._conversations.bind(name, chosen.credential.id, now)
        return self._give(chosen, model, reason)

    def _best(self, ready: list[PooledCredential], model: str, now: float) -> PooledCredential:
        turn, strategy = self._leases + 1, self.strategy

        def quota_aware(one: PooledCredential):
            score = one.left(model) * one.credential.settings.weight / (1 + one.in_flight + one.elsewhere)
            return -score * (turn - one.last_lease), -score, one.last_lease

        def key(one: PooledCredential):
            crowded = one.crowded.get(model, 0.0) > now
            if strategy == "quota-aware":
                return crowded, *quota_aware(one)
            if strategy == "round-robin":
                return crowded, one.last_lease
            if strategy == "fill-first":
                return crowded, one.credential.created_at, one.last_lease
            ends_at = one.day_ends_at(model, now)
            minute = float("inf") if ends_at is None else ends_at // 60
            return crowded, one.left(model) <= 0, minute, *quota_aware(one)

        return min(ready, key=key)
