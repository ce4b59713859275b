"""The web page alone, on a fake control and a reader whose rows the test sets; and a browser, Quart's test client."""

import asyncio
import json
import re
from dataclasses import dataclass, field

from gcli2api_tui.clients.key_registry import ClientKeys
from gcli2api_tui.clock import Clock
from gcli2api_tui.config.live_settings import LiveSettings
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.control.verb_results import Done, Keys, Login, LoginStatus, Notice, Refused, Trashed
from gcli2api_tui.credentials.export import Exported
from gcli2api_tui.events.records import ClientKeyId, CredentialId, LogLine
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.admin_rows import NewClientKey, UsageTable
from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState, ModelUse
from gcli2api_tui.ledger.snapshot import ServerFacts, Snapshot
from gcli2api_tui.messages.message import NOTHING, quoted, say
from gcli2api_tui.server.admin_routes import admin_routes
from gcli2api_tui.server.asgi_app import AppDispatch
from gcli2api_tui.server.lockout import Lockout
from gcli2api_tui.server.quart_app import App, open_routes
from gcli2api_tui.server.services import Services
from gcli2api_tui.server.web.web_routes import web_routes

PANEL = "panel-key"


def row(identity="c1", label="ann@example.com", state=CredentialState.READY, **more):
    usual = {
        "kind": "oauth", "project": "p-1", "source": "ann.json", "file": f"{label}.json", "added_at": 0.0,
        "why": NOTHING, "in_flight": 0, "used_today": 5, "limit": None, "limit_source": "", "resets_at": None,
        "last_ok_at": 900.0,
    }  # fmt: skip
    return CredentialRow(id=CredentialId(identity), label=label, state=state, **{**usual, **more})


class PageControl:
    """Does nothing and remembers it; `said` is what the next verbs answer."""

    def __init__(self):
        self.did, self.said, self.due = [], None, True
        self.phase = "waiting"

    def _answer(self, verb, *what):
        self.did.append((verb, *what))
        return self.said or Done(say("control.removed", label="ann@example.com") if verb == "remove" else NOTHING)

    async def check(self, one):
        return self._answer("check", one)

    async def ask_google_quota(self, one):
        return self._answer("quota", one)

    async def enable(self, one):
        return self._answer("enable", one)

    async def disable(self, one):
        return self._answer("disable", one)

    async def remove(self, one):
        return self._answer("remove", one)

    async def restore(self, one):
        return self._answer("restore", one)

    async def clear_cooldown(self, one):
        return self._answer("clear-cooldown", one)

    async def trash(self):
        return (Trashed(CredentialId("t1"), "<b>gone</b>", "api-key", "gone.json", 1.0),)

    async def add_credentials(self, data, name):
        self.did.append(("add", data, name))
        if data == b"bad":
            return Refused(say("control.nothing_to_import"))
        return Done(say("control.added", labels=name))

    async def sign_in_notice(self, project=""):
        return Notice("own project" if project else "public client", due=self.due and not project)

    async def acknowledge_terms(self):
        self.due = False
        return self._answer("acknowledge")

    async def begin_login(self, project="", location="", local=False):
        if (await self.sign_in_notice(project)).due:
            return Refused(say("control.notice_due"), say("control.notice_where"))
        self.did.append(("begin", project, location))
        return Login(
            "l1", "https://accounts.example/auth?state=s&x=1", "http://127.0.0.1:1/auth/callback", 9.0, "ssh -L"
        )

    async def finish_login(self, login, text):
        self.did.append(("finish", login, text))
        if text != "4/code":
            return Refused(say("signin.no_code"), say("signin.copy_all"))
        self.phase = "done"
        return Done(say("control.signed_in", label="ann@example.com"))

    def login_status(self, login):
        return LoginStatus(self.phase, ((say("signin.waiting"), None),))

    async def cancel_login(self, login):
        self.did.append(("cancel", login))

    async def add_client_key(self, name, wishes):
        self.did.append(("add key", name, dict(wishes)))
        return self.said or NewClientKey(ClientKeyId(name), Secret("sk-new-secret"), say("clients.added", name=name))

    async def set_client_key(self, name, wishes):
        return self._answer("set key", name, dict(wishes))

    async def revoke_client_key(self, name):
        return self._answer("revoke key", name)


class PageReader:
    def __init__(self):
        self.rows, self.log, self.now, self.revision = [row()], (), 1000.0, 7
        self.instances = ()
        self.client_key_rows, self.table = (), UsageTable("day", "2026-11-01", "2026-11-29")

    def snapshot(self):
        facts = ServerFacts(url="http://127.0.0.1:7861", version="1", instances=self.instances)
        return Snapshot(self.revision, self.now, facts, credentials=tuple(self.rows), log=tuple(self.log))

    async def moved(self, revision):
        while self.revision == revision:
            await asyncio.sleep(0.01)

    async def whole_snapshot(self):
        return self.snapshot()

    def client_keys(self):
        return tuple(self.client_key_rows)

    def keys(self):
        return Keys(Secret("client-key"), Secret(PANEL))

    async def usage(self, by, days):
        self.asked = (by, days)
        return self.table


@dataclass
class Browser:
    """A person's browser: cookies, redirects followed, forms sent with their token."""

    client: object
    status: int = 0
    html: str = ""
    path: str = ""
    headers: object = None
    seen: list = field(default_factory=list)

    async def get(self, path, **more):
        return await self._went("GET", path, **more)

    async def post(self, path, *, token=None, headers=None, **form):
        sent = {"csrf": self.token if token is None else token, **form}
        return await self._went("POST", path, form=sent, headers=headers or {})

    async def send_files(self, *files, path="/auth/add/files"):
        """(name, content) each."""
        edge = "XedgeX"
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{self.token}\r\n'.encode()]
        for name, content in files:
            quoted_name = name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
            head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{quoted_name}"\r\n\r\n'
            parts.append(head.encode() + content + b"\r\n")
        body = b"".join(parts) + f"--{edge}--\r\n".encode()
        kind = f"multipart/form-data; boundary={edge}"
        return await self._went("POST", path, data=body, headers={"Content-Type": kind})

    async def sign_in(self, key=PANEL):
        return await self._went("POST", "/auth/sign-in", form={"key": key})

    async def json(self, path, method="GET", **form):
        headers = {"Accept": "application/json", "x-csrf-token": self.token}
        more = {"form": form} if method == "POST" else {}
        answer = await self.client.open(path, method=method, headers=headers, **more)
        self.status = answer.status_code
        return json.loads(await answer.get_data())

    @property
    def token(self):
        found = re.search(r'data-csrf="([^"]*)"', self.html)
        return found[1] if found else ""

    @property
    def notices(self):
        told = re.search(r'<div id="notices".*?</div>', self.html, re.S)
        plain = [re.sub(r"<[^>]+>", " ", one) for one in re.findall(r'<p class="notice.*?</p>', told[0], re.S)]
        return [" ".join(one.split()) for one in plain]

    async def _went(self, method, path, **more):
        answer = await self.client.open(path, method=method, **more)
        self.seen.append(answer)
        for _ in range(3):
            if answer.status_code not in (302, 303):
                break
            path = answer.headers["Location"]
            answer = await self.client.get(path)
            self.seen.append(answer)
        self.path, self.status, self.headers = path, answer.status_code, answer.headers
        self.html = (await answer.get_data()).decode()
        return self


class Recorder:
    def __init__(self):
        self.events = []

    def record(self, event):
        self.events.append(event)

    @property
    def lines(self):
        return [event for event in self.events if isinstance(event, LogLine)]


class Page:
    """A server with the page and the admin API alone; control, reader, settings and time are the test's."""

    def __init__(self):
        self.control, self.reader, self.recorder = PageControl(), PageReader(), Recorder()
        self.live = LiveSettings(Settings(password=Secret("client-key"), panel_password=Secret(PANEL)))
        self.now, self.slept, self.queries, self.exported = 1000.0, [], [], []
        clock = Clock(now=lambda: self.now, monotonic=lambda: self.now, sleep=self._sleep)
        self.services = Services(
            relay=None, reader=self.reader, control=self.control, models=None, model_ids=None,
            live=self.live, clock=clock, recorder=self.recorder, lockout=Lockout(clock),
            admin_token=Secret("run-token"), finish_login=self._finish_login, page_control=self.control,
            export=self._export, client_keys=ClientKeys(clock, None),
        )  # fmt: skip
        self.app = App(self.services, AppDispatch(self.services))
        self.app.register_blueprint(open_routes(self.services))
        self.app.register_blueprint(admin_routes(self.services))
        self.app.register_blueprint(web_routes(self.app.site))

    async def _export(self, wanted):
        self.exported.append(wanted)
        files = {"c1": Exported('an"n\r\n@x.json', b'{"refresh_token": "1//secret"}'), "c2": Exported("b.json", b"{}")}
        return [file for one, file in files.items() if wanted is None or one in wanted]

    async def _sleep(self, seconds):
        self.slept.append(seconds)

    async def _finish_login(self, query):
        self.queries.append(query)
        return Done(quoted("Hello <b>Ada</b>.")) if "code=" in query else Refused(quoted("<script>no</script>"))


def quota(model="gemini-2.5-pro", used=50, limit=100, **more):
    return ModelUse(model, used, limit, "assumed", **more)


HOSTILE = "\"><img src=x onerror=alert(1)>'&{{7654321*1234567}}"
EVIL = quoted(HOSTILE)
