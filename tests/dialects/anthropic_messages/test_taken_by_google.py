"""Whatever a client says in good order, Google takes: random conversations against the stand-in's validator."""

from typing import Any

from as_sent import as_sent
from examples import examples
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gcli2api_tui.gemini.google_search import unflagged
from gcli2api_tui.gemini.signatures import SignatureEnvelope, encode_signature
from gcli2api_tui.simulator import models
from gcli2api_tui.simulator.validate import validated

IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0K"}}
NAMES = ["get_weather", "mcp__a/b c", "x" * 80]
TOOLS: list[dict[str, Any]] = [
    {"name": NAMES[0], "input_schema": {"$ref": "#/$defs/a", "$defs": {"a": {}}}},
    {"name": NAMES[1], "input_schema": {"type": "object", "properties": {"a": {"type": "string"}}}},
    {"type": "web_search_20250305", "name": "web_search"},
]
TEXT = st.sampled_from(["", "hi", "你好", "cut \ud83d"])
SAID = TEXT.map(lambda words: {"type": "text", "text": words})
BLOCKS = st.lists(SAID | st.just(IMAGE), max_size=2)
USER = st.builds(lambda content: [{"role": "user", "content": content}], TEXT | BLOCKS)
SYSTEM = st.builds(lambda words: [{"role": "system", "content": words}], TEXT)
THOUGHT = {"type": "thinking", "thinking": "hm", "signature": "EqQB"}
SPOKEN = st.builds(lambda content: [{"role": "assistant", "content": [THOUGHT, *content]}], st.lists(SAID, max_size=2))


@st.composite
def called(draw: st.DrawFn) -> list[dict[str, Any]]:
    """An assistant's calls and what came of them: in any order, some missing, ids used again in later turns."""
    named = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3))
    calls = [{"type": "tool_use", "id": f"toolu_{n}", "name": name, "input": {}} for n, name in enumerate(named)]
    answered = draw(st.lists(st.sampled_from([call["id"] for call in calls]), unique=True))
    results = [
        {
            "type": "tool_result",
            "tool_use_id": identity,
            "content": draw(TEXT | BLOCKS),
            "is_error": draw(st.booleans()),
        }
        for identity in answered
    ]
    kept = draw(st.sampled_from(["EqQB", encode_signature(SignatureEnvelope("gemini-2", "c2ln", "toolu_0"))]))
    said = [{"type": "redacted_thinking", "data": kept}, *draw(st.lists(SAID, max_size=1)), *calls]
    return [{"role": "assistant", "content": said}, {"role": "user", "content": [*results, *draw(BLOCKS)]}]


TURNS = st.lists(USER | SYSTEM | SPOKEN | called(), max_size=5).map(
    lambda turns: [one for turn in turns for one in turn]
)
THINKING = st.sampled_from(
    [
        {"type": "adaptive"},
        {"type": "disabled"},
        {"type": "enabled", "budget_tokens": 1024},
        {"type": "adaptive", "display": "omitted"},
    ]
)
OPTIONS = st.fixed_dictionaries(
    {
        "model": st.sampled_from(
            ["gemini-2.5-pro", "gemini-2.5-flash", "gemini-3-pro-preview", "gemini-3-flash-preview"]
        )
    },
    optional={
        "tools": st.just(TOOLS) | st.just(TOOLS[2:]),
        "thinking": THINKING,
        "output_config": st.sampled_from(
            [{"effort": "max"}, {"effort": "low", "format": {"type": "json_schema", "schema": {"strict": True}}}]
        ),
        "max_tokens": st.sampled_from([1, 10**6]),
        "temperature": st.sampled_from([0, 1]),
        "stop_sequences": st.just(["a", "b", "c", "d", "e", "f", "g"]),
        "system": TEXT | st.lists(SAID, max_size=2),
    },
)
CALLED = {"role": "assistant", "content": [{"type": "tool_use", "id": "a", "name": "f", "input": {}}]}


@settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=TURNS, options=OPTIONS, choice=st.sampled_from([None, "none", "auto", "any"]))
@example(turns=[CALLED, {"role": "user", "content": [IMAGE]}], options={"model": "gemini-3-pro-preview"}, choice=None)
def test_google_takes_it(understand: Any, turns: Any, options: dict[str, Any], choice: Any) -> None:
    messages = [{"role": "user", "content": "begin"}, *turns]
    picked = {"tool_choice": {"type": choice}} if choice and "tools" in options else {}
    request = as_sent(understand(messages=messages, **options, **picked).call)
    model = models.find(options["model"])
    assert model
    for backend in ("gemini-api", "vertex", "code-assist"):
        # As the backends send it: the field is the Gemini API's alone.
        validated(request if backend == "gemini-api" else unflagged(request), model, 0, backend)
