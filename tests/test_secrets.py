"""Nothing that a full run emits or keeps shows a key, a token, a password or a prompt."""

import importlib.util
import json
import urllib.error
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openai
import planted_faults
import programs
import pytest

PASSWORD = "planted-password-7f3a"
PROMPT = "planted prompt about a purple elephant"
KEY = "AIza-sim-key-0002"
BAD_KEY = "AIza-planted-invalid-key"
EXPRESS = "AIza-planted-express-key"
REFRESH = "1//planted-refresh-token"
PRIVATE = "cGxhbnRlZC1wcml2YXRlLWtleQ=="


def test_planted_values_are_seen_nowhere(tmp_path: Path) -> None:
    home = tmp_path / "home"
    account = {
        "client_id": "sim-client.apps.googleusercontent.com",
        "client_secret": "planted-client-secret",
        "token": "ya29.planted-access-token",
        "refresh_token": REFRESH,
        "project_id": "some-project",
        "expiry": "2020-01-01T00:00:00Z",
    }
    (tmp_path / "account.json").write_text(json.dumps(account))
    pem = f"-----BEGIN PRIVATE KEY-----\n{PRIVATE}\n-----END PRIVATE KEY-----\n"
    robot = {"private_key": pem, "client_email": "robot@p.example", "project_id": "p"}
    (tmp_path / "robot.json").write_text(json.dumps(robot))
    client = {"installed": {"client_id": "own.apps", "client_secret": "planted-own-secret"}}
    (tmp_path / "client_secret_1.json").write_text(json.dumps(client))
    said = [
        programs.command("creds", "add-key", "--no-check", "--home", str(home), KEY),
        programs.command("creds", "add-key", "--no-check", "--home", str(home), BAD_KEY),
        programs.command("creds", "add-key", "--no-check", "--home", str(home), "--vertex", EXPRESS),
        *(
            programs.command("creds", "import", "--home", str(home), str(tmp_path / name))
            for name in ("account.json", "robot.json", "client_secret_1.json")
        ),
        programs.command("creds", "list", "--json", "--home", str(home)),
    ]
    port = programs.free_port()
    words = ("serve", "--home", str(home), "--port", str(port), "--password", PASSWORD)
    with (
        programs.simulator_within() as google,
        programs.running(*words, **programs.towards(google), GCLI2API_ATTEMPTS="9") as process,
    ):
        url = f"http://127.0.0.1:{port}"
        programs.until(lambda: programs.answers(f"{url}/healthz", process), "the server")
        good = openai.OpenAI(base_url=f"{url}/v1", api_key=PASSWORD, max_retries=0)
        for _ in range(8):
            good.chat.completions.create(model="gemini-3.5-flash", messages=[{"role": "user", "content": PROMPT}])
        with pytest.raises(openai.AuthenticationError):
            good.with_options(api_key="planted-wrong-key").models.list()
        with pytest.raises(openai.BadRequestError):
            good.chat.completions.create(model="gemini-3.5-flash", messages=[{"role": "planted", "content": PROMPT}])
        good.close()
        said.append(programs.command("status", "--json", "--home", str(home)))
        said.append(programs.command("status", "--home", str(home)))
        process.terminate()
        output = process.stdout.read() if process.stdout else ""
        process.wait(20)
    everything = output + "".join(done.stdout + done.stderr for done in said)
    kept = [file for file in home.rglob("*") if file.is_file() and file.parent.name not in ("credentials", "client")]
    assert any(file.name == "state.db" for file in kept)
    everything += "".join(file.read_bytes().decode("latin-1") for file in kept)
    assert "needs login" in everything, "the run did not come far enough to prove anything"
    assert "private key of this service account" in everything, "nor far enough to use that one"
    tokens = (REFRESH, "planted-access", "planted-client-secret", "planted-own-secret", "planted-wrong-key")
    holds_none(everything, (PASSWORD, PROMPT, "elephant", KEY, BAD_KEY, EXPRESS, PRIVATE, *tokens))


def holds_none(text: str, planted: Iterable[str]) -> None:
    for one in planted:
        place = text.find(one)
        assert place < 0, f"{one} in …{text[max(0, place - 300) : place]}"


PANEL, METRICS = "planted-panel-key-91c2", "planted-metrics-key-5d0e"
WRONG = ("planted-wrong-panel", "planted-code-of-google", "planted-session-of-nobody", "planted-in-an-address")
PAGES = ("/auth", "/auth/sign-in", "/auth/add", "/auth/keys", "/auth/log", "/auth/usage", "/auth/google", "/a/planted")


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def asked(url: str, path: str, body: Any = None, **headers: str) -> tuple[str, str]:
    """All that comes back but the cookie; and the cookie, which is for whoever signed in."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(f"{url}{path}", data, {"content-type": "application/json", **headers})
    try:
        answer = urllib.request.build_opener(Stay).open(request, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        cookie = (answer.headers.get("set-cookie") or "").partition(";")[0]
        head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items() if name.lower() != "set-cookie")
        return f"{path.partition('?')[0]} {answer.status}\n{head}\n{answer.read().decode('utf-8', 'replace')}", cookie


def test_no_door_gives_a_key_a_token_or_a_session_away(tmp_path: Path) -> None:
    """Pages, metrics, all that the administration reads, refusals of everything, and faults of Google's."""
    home, port = tmp_path / "home", programs.free_port()
    programs.command("creds", "add-key", "--no-check", "--home", str(home), KEY)
    keys = {"API_PASSWORD": PASSWORD, "PANEL_PASSWORD": PANEL, "GCLI2API_METRICS_KEY": METRICS}
    words = ("serve", "--home", str(home), "--port", str(port))
    said: list[str] = []
    with programs.simulator_within() as google, programs.running(*words, **programs.towards(google), **keys) as process:
        url = f"http://127.0.0.1:{port}"
        programs.until(lambda: programs.answers(f"{url}/healthz", process), "the server")
        token = json.loads((home / "run.json").read_text())["token"]
        panel, client = {"authorization": f"Bearer {PANEL}"}, {"authorization": f"Bearer {PASSWORD}"}
        for kind in ("reset", "truncate", "garbage", "html", "http_500", "rate_limit"):
            asked(google, "/sim/faults", {"kind": kind, "count": 1})
            chat = {"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": PROMPT}]}
            said.append(asked(url, "/v1/messages", {**chat, "max_tokens": 9}, **client)[0].partition("\n\n")[0])
        form = {"content-type": "application/x-www-form-urlencoded"}
        page, cookie = asked(url, "/auth/sign-in", f"key={PANEL}".encode(), **form)
        session = cookie.partition("=")[2]
        assert len(session) > 20, "the sign-in did not come far enough to prove anything"
        described = json.loads(asked(url, "/admin/api/openapi.json", **panel)[0].split("\n\n")[-1].split("\n", 99)[-1])
        reads = [path for path, verbs in described["paths"].items() if "get" in verbs and "{" not in path]
        assert len(reads) > 5 and all(path.startswith("/admin") for path in reads)
        reads = [path for path in reads if "changes" not in path]  # a stream without end
        said += [asked(url, path, **panel)[0] for path in reads]
        said += [asked(url, path, cookie=cookie)[0] for path in PAGES]
        said += [page, asked(url, "/metrics", authorization=f"Bearer {METRICS}")[0], asked(url, "/readyz")[0]]
        code, nobody, address = WRONG[1:]
        said += [
            asked(url, "/auth/sign-in", f"key={WRONG[0]}".encode(), **form)[0],
            asked(url, f"/auth/callback?code={code}&state={code}")[0],
            asked(url, "/auth", cookie=f"{cookie.partition('=')[0]}={nobody}")[0],
            asked(url, f"/admin/api/snapshot?key={address}")[0],
        ]
        with ThreadPoolExecutor(32) as beside:  # each is slowed: one after the other takes half a minute
            wrong = {"authorization": f"Bearer {WRONG[0]}"}
            doors = (*reads, "/metrics", "/v1/models")
            said += beside.map(lambda path: asked(url, path, **wrong)[0], doors)
        for command in (("status",), ("status", "--json"), ("doctor",), ("models",), ("config", "show"), ("usage",)):
            done = programs.command(*command, "--home", str(home), **keys)
            said.append(done.stdout + done.stderr)
        process.terminate()
        said.append(process.stdout.read() if process.stdout else "")
        process.wait(20)
    kept = [path for path in home.rglob("*") if path.is_file() and path.parent.name != "credentials"]
    everything = "\n".join([*said, *(path.read_bytes().decode("latin-1") for path in kept)])
    assert "The key is wrong" in everything, "the refusals did not come far enough to prove anything"
    holds_none(everything, (PASSWORD, PANEL, METRICS, token, session, KEY, "elephant", *WRONG))


WORDS = f"{PROMPT} {REFRESH} {PASSWORD}"
"""What the exceptions of our own code say."""
SPANS = importlib.util.find_spec("opentelemetry.sdk") is not None


@dataclass
class Run:
    """What came of it. `said` is all that was sent and printed, except what an answer is for."""

    home: Path
    said: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    added: str = ""
    masked: str = ""
    whole: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    spans: str = ""
    token: str = ""
    """Of run.json, which is gone at the end."""

    @property
    def key(self) -> str:
        """That the administration made."""
        return str(json.loads(self.added.splitlines()[-1])["key"])

    def follow(self, url: str) -> None:
        """As an attached panel does, to the end of the server."""
        asked = urllib.request.Request(f"{url}/admin/api/changes", headers={"authorization": f"Bearer {PANEL}"})
        with urllib.request.urlopen(asked, timeout=30) as answer:
            self.changes += [line.decode() for line in answer]

    @property
    def secrets(self) -> tuple[str, ...]:
        return (PASSWORD, PANEL, KEY, REFRESH, self.key, self.token)

    def kept(self) -> dict[str, str]:
        """All files but credentials."""
        there = [path for path in self.home.rglob("*") if path.is_file() and path.parent.name != "credentials"]
        return {str(path): path.read_bytes().decode("latin-1") for path in there}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """At level debug: recordings, a key that is made, faults of our own code, a profile, spans, a follower."""
    planted = tmp_path_factory.mktemp("planted")
    run, port = Run(tmp_path_factory.mktemp("secrets") / "home"), programs.free_port()
    home = ("--home", str(run.home))
    run.said.append(programs.command("creds", "add-key", "--no-check", *home, KEY).stdout)
    chosen = {"API_PASSWORD": PASSWORD, "PANEL_PASSWORD": PANEL, "GCLI2API_LOG_LEVEL": "debug"}
    faults = {"PLANTED": str(planted), "PLANTED_WORDS": WORDS, **({"GCLI2API_OTEL": "on"} if SPANS else {})}
    words, url = ("serve", *home, "--port", str(port)), f"http://127.0.0.1:{port}"
    chat = {"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": PROMPT}]}

    def ask(key: str, **more: Any) -> str:
        return asked(url, "/v1/chat/completions", {**chat, **more}, authorization=f"Bearer {key}")[0]

    def verb(path: str, body: Any = None) -> str:
        return asked(url, f"/admin/api/{path}", body, authorization=f"Bearer {PANEL}")[0]

    def recorded(mode: str) -> str:
        run.said.append(verb("recording/begin", {"mode": mode}))
        run.said += [ask(PASSWORD, stream=stream) for stream in (False, True)]
        run.said.append(verb("recording/end", {}))
        return str(json.loads(verb("recording").splitlines()[-1])["file"])

    with (
        programs.simulator_within() as google,
        ThreadPoolExecutor() as beside,  # the server ends first, so that who follows it never waits for it
        programs.running(*words, **programs.towards(google), **chosen, **faults) as process,
    ):
        programs.until(lambda: programs.answers(f"{url}/healthz", process), "the server")
        run.token = json.loads((run.home / "run.json").read_text("utf-8"))["token"]
        following = beside.submit(run.follow, url)
        run.masked, run.whole = recorded("masked"), recorded("whole")
        run.added = verb("keys", {"name": "ada"})
        run.said.append(ask(run.key))
        profile = beside.submit(programs.command, "doctor", "--profile", "1", "--json", *home, **chosen)
        for place in planted_faults.PLACES:
            (planted / place).touch()
            run.faults[place] = ask(run.key, stream=True)
            assert not (planted / place).exists(), f"nothing was raised at the place {place}"
        run.said += [*run.faults.values(), profile.result().stdout + profile.result().stderr]
        run.said += [verb(path) for path in ("snapshot", "openapi.json", "keys", "exchanges")]
        process.terminate()
        run.said.append(process.stdout.read() if process.stdout else "")
        process.wait(20)
        following.result(20)
    run.spans = (planted / "spans").read_text() if SPANS else ""
    return run


def test_no_file_but_the_recording_asked_for_whole_holds_a_prompt_and_none_a_secret(run: Run) -> None:
    kept = run.kept()
    assert {Path(name).name for name in kept} > {"state.db", "log.jsonl"}
    assert "elephant" in kept[run.whole], "the recording did not come far enough to prove anything"
    assert "gemini-2.5-flash" in kept[run.masked]
    for name, text in kept.items():
        holds_none(text, run.secrets if name == run.whole else (*run.secrets, "elephant"))


def test_nothing_that_is_sent_or_printed_holds_one_either(run: Run) -> None:
    """Nor what a follower gets, who hears of all that happened."""
    assert any('"ada"' in line for line in run.changes), "the follower did not hear enough to prove anything"
    assert any('"samples"' in text for text in run.said), "nor was there a profile"
    holds_none("\n".join([*run.said, *run.changes]), (*run.secrets, "elephant"))


def test_a_key_that_was_made_is_told_once(run: Run) -> None:
    assert run.added.count(run.key) == 1
    holds_none(run.added, (PASSWORD, PANEL, KEY))


def test_a_fault_of_our_own_is_told_without_its_words(run: Run) -> None:
    """They may quote what it met. Each is in the log by its kind, wherever it was."""
    log = (run.home / "logs" / "log.jsonl").read_text("utf-8")
    assert log.count("RuntimeError") == len(run.faults)
    for answer in run.faults.values():
        assert " 500\n" in answer
        holds_none(answer, (*run.secrets, "elephant", "RuntimeError"))


@pytest.mark.skipif(not SPANS, reason="needs the extra otel")
def test_spans_hold_none(run: Run) -> None:
    assert "attempt 1 gemini-2.5-flash" in run.spans
    holds_none(run.spans, (*run.secrets, "elephant"))
