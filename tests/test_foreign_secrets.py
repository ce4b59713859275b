"""A folder with one file of each neighbour, brought in every way there is: what is Google's serves, and no foreign
secret reaches the stand-in for Google, a log, a file of ours or the screen of a command."""

import json
import re
import shutil
from pathlib import Path

import programs

from gcli2api_tui.simulator.journal import fingerprint

CASES = Path(__file__).parent / "cases" / "imports"
STUDIO = "AQ.sim-key-of-studio-0002"
WORDS = re.compile(r"[\w./=|+-]{8,}")


def folder_of_neighbours(place: Path) -> Path:
    """Every case that holds somebody else's secret, and one `.env` with a key of the stand-in among others'."""
    place.mkdir()
    foreign = [path for path in CASES.glob("*.*") if path.name.startswith(("foreign-", "antigravity", "words"))]
    for path in (*foreign, *(CASES / "neighbours").glob("*.*")):
        shutil.copy(path, place / path.name)
    (place / ".env").write_text(
        f"OPENAI_API_KEY=sk-proj-dotenvcase0001abcdef\nGEMINI_API_KEY={STUDIO}\nPASSWORD=dotenv-password\n"
    )
    return place


def foreign_secrets(folder: Path) -> set[str]:
    """Every word that a secret's value is made of, whole and at its separators."""
    words = {word for path in folder.iterdir() for word in WORDS.findall(path.read_text())}
    secret = re.compile(r"case-?[\w-]*\d{4}|^sk-|^1//0|^ya29|^ghp_|^GOCSPX|password|^eyJ|^rt_")
    return {word for word in words if secret.search(word)} - {STUDIO, "AQ.opencodecase0001abcdefghijklmnopqrstuvwx"}


def test_no_foreign_secret_goes_anywhere(tmp_path: Path) -> None:
    folder, home = folder_of_neighbours(tmp_path / "neighbours"), tmp_path / "home"
    secrets = foreign_secrets(folder)
    assert len(secrets) > 25
    archive = shutil.make_archive(str(tmp_path / "all"), "zip", folder)
    with programs.simulator_within() as google, programs.server(home, google) as url:
        said = [
            programs.command("creds", "import", "--home", str(home), str(folder)),
            programs.command("creds", "import", "--home", str(home), archive),
            *(
                programs.command("creds", "add-key", "--no-check", "--home", str(home), one)
                for one in ("sk-proj-typed0001abcdefgh",)
            ),
        ]
        assert [done.returncode for done in said] == [0, 0, 1]
        for path in folder.glob("[!.]*"):
            shutil.copy(path, home / "credentials" / path.name)
        rows = lambda: programs.fetch(f"{url}/admin/api/credentials", key="pwd")["credentials"]  # noqa: E731
        log = lambda: programs.fetch(f"{url}/admin/api/snapshot", key="pwd")["log"]  # noqa: E731
        programs.until(lambda: any(row["label"] == "GEMINI_API_KEY" for row in rows()), "the key of the .env file")
        programs.until(lambda: any("sign-in for Qwen" in row["text"] for row in log()), "the dropped files")
        asked = {"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": "hi"}]}
        for _ in range(4):
            assert programs.fetch(f"{url}/v1/chat/completions", asked, "pwd")["choices"]
        journal = json.dumps(programs.fetch(f"{google}/sim/journal"))
        shown = json.dumps([rows(), log()]) + "".join(done.stdout + done.stderr for done in said)
    assert fingerprint(STUDIO) in journal, "the run did not come far enough to prove anything"
    kept = [
        file for file in home.rglob("*") if file.is_file() and file.name not in {path.name for path in folder.iterdir()}
    ]
    files = "".join(file.read_bytes().decode("latin-1") for file in kept)
    for secret in {*secrets, "sk-proj-typed0001abcdefgh"}:
        assert fingerprint(secret) not in journal and secret not in journal, "sent to Google"
        assert secret not in shown and secret not in files
    assert (home / "credentials" / "foreign-claude.json").exists(), "a refused file stays where it is"
