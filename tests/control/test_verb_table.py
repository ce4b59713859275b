"""One table is the admin API: no method of a port without a row, no row without a method or a route of its own."""

import inspect
from typing import Any

import pytest

from gcli2api_tui.control import verb_table
from gcli2api_tui.control.ports import Control, Reader
from gcli2api_tui.control.remote_control import RemoteControl
from gcli2api_tui.control.remote_reader import RemoteReader
from gcli2api_tui.control.verb_table import NOT_SENT, VERBS, Verb, hints_of
from gcli2api_tui.server.admin_special_routes import BY_HAND


def methods(port: type) -> set[str]:
    kinds = [kind for kind in port.__mro__ if kind.__module__.startswith("gcli2api_tui")]
    return {name for kind in kinds for name in vars(kind) if not name.startswith("_")}


def test_every_method_of_a_port_has_a_row_or_a_reason() -> None:
    rows = {verb.name for verb in VERBS}
    known = methods(Reader) | methods(Control)
    assert known - rows == set(NOT_SENT), "add a row to VERBS, or say in NOT_SENT why it does not travel"
    assert all(NOT_SENT.values())
    assert {name for name in rows - known if not verb_table.by_name(name).by_hand} == set()


def test_what_is_written_by_hand_is_there_and_nothing_else() -> None:
    assert set(BY_HAND) == {verb.name for verb in VERBS if verb.by_hand}


def test_names_and_paths_are_there_once() -> None:
    assert len({verb.name for verb in VERBS}) == len(VERBS)
    assert len({(verb.method, verb.path) for verb in VERBS}) == len(VERBS)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_a_row_fits_its_path_and_its_method(verb: Verb) -> None:
    params = verb_table.params(verb.name)
    in_path = {part[1:-1] for part in verb.path.split("/") if part.startswith("{")}
    assert {param.name for param in params if param.place == "path"} == in_path
    if verb.reads:
        assert all(param.place in ("path", "query") for param in params), "a GET has no body"
    if not verb.by_hand:
        method: Any = getattr(verb_table.port_of(verb), verb.name)
        assert [param.argument for param in params] == list(inspect.signature(method).parameters)[1:]
    assert verb_table.summary(verb) and verb_table.result(verb.name) is not None


@pytest.mark.parametrize(("remote", "port"), [(RemoteReader, Reader), (RemoteControl, Control)])
def test_the_remote_sides_are_whole(remote: type, port: type) -> None:
    for name in methods(port) - {"revision"}:
        assert hints_of(getattr(remote, name)) == hints_of(getattr(port, name)), name
