"""Files of clients are written, shown and taken back: nothing of the person's is lost, and nobody reads the key."""

import json
import os
import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest

from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.secret import MASK, Secret
from gcli2api_tui.recipes.all_recipes import RECIPES, matching, recipe_of
from gcli2api_tui.recipes.file_changes import Connections
from gcli2api_tui.recipes.recipe import Target

KEY = "sk-" + "Qz7" * 8
TARGET = Target("http://127.0.0.1:7861", KEY, "gemini-best", "gemini-fast", "gemini-cheap")
WRITERS = [recipe.id for recipe in RECIPES.values() if recipe.files]
LIVED_IN = {
    "claude": '{\n  // mine\n  "env": {"ANTHROPIC_MODEL": "opus", "X": "1"},\n  "theme": "dark"\n}\n',
    "codex": '# mine\nmodel = "gpt-6"\n\n[tui]\nx = 1\n',
    "opencode": '{"$schema": "s", "model": "anthropic/x"}',
    "qwen": '{\n  "$version": 3\n}\n',
    "gemini": "# mine\nGEMINI_API_KEY=AIza-old\n",
    "aider": "# mine\nmodel: sonnet\n",
    "continue": "name: Mine\nmodels:\n  - name: old\n    provider: ollama\n",
    "llm": "- model_id: old\n  model_name: x\n",
}


@pytest.fixture
def connections(tmp_path: Path) -> Connections:
    home = tmp_path / "home"
    home.mkdir()
    return Connections(tmp_path / "ours", {"HOME": str(home)}, "linux")


def connect(connections: Connections, client: str, target: Target = TARGET) -> None:
    connections.write(RECIPES[client], target, connections.wanted(RECIPES[client], target))


def undo(connections: Connections, client: str) -> None:
    connections.take_back(RECIPES[client], connections.unwanted(RECIPES[client]))


def files(connections: Connections, client: str) -> list[Path]:
    return [connections.path_of(file) for file in RECIPES[client].files]


def lived_in(connections: Connections, client: str) -> Path:
    path = files(connections, client)[0]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(LIVED_IN[client])
    return path


@pytest.mark.parametrize("client", WRITERS)
def test_from_nothing_and_back_to_nothing(connections: Connections, client: str) -> None:
    connect(connections, client)
    assert connections.connected(RECIPES[client])
    texts = [path.read_text() for path in files(connections, client)]
    assert any(KEY in text for text in texts) and any("7861" in text for text in texts)
    for path, file in zip(files(connections, client), RECIPES[client].files, strict=True):
        assert not file.holds_key or stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not any(change.is_one for change in connections.wanted(RECIPES[client], TARGET)), "a second time is none"
    undo(connections, client)
    assert not any(path.exists() for path in files(connections, client))
    assert not connections.connected(RECIPES[client]) and not list(connections.folder.iterdir())


@pytest.mark.parametrize("client", WRITERS)
def test_a_key_of_any_form_is_written_and_masked_where_it_is_shown(connections: Connections, client: str) -> None:
    key = """odd"QQ\\'ZZend"""
    target = Target(TARGET.url, key, "best", "fast", "cheap")
    told = "\n".join(
        line for change in connections.wanted(RECIPES[client], target) for line in change.lines(Secret(key))
    )
    assert f"odd{MASK}Zend" in told and "QQ" not in told and "ZZ" not in told
    connect(connections, client, target)
    assert not any(change.is_one for change in connections.wanted(RECIPES[client], target)), "it is read back the same"


@pytest.mark.parametrize("client", WRITERS)
def test_a_lived_in_file_comes_back_to_the_byte(connections: Connections, client: str) -> None:
    path = lived_in(connections, client)
    connect(connections, client)
    assert path.read_text() != LIVED_IN[client] and ("mine" in path.read_text()) is ("mine" in LIVED_IN[client])
    connect(connections, client, Target("http://127.0.0.1:9", KEY, "other", "other", "other"))
    undo(connections, client)
    assert path.read_text() == LIVED_IN[client]


@pytest.mark.parametrize("client", WRITERS)
def test_what_others_changed_since_stays(connections: Connections, client: str) -> None:
    path = lived_in(connections, client)
    connect(connections, client)
    changed = path.read_text().replace("mine", "still mine") + "\n"
    path.write_text(changed)
    undo(connections, client)
    text = path.read_text()
    assert KEY not in text and "7861" not in text
    assert ("still mine" in text) is ("mine" in LIVED_IN[client])


def test_what_stood_there_comes_back_and_what_the_person_set_since_stays(connections: Connections) -> None:
    path = lived_in(connections, "claude")
    connect(connections, "claude")
    path.write_text(path.read_text().replace("gemini-cheap", "haiku").replace("dark", "light"))
    undo(connections, "claude")
    text = "\n".join(line for line in path.read_text().split("\n") if "//" not in line)
    assert json.loads(text) == {
        "env": {"ANTHROPIC_MODEL": "opus", "X": "1", "ANTHROPIC_DEFAULT_HAIKU_MODEL": "haiku"},
        "theme": "light",
    }


def test_a_link_is_followed_and_stays_one(connections: Connections, tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles.toml", files(connections, "codex")[0]
    real.write_text(LIVED_IN["codex"])
    link.parent.mkdir()
    link.symlink_to(real)
    connect(connections, "codex")
    assert link.is_symlink() and tomllib.loads(real.read_text())["model_provider"] == "gcli2api"
    undo(connections, "codex")
    assert real.read_text() == LIVED_IN["codex"]


def test_a_file_without_the_key_keeps_its_mode(connections: Connections) -> None:
    path = files(connections, "gemini")[1]
    path.parent.mkdir()
    path.write_text("{}")
    path.chmod(0o644)
    connect(connections, "gemini")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize("text", ["model = ", "\x00", "model_providers = 1\n"])
def test_an_odd_file_is_left_alone_with_the_way_out(connections: Connections, text: str) -> None:
    path = files(connections, "codex")[0]
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(Problem) as refused:
        connections.wanted(RECIPES["codex"], TARGET)
    assert "by hand" in refused.value.sentence and path.read_text() == text


def test_a_folder_or_a_pipe_in_its_place_is_refused(connections: Connections) -> None:
    path = files(connections, "codex")[0]
    path.mkdir(parents=True)
    with pytest.raises(Problem):
        connections.wanted(RECIPES["codex"], TARGET)
    path.rmdir()
    os.mkfifo(path)
    with pytest.raises(Problem):
        connections.wanted(RECIPES["codex"], TARGET)


def test_what_changed_since_it_was_shown_is_not_overwritten(connections: Connections) -> None:
    path = lived_in(connections, "codex")
    changes = connections.wanted(RECIPES["codex"], TARGET)
    path.write_text(LIVED_IN["codex"] + "y = 2\n")
    with pytest.raises(Problem, match="has changed"):
        connections.write(RECIPES["codex"], TARGET, changes)
    assert "y = 2" in path.read_text() and not connections.connected(RECIPES["codex"])


def test_nothing_to_take_back_is_said(connections: Connections) -> None:
    with pytest.raises(Problem, match="Nothing of ours"):
        connections.unwanted(RECIPES["codex"])


def test_the_difference_shows_no_key_neither_ours_nor_theirs(connections: Connections) -> None:
    path = lived_in(connections, "opencode")
    other = "sk-ant-api03-" + "x" * 30
    path.write_text(json.dumps({"apiKey": "plain-words-key", "k": other}, indent=2))
    (change,) = connections.wanted(RECIPES["opencode"], TARGET)
    shown = "\n".join(change.lines(Secret(KEY)))
    assert KEY not in shown and other not in shown and "plain-words-key" not in shown
    assert f"sk-••••{KEY[-4:]}" in shown and '+        "baseURL": "http://127.0.0.1:7861/v1"' in shown.replace(
        "+  ", "+  "
    )


@pytest.mark.parametrize(
    ("client", "environ", "platform", "path"),
    [
        ("codex", {"CODEX_HOME": "/x"}, "linux", "/x/config.toml"),
        ("claude", {"CLAUDE_CONFIG_DIR": "/x"}, "darwin", "/x/settings.json"),
        ("gemini", {"GEMINI_CLI_HOME": "/x"}, "linux", "/x/.gemini/.env"),
        ("opencode", {"XDG_CONFIG_HOME": "/x"}, "linux", "/x/opencode/opencode.json"),
        ("continue", {"CONTINUE_GLOBAL_DIR": "/x"}, "linux", "/x/config.yaml"),
        ("llm", {"LLM_USER_PATH": "/x"}, "linux", "/x/extra-openai-models.yaml"),
        ("llm", {}, "linux", "/h/.config/io.datasette.llm/extra-openai-models.yaml"),
        ("llm", {}, "darwin", "/h/Library/Application Support/io.datasette.llm/extra-openai-models.yaml"),
        ("llm", {"APPDATA": "/a"}, "win32", "/a/io.datasette.llm/extra-openai-models.yaml"),
    ],
)
def test_where_each_keeps_it(client: str, environ: dict[str, str], platform: str, path: str) -> None:
    place = RECIPES[client].files[0].place({"HOME": "/h", **environ}, platform)
    assert place.as_posix() == path


@pytest.mark.parametrize("client", RECIPES)
def test_every_recipe_names_address_key_and_what_it_may_be_called(client: str) -> None:
    recipe = RECIPES[client]
    typed = TARGET.filled(recipe.typed)
    assert KEY in typed and ("7861" in typed or client == "cursor") and ("gemini-" in typed or client == "open-webui")
    assert recipe.programs and recipe_of(recipe.name) is recipe and recipe in matching(recipe.name)
    assert bool(recipe.files) is bool(recipe.start)


def test_there_are_at_least_sixteen_and_a_beginning_is_enough() -> None:
    assert len(RECIPES) >= 16
    found: Any = recipe_of("claud")
    assert found.id == "claude" and recipe_of("o") is None and recipe_of("") is None and recipe_of("nope") is None
