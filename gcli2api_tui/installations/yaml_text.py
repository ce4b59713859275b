"""YAML as plain values, by ruamel.yaml where it is installed; nothing is guessed where it is not.

In: bytes. Out: a mapping. Raises ImportRefused, with the line that brings the reader, or with where the text is wrong.
The package is no part of the default install, since nothing else here needs it.
"""

from typing import Any

from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.messages.message import say


def read_yaml(data: bytes, name: str) -> dict[str, Any]:
    try:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError
    except ImportError:
        raise ImportRefused(say("over.no_yaml_reader"), file=name, way_out=say("over.install_yaml")) from None
    try:
        found = YAML(typ="safe", pure=True).load(data.decode("utf-8-sig"))
    except (YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = say("import.at", line=mark.line + 1, column=mark.column + 1) if mark else name
        raise ImportRefused(say("over.no_yaml", where=where), file=name) from None
    if not isinstance(found, dict):
        raise ImportRefused(say("over.no_yaml", where=name), file=name)
    return found
