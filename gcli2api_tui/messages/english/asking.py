"""Asking our own endpoint: Play, resending, a chosen credential."""

from collections.abc import Mapping

ASKING: Mapping[str, str] = {
    "chosen.cannot": "The chosen credential cannot serve this, and no other was asked: {said}",
    "chosen.another": "Choose another one, or none: then the pool chooses.",
    "pool.other_kind": "{model} is not served with this kind of credential.",
    "guard.choice": "Which credential serves a request is chosen by the pool.",
    "guard.no_choice": (
        "Leave the header {name} out. Only this user's own processes may send it, with run.json's token as their key."
    ),
    "asking.no_server": "The server was not reached: {why}.",
    "asking.cut": "The connection broke before the answer was whole: {why}.",
    "asking.stopped": "Stopped by you.",
    "asking.status": "The server answered with status {status}.",
    "asking.not_whole": "The answer ended before it was whole.",
    "asking.closing": "The server is stopping.",
    "asking.empty": "The answer was empty.",
    "asking.is_over": "It has ended already.",
    "asking.no_object": "The body must be a JSON object.",
    "asking.begun": "It uses 1 request.",
    "ask.nothing": "There is no question.",
    "ask.how": "Write it behind `ask`, or send it to standard input.",
    "ask.no_model": "No model is served yet.",
    "ask.failed": "Status {status}: {said}",
    "verb.ask": "ask",
    "verb.stop_asking": "stop asking",
}
