"""A conversation as Google reads it: contents with results hold nothing else."""

from gcli2api_tui.dialects.history import History, call


def test_what_follows_results_is_a_content_of_its_own():
    history = History()
    history.ask([{"text": "go"}])
    history.answer([call("f", "{}", "1", "tools")], {"1": {"result": "42"}})
    history.say("user", [{"text": "and?"}])
    history.say("user", [{"text": "now?"}])
    assert [sorted({key for part in content["parts"] for key in part}) for content in history.contents] == [
        ["text"], ["functionCall"], ["functionResponse"], ["text"],
    ]  # fmt: skip
    assert [part["text"] for part in history.contents[-1]["parts"]] == ["and?", "now?"]


def test_a_call_without_a_result_gets_one_that_says_so():
    history = History()
    history.answer([call("f", {}, "1", "tools"), call("g", {}, "2", "tools")], {"1": {"result": "42"}})
    answers = [part["functionResponse"]["response"] for part in history.contents[1]["parts"]]
    assert answers == [{"result": "42"}, {"error": "no result"}]
