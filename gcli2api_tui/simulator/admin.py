"""The simulator's own door: `POST /sim/faults`, `POST /sim/script`, `GET /sim/journal`, `GET /sim/world`.

`POST /sim/hop-tokens` says how long a hop of a long answer is (`{"hop_tokens": 1000}`; 65536 at the start).
`POST /sim/service-account` makes a service account (`email`?, `project`?) and answers with its key file, once.

A fault is `{"kind": "rate_limit", "credential"?, "model"?, "method"?, "count"?: 1, "skip"?: 0, …options}`; a list of
such lines up several. A script is a list of turns (script.py). `DELETE` on faults or script forgets what waits, on
`/sim/tokens` every access token. Nothing else that is secret leaves here.
"""

from dataclasses import asdict

from quart import Quart, Response, jsonify, request

from gcli2api_tui.simulator import service_accounts
from gcli2api_tui.simulator.faults import REFUSALS, SHAPES
from gcli2api_tui.simulator.journal import fingerprint
from gcli2api_tui.simulator.refusals import invalid
from gcli2api_tui.simulator.world import World


class Admin:
    def __init__(self, world: World) -> None:
        self._world = world

    def attach(self, app: Quart) -> None:
        app.add_url_rule("/sim/faults", "sim_menu", self.menu)
        app.add_url_rule("/sim/faults", "sim_push", self.push, methods=["POST"])
        app.add_url_rule("/sim/faults", "sim_clear", self.clear, methods=["DELETE"])
        app.add_url_rule("/sim/script", "sim_waiting_turns", self.waiting_turns)
        app.add_url_rule("/sim/script", "sim_script", self.script, methods=["POST"])
        app.add_url_rule("/sim/script", "sim_forget", self.forget, methods=["DELETE"])
        app.add_url_rule("/sim/hop-tokens", "sim_hop_tokens", self.hop_tokens, methods=["POST"])
        app.add_url_rule("/sim/tokens", "sim_expire", self.expire, methods=["DELETE"])
        app.add_url_rule("/sim/journal", "sim_journal", self.journal)
        app.add_url_rule("/sim/world", "sim_world", self.world)
        app.add_url_rule("/sim/service-account", "sim_account", self.service_account, methods=["POST"])

    async def menu(self) -> Response:
        return jsonify({"waiting": len(self._world.faults), "refusals": sorted(REFUSALS), "shapes": dict(SHAPES)})

    async def push(self) -> Response:
        asked = await request.get_json(force=True)
        try:
            for one in asked if isinstance(asked, list) else [asked]:
                self._world.faults.push(**one)
        except (TypeError, ValueError) as error:
            raise invalid(str(error)) from None
        return jsonify({"waiting": len(self._world.faults)})

    async def clear(self) -> Response:
        self._world.faults.clear()
        return jsonify({"waiting": 0})

    async def waiting_turns(self) -> Response:
        return jsonify({"waiting": len(self._world.script)})

    async def script(self) -> Response:
        try:
            self._world.script.add(await request.get_json(force=True))
        except ValueError as error:
            raise invalid(str(error)) from None
        return await self.waiting_turns()

    async def forget(self) -> Response:
        self._world.script.clear()
        return await self.waiting_turns()

    async def hop_tokens(self) -> Response:
        asked = await request.get_json(force=True)
        self._world.long_decode.hop_tokens = int(asked["hop_tokens"])
        return jsonify({})

    async def expire(self) -> Response:
        """As if an hour had passed for all who signed in."""
        self._world.expire_access_tokens()
        return jsonify({})

    async def journal(self) -> Response:
        """All calls, or those of `?rpc=`, `?path=`, `?model=`, `?credential=`; the simulator's own are left out."""
        wanted = {name: request.args.get(name) for name in ("rpc", "path", "model", "credential")}
        found = self._world.journal.calls(**wanted)
        return jsonify([asdict(entry) for entry in found if not entry.path.startswith("/sim/")])

    async def service_account(self) -> Response:
        asked = await request.get_json(force=True)
        project = str(asked.get("project") or "sim-robots")
        email = str(asked.get("email") or f"robot@{project}.iam.gserviceaccount.com")
        return jsonify(service_accounts.make(self._world, email, project))

    async def world(self) -> Response:
        world = self._world
        return jsonify(
            {
                "seed": world.seed,
                "answered": dict(world.journal.answered),
                "api_keys": [
                    {"key": fingerprint(one.key), "project": one.project, "state": one.state}
                    for one in world.api_keys.values()
                ],
                "accounts": [self._account(email) for email in world.accounts],
                "service_accounts": [
                    {"email": one.email, "project": one.project} for one in world.service_accounts.values()
                ],
            }
        )

    def _account(self, email: str) -> dict[str, object]:
        one = self._world.accounts[email]
        return {"email": email, "tier": one.tier, "project": one.project, "dead": one.dead, "onboarded": one.onboarded}
