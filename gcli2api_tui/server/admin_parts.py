"""What the admin API's routes answer alike: a verb that was done, or refused."""

from quart import Response

from gcli2api_tui.control.ports import Answer, Refused
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.server.quart_adapter import json_answer


def done(answer: Answer) -> Response:
    """What came of a verb. Raises ClientFault 409 where it was refused."""
    if isinstance(answer, Refused):
        raise conflict(answer)
    return json_answer(answer)


def conflict(refused: Refused) -> ClientFault:
    """A verb's refusal as an error of the API."""
    return ClientFault(refused.reason, status=409, code="refused", way_out=refused.way_out)
