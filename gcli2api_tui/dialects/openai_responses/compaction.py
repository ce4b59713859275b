"""A conversation that is made shorter: one answer of the model that sums it up, told as an item `compaction`.

In: a request with a `compaction_trigger`, or one of /responses/compact. Out: the item, whose text only this server
reads, and on later requests its words for the model. What no program of this kind wrote counts as not there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gcli2api_tui.dialects.generate_request import Tools
from gcli2api_tui.dialects.history import History
from gcli2api_tui.dialects.openai_responses.response_object import Output
from gcli2api_tui.dialects.openai_responses.stream_items import Event
from gcli2api_tui.dialects.sse import Mender
from gcli2api_tui.gemini.stream_parts import BlobPart, CallPart

TRIGGER = "compaction_trigger"
COMPACTED = ("compaction", "compaction_summary", "context_compaction")
"""The item, and the names it had and has in Codex's histories."""
_OURS = "g1-summary:"
_SUM_UP = (
    "Sum up this conversation, so that another assistant can go on from your summary and the user's messages alone. "
    "Write down: what the user wants, with every condition and preference; what was done and decided, and why; the "
    "state of files, commands and results, with the exact names, paths, ids and values that are still needed; what is "
    "open, what failed, and what comes next. Answer with the summary only: call no tool, do not go on with the work."
)


def asks_to_compact(items: Iterable[Mapping[str, object]]) -> bool:
    """Whether the newest items ask for it."""
    return any(item.get("type") == TRIGGER for item in items)


def asked_to_sum_up(history: History, tools: Tools) -> Tools:
    """Puts the question behind the conversation. Tools stay, so that Google's cache holds, but none may be called."""
    history.ask([{"text": _SUM_UP}])
    history.finish("input")
    return replace(tools, config={"mode": "NONE"} if tools.declarations else {}, search=False)


def words_of(item: Mapping[str, object]) -> str:
    """The summary in a compaction item, for the model."""
    sealed = item.get("encrypted_content")
    if not isinstance(sealed, str) or not sealed.startswith(_OURS):
        return ""
    return f"<summary_of_the_conversation>\n{sealed.removeprefix(_OURS)}\n</summary_of_the_conversation>"


def users_messages(items: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """What stays beside a summary as it was said: OpenAI keeps all that the user said."""
    return [item for item in items if item.get("type", "message") == "message" and item.get("role") == "user"]


def compacted(response: Mapping[str, object], messages: Sequence[dict[str, object]]) -> dict[str, object]:
    """The answer of /responses/compact."""
    output = response["output"]
    assert isinstance(output, list)
    shown = {key: response[key] for key in ("id", "created_at", "usage")}
    return {**shown, "object": "response.compaction", "output": [*messages, *output]}


class Summary(Output):
    """An output that is one compaction item: the text is the summary, and nothing else of the answer is told."""

    def __init__(self, stem: str) -> None:
        super().__init__(stem, {}, None)
        self._said: list[str] = []
        self._mender = Mender()

    def think(self, words: str) -> list[Event]:
        return []

    def say(self, words: str, signature: str = "") -> list[Event]:
        self._said.append(self._mender.feed(words))
        self.characters += len(words)
        return []

    def call(self, piece: CallPart) -> list[Event]:
        return []

    def show(self, piece: BlobPart) -> list[Event]:
        return []

    @property
    def answered(self) -> bool:
        return any(self._said)

    def close(self, status: str = "completed", logprobs: Sequence[dict[str, object]] = ()) -> list[Event]:
        """The item; nothing where there is no summary."""
        words = "".join(self._said) + self._mender.flush()
        if not words:
            return []
        return self._whole({"id": self._id("cmp"), "type": "compaction", "encrypted_content": _OURS + words}, [])
