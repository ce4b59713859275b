"""The admin API's models: all that is known of each, and the verb that forgets what was learnt.

In: a model's id, or none for all. Out: rows, or what came of it.
"""

from quart import Blueprint, Response

from gcli2api_tui.ledger.codec import to_json
from gcli2api_tui.server.admin_routes import done
from gcli2api_tui.server.answers import json_answer
from gcli2api_tui.server.services import Services

LONGEST_NAME = 200


def admin_model_routes(services: Services) -> Blueprint:
    """Everything under /admin/api/models; App asks for the admin key before."""
    routes = Blueprint("admin_models", __name__, url_prefix="/admin/api/models")

    @routes.get("")
    async def models() -> Response:
        return json_answer({"at": services.clock.now(), "models": to_json(services.reader.models())})

    @routes.post("/forget")
    async def forget_all() -> Response:
        return done(await services.control.forget_learnt(None))

    @routes.post("/<model>/forget")
    async def forget(model: str) -> Response:
        return done(await services.control.forget_learnt(model[:LONGEST_NAME]))

    return routes
