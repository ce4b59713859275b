"""Whatever a client says in good order, Google takes: random conversations against the stand-in's validator."""

from typing import Any

from as_sent import as_sent
from examples import examples
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gcli2api_tui.gemini.google_search import unflagged
from gcli2api_tui.simulator import models
from gcli2api_tui.simulator.validate import validated

PIXEL = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0K"}}
NAMES = ["get_weather", "mcp__a/b c", "x" * 80]
TOOLS = [
    {"type": "function", "function": {"name": NAMES[0], "parameters": {"$ref": "#/$defs/a", "$defs": {"a": {}}}}},
    {"type": "function", "function": {"name": NAMES[1]}},
    {"type": "custom", "custom": {"name": NAMES[2]}},
]
TEXT = st.sampled_from(["", "hi", "你好", "cut \ud83d"])
USER = st.builds(
    lambda content: [{"role": "user", "content": content}],
    TEXT | st.lists(TEXT.map(lambda words: {"type": "text", "text": words}) | st.just(PIXEL), max_size=2),
)
SYSTEM = st.builds(
    lambda role, words: [{"role": role, "content": words}], st.sampled_from(["system", "developer"]), TEXT
)
SPOKEN = st.builds(lambda words: [{"role": "assistant", "content": words}], TEXT | st.none())
RESULT = st.sampled_from(["", "21", '{"a": 1}', "[1]", "{broken", '"text"'])
ARGUMENTS = st.sampled_from(["", "{}", '{"city": "Paris"}', "[1]", "nope", "null"])


@st.composite
def called(draw: st.DrawFn) -> list[dict[str, Any]]:
    """An assistant's calls and what came of them: in any order, some missing, ids used again in later turns."""
    calls = [
        {
            "id": f"call_{n}",
            "type": "function",
            "function": {"name": draw(st.sampled_from(NAMES[:2])), "arguments": said},
        }
        for n, said in enumerate(draw(st.lists(ARGUMENTS, min_size=1, max_size=3)))
    ]
    if draw(st.booleans()):
        calls.append({"id": "call_c", "type": "custom", "custom": {"name": NAMES[2], "input": "ls"}})
    answered = draw(st.lists(st.sampled_from([call["id"] for call in calls]), unique=True))
    results = [{"role": "tool", "tool_call_id": identity, "content": draw(RESULT)} for identity in answered]
    return [{"role": "assistant", "content": draw(TEXT | st.none()), "tool_calls": calls}, *results]


CALLED = {"role": "assistant", "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f"}}]}
TURNS = st.lists(USER | SYSTEM | SPOKEN | called(), max_size=5).map(
    lambda turns: [one for turn in turns for one in turn]
)
OPTIONS = st.fixed_dictionaries(
    {
        "model": st.sampled_from(
            ["gemini-2.5-pro", "gemini-2.5-flash", "gemini-3-pro-preview", "gemini-3-flash-preview"]
        )
    },
    optional={
        "tools": st.just(TOOLS),
        "reasoning_effort": st.sampled_from(["none", "minimal", "low", "medium", "high", "xhigh", "max"]),
        "response_format": st.sampled_from(
            [{"type": "json_object"}, {"type": "json_schema", "json_schema": {"name": "a", "schema": {"strict": True}}}]
        ),
        "web_search_options": st.just({}),
        "max_tokens": st.sampled_from([1, 10**6]),
        "temperature": st.sampled_from([0, 2]),
        "stop": st.sampled_from([[], "END"]),
        "top_k": st.just(0),
        "presence_penalty": st.sampled_from([0, 1]),
    },
)


@settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=TURNS, options=OPTIONS, choice=st.sampled_from([None, "none", "auto", "required", TOOLS[1]]))
@example(turns=[CALLED, {"role": "user", "content": [PIXEL]}], options={"model": "gemini-3-pro-preview"}, choice=None)
def test_google_takes_it(understand: Any, turns: Any, options: dict[str, Any], choice: Any) -> None:
    """A conversation begins with a user: what comes before the first one is a history cut wrongly."""
    messages = [{"role": "system", "content": "s"}, {"role": "user", "content": "begin"}, *turns]
    picked = {"tool_choice": choice} if choice and "tools" in options else {}
    request = as_sent(understand(messages=messages, **options, **picked).call)
    model = models.find(options["model"])
    assert model
    for backend in ("gemini-api", "vertex", "code-assist"):
        # As the backends send it: the field is the Gemini API's alone.
        validated(request if backend == "gemini-api" else unflagged(request), model, 0, backend)
