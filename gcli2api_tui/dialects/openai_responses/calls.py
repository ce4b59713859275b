"""A whole call of the model → an item of the output, with the events that tell its arguments.

In: the tool as the client knows it, and what Gemini called it with. Out: a MadeCall.
"""

from collections.abc import Mapping

from gcli2api_tui.dialects.declarations import free_text
from gcli2api_tui.dialects.openai_responses.brought_tools import SEARCH
from gcli2api_tui.dialects.openai_responses.stream_items import Event
from gcli2api_tui.dialects.openai_responses.tools import Known, shell_action
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class MadeCall:
    """`begun` is the item before its arguments were said."""

    item: dict[str, object]
    begun: dict[str, object]
    steps: list[Event]


def call_item(known: Known, args: Mapping[str, object], call_id: str, item_id: str, index: int) -> MadeCall:
    """Function, custom tool, local shell or search for tools, each in its own shape."""
    item: dict[str, object] = {"id": item_id, "type": f"{known.kind}_call", "status": "completed", "call_id": call_id}
    if known.kind == "local_shell":
        item["action"] = shell_action(args)
        return MadeCall(item, item, [])
    if known.kind == SEARCH:
        item |= {"execution": "client", "arguments": dict(args)}
        return MadeCall(item, item, [])
    item["name"] = known.name
    if known.namespace:
        item["namespace"] = known.namespace
    place = {"item_id": item_id, "output_index": index}
    if known.kind == "custom":
        item["type"] = "custom_tool_call"
        return _told(item, "input", free_text(args), "custom_tool_call_input", place)
    return _told(item, "arguments", compact(args), "function_call_arguments", place)


def _told(item: dict[str, object], key: str, said: str, event: str, place: dict[str, object]) -> MadeCall:
    steps = [{"type": f"response.{event}.delta", **place, "delta": said}] if said else []
    steps.append({"type": f"response.{event}.done", **place, key: said})
    return MadeCall({**item, key: said}, {**item, key: ""}, steps)
