"""deploy/install.ps1 read as PowerShell reads it. It cannot be run here: this finds what no PowerShell would take, and
where it and install.sh have gone apart."""

import re
from collections.abc import Iterator
from pathlib import Path

import tree_sitter
import tree_sitter_powershell

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
SCRIPT = (DEPLOY / "install.ps1").read_bytes()
TREE = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language())).parse(SCRIPT)


def nodes(kind: str) -> Iterator[str]:
    """The text of each of this kind."""
    waiting = [TREE.root_node]
    while waiting:
        node = waiting.pop()
        waiting += node.children
        if node.type == kind and node.text is not None:
            yield node.text.decode()


def test_it_is_powershell() -> None:
    assert not TREE.root_node.has_error


def test_windows_powershell_reads_it_in_any_code_page() -> None:
    assert SCRIPT.isascii()


def test_every_function_is_called_and_every_own_call_is_of_one_that_is_there() -> None:
    defined = set(nodes("function_name"))
    called = list(nodes("command_name"))
    assert defined == {name for name in called if name in defined}
    own = {"Build", "Find", "Stop", "Test", "Restart", "Invoke", "Uninstall", "Install"}
    of_windows = {"Start-Process", "Test-Path"}
    assert {name for name in called if name.partition("-")[0] in own} <= defined | of_windows
    assert not defined & {"Get-Service", "Start-Service"}, "names of Windows' own"


def test_nothing_of_it_needs_a_newer_powershell_than_windows_has() -> None:
    """5.1 has no `??`, no `? :`, no `&&` between commands."""
    code = re.sub(rb"(?s)<#.*?#>|#[^\n]*|'[^']*'|@\".*?\n\"@|\"[^\"]*\"", b"", SCRIPT)
    assert not re.search(rb"\?\?|&&|\|\||\s\?\s", code)


def test_both_scripts_ask_the_same_question() -> None:
    """Where the program comes from, in the words that a person reads."""
    words = (DEPLOY / "install.sh").read_text()
    for line in re.findall(r"  (?:a name on|the address of) .*", words):
        assert line.encode() in SCRIPT, line
    for said in ("-P", "--require-hashes", "--no-deps", "is no https: set GCLI2API_SHA256 too, or take https."):
        assert said in words and said.encode() in SCRIPT
