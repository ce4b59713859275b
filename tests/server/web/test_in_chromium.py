"""The page in a real Chromium: every tab in every dress, Google's sign-in, uploads, and what a page elsewhere gets.

Each browser context fails its test on an error in the console, which is where a violation of the content policy stands.
"""

import contextlib
import json
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import npm
import programs
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

pytestmark = [pytest.mark.slow, pytest.mark.tool("chromium", "npm")]

TABS = ("", "/add", "/connect", "/usage", "/log")
PATIENCE_MS = 20_000
SIM_CLIENT = {
    "GCLI2API_OAUTH_CLIENT_ID": "sim-client.apps.googleusercontent.com",
    "GCLI2API_OAUTH_CLIENT_SECRET": "sim-client-secret",
}
HOSTILE = '"><img src=x onerror=alert(1)>.json'


@dataclass
class World:
    url: str
    google: str
    chromium: Browser
    home: Path

    def ask(self, path, body=None):
        """The admin API, as its owner."""
        return programs.fetch(f"{self.url}/admin/api{path}", body, key="pwd")

    @property
    def labels(self):
        return sorted(one["label"] for one in self.ask("/credentials")["credentials"])

    @contextlib.contextmanager
    def browser(self, *, width=1280, language="en-US", scheme="dark", scripts=True, signed_in=True, allowed=()):
        """A page in a context of its own; what the console says of errors fails the test."""
        context = self.chromium.new_context(
            viewport={"width": width, "height": 800}, locale=language, color_scheme=scheme, java_script_enabled=scripts,
            accept_downloads=True,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_MS)
        page, wrong = context.new_page(), []

        def heard(message):
            elsewhere = message.location["url"].startswith(self.google)
            if (
                message.type in ("error", "warning")
                and not elsewhere
                and not any(one in message.text for one in allowed)
            ):
                wrong.append(message.text)

        context.on("console", heard)
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        if signed_in:
            page.goto(self.url)
            page.fill("#key", "pwd")
            page.click("button.main")
            page.wait_for_selector(".standing")
        yield page
        context.close()
        assert wrong == []


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    home = tmp_path_factory.mktemp("page")
    with programs.simulator_within() as google:
        for key in ("AIza-sim-key-0001", "AIza-sim-key-0002"):
            assert programs.command("creds", "add-key", "--no-check", "--home", str(home), key).returncode == 0
        with programs.server(home, google, **SIM_CLIENT) as url, sync_playwright() as play:
            chromium = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            yield World(url, google, chromium, home)
            chromium.close()


def check(page: Page) -> None:
    """Nothing serious for a screen reader, and nothing to scroll sideways."""
    page.evaluate(npm.installed("axe-core", "axe.min.js").read_text("utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations.map(v => [v.impact, v.id, v.nodes[0].html])")
    assert [one for one in found if one[0] in ("serious", "critical", "moderate")] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(("language", "scheme"), [("en-US", "dark"), ("zh-CN", "light")])
def test_every_tab_in_every_dress(world, width, language, scheme):
    with world.browser(width=width, language=language, scheme=scheme, signed_in=False) as page:
        page.goto(f"{world.url}/")
        assert page.url == f"{world.url}/auth/sign-in"
        check(page)
        page.fill("#key", "pwd")
        page.keyboard.press("Enter")
        page.wait_for_selector(".standing")
        for tab in TABS:
            page.goto(f"{world.url}/auth{tab}")
            assert ("凭据" if language == "zh-CN" else "Credentials") in page.inner_text("nav.tabs")
            for fold in page.locator("summary").all():
                fold.click()
            check(page)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement !== document.body"), "the keyboard reaches something"


def test_without_scripts_the_tabs_say_the_same(world):
    with world.browser(width=360, scripts=False) as page:
        for tab in TABS:
            page.goto(f"{world.url}/auth{tab}")
            assert page.locator("h1").count() == 1
        assert page.locator(".follow").is_hidden(), "what needs a script is not shown"


def begin(page: Page, world: World) -> str:
    """Up to Google's address."""
    page.goto(f"{world.url}/auth/add")
    if page.locator("#read").count():
        page.check("#read")
    page.click("form[action='/auth/google/begin'] button")
    return page.get_attribute("a.main", "href")


def test_google_signs_in_by_its_own_page_and_the_callback(world):
    with world.browser() as page:
        address = begin(page, world)
        check(page)
        consent = page.context.new_page()
        consent.goto(f"{address}&choose=1")
        link = consent.locator("li a").first
        account = link.inner_text()
        link.click()
        expect(consent.locator("h1")).to_have_text("Signed in")
        check(consent)
        page.bring_to_front()
        expect(page.locator("#steps")).to_contain_text(account)
        page.click("#over")
        expect(page.locator("#cards")).to_contain_text(account)
        consent.click("main a")
        expect(consent.locator("#cards")).to_contain_text(account), "the callback leads back, still signed in"


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def came_back(address: str) -> str:
    """Where Google sends the browser, which on another machine cannot be reached."""
    try:
        urllib.request.build_opener(NoRedirects).open(address)
    except urllib.error.HTTPError as error:
        assert error.status == 302, error.read()
        return error.headers["Location"]
    raise AssertionError("no redirect")


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("form", ["address", "query", "code"])
def test_google_signs_in_by_what_is_pasted(world, scripts, form):
    accounts = [one["email"] for one in programs.fetch(f"{world.google}/sim/world")["accounts"]]
    with world.browser(width=360, scripts=scripts) as page:
        address = begin(page, world)
        page.fill("#text", "4/0AdeadBeef00000000000000")
        page.click("form[action$='/finish'] button")
        expect(page.locator(".notice.bad")).to_be_visible()
        whole = came_back(f"{address}&sim_account={accounts[len(form) % len(accounts)]}")
        query = whole.partition("?")[2]
        pasted = {"address": whole, "query": query, "code": urllib.parse.parse_qs(query)["code"][0]}[form]
        page.fill("#text", pasted)
        page.click("form[action$='/finish'] button")
        expect(page.locator(".notice.ok")).to_contain_text("igned in")
        assert page.url == f"{world.url}/auth"


def files_of(folder: Path) -> list[str]:
    contents = {
        "good.txt": b"AIza-sim-key-0003\n",
        "broken.json": b'{"refresh_token": ',
        "again.txt": b"AIza-sim-key-0001\n",
        HOSTILE.replace("/", ""): b"nonsense",
        "it's \n two lines.json": b"[]",
        "x" * 200 + ".json": b"{}",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [str(folder / name) for name in contents]


@pytest.mark.parametrize("scripts", [True, False])
def test_each_file_has_its_result_and_no_name_is_markup(world, tmp_path, scripts):
    with world.browser(width=360, scripts=scripts) as page:
        page.goto(f"{world.url}/auth/add")
        page.set_input_files("#files", files_of(tmp_path))
        page.click("form[action='/auth/add/files'] button")
        expect(page.locator(".notice")).to_have_count(6 + page.locator("#terms").count())
        told = page.locator("#notices").inner_text()
        assert (
            "good.txt" in told
            and "broken.json" in told
            and "already there" in told.lower()
            and "onerror=alert(1)" in told
        )
        assert page.locator("img").count() == 0
        assert page.locator("#notices .notice.bad").count() == 4


def test_files_are_dropped(world):
    with world.browser() as page:
        page.goto(f"{world.url}/auth/add")
        page.evaluate(
            """() => { const data = new DataTransfer();
            data.items.add(new File(["AIza-sim-key-0001"], "dropped.txt"));
            document.querySelector("form[data-drop]").dispatchEvent(
                new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })); }"""
        )
        expect(page.locator("#notices")).to_contain_text("dropped.txt")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_credential_is_switched_off_and_on_removed_and_brought_back(world, scripts):
    label = "key …0002"
    with world.browser(width=360, scripts=scripts) as page:
        card = page.locator(".card", has_text=label)
        card.get_by_role("button", name="Disable").click()
        expect(card).to_contain_text("off (by you)")
        card.get_by_role("button", name="Enable").click()
        expect(card.get_by_role("button", name="Disable")).to_be_visible()
        card.locator("summary").click()
        card.get_by_role("button", name="Remove").click()
        expect(card).to_have_count(0)
        page.locator("#notices").get_by_role("button", name="Undo").click()
        expect(card).to_have_count(1)
        assert page.url == f"{world.url}/auth"


def test_states_change_while_one_looks(world):
    key = next(one for one in world.ask("/credentials")["credentials"] if one["label"] == "key …0001")
    with world.browser() as page:
        card = page.locator(f"#c-{key['id']}")
        world.ask(f"/credentials/{key['id']}/disable", {})
        expect(card.locator(".state")).to_have_text("off (by you)")
        world.ask(f"/credentials/{key['id']}/enable", {})
        expect(card.locator(".state")).not_to_have_text("off (by you)")


@pytest.mark.parametrize("streams", [True, False])
def test_the_log_follows_and_is_downloaded(world, streams):
    """Told by the stream of changes; and by asking every two seconds where that does not come through."""
    with world.browser(allowed=() if streams else ("Failed to load resource", "ERR_FAILED")) as page:
        asked = []
        page.on("request", lambda one: asked.append(urllib.parse.urlsplit(one.url).path))
        if not streams:
            page.route("**/auth/changes", lambda route: route.abort())
        page.goto(f"{world.url}/auth/log")
        if streams:
            programs.until(lambda: page.evaluate("stream?.readyState === 1"), "the stream of changes")
        before = page.locator("#log li").count()
        world.ask("/terms", {})
        expect(page.locator("#log li")).not_to_have_count(before)
        expect(page.locator("#log li").first).to_contain_text("admin")
        assert "/auth/changes" in asked and "/auth/log/lines" in asked
        with page.expect_download() as taken:
            page.click("a.file")
        text = Path(taken.value.path()).read_text("utf-8")
        assert taken.value.suggested_filename == "gcli2api-tui.log" and " admin: " in text


SEEN = """state => { Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange")); }"""


def test_a_page_that_nobody_looks_at_asks_nothing_and_one_that_is_signed_out_leads_there(world):
    with world.browser(allowed=("401",)) as page:
        page.goto(f"{world.url}/auth")
        programs.until(lambda: page.evaluate("stream?.readyState === 1"), "the stream of changes")
        page.evaluate(SEEN, "hidden")
        assert page.evaluate("stream") is None
        page.context.clear_cookies()
        page.evaluate(SEEN, "visible")
        page.wait_for_url("**/auth/sign-in")


def test_the_client_key_is_shown_and_copied(world):
    with world.browser() as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(f"{world.url}/auth/connect")
        page.get_by_role("button", name="Show").click()
        page.locator("[data-copy='pwd']").click()
        expect(page.locator("#notices")).to_contain_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == "pwd"


def test_all_credentials_are_downloaded(world):
    with world.browser() as page:
        page.locator(".take summary").click()
        with page.expect_download() as begun:
            page.get_by_role("button", name="Download all").click()
        assert begun.value.suggested_filename == "gcli2api-credentials.zip"
        assert Path(begun.value.path()).read_bytes()[:2] == b"PK"


# Somebody else's page

ATTACK = """<!doctype html><title>elsewhere</title><body><script>
const target = new URLSearchParams(location.search).get("target");
const paths = JSON.parse(new URLSearchParams(location.search).get("paths"));
const got = [];
async function tried() {
  for (const path of paths) {
    for (const mode of ["cors", "no-cors"]) for (const method of ["GET", "POST"]) {
      try {
        const answer = await fetch(target + path, { method, mode, credentials: "include" });
        const text = await answer.text();
        if (text) got.push([path, mode, method, text.slice(0, 80)]);
      } catch {}
    }
    await new Promise((done) => { const image = new Image();
      image.onload = () => { got.push([path, "image"]); done(); };
      image.onerror = done; image.src = target + path; });
    await new Promise((done) => { const script = document.createElement("script");
      script.onload = () => { got.push([path, "script"]); done(); }; script.onerror = done;
      script.src = target + path; document.body.append(script); });
    await new Promise((done) => { const line = new WebSocket(target.replace("http", "ws") + path);
      line.onopen = () => { got.push([path, "socket"]); done(); }; line.onerror = done; });
    await new Promise((done) => { const frame = document.createElement("iframe"); frame.name = "f" + path;
      frame.onload = () => {
        try { if (frame.contentDocument.body.innerText) got.push([path, "frame"]); } catch {} done(); };
      frame.src = target + path; document.body.append(frame); });
    await new Promise((done) => { const frame = document.createElement("iframe"); frame.name = "p" + path;
      document.body.append(frame);
      const form = document.createElement("form");
      form.method = "post"; form.action = target + path; form.target = frame.name;
      form.innerHTML = "<input name=csrf value=x><input name=all value=yes><input name=text value=AIza-sim-key-0004>";
      document.body.append(form); frame.onload = () => done(); form.submit(); });
  }
  window.result = got;
}
tried();
</script>"""


class Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self):
        body = ATTACK.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_page_elsewhere_gets_nothing_by_any_means(world, name):
    identity = world.ask("/credentials")["credentials"][0]["id"]
    verbs = [f"/auth/credentials/{identity}/{verb}" for verb in ("disable", "remove", "check", "quota")]
    others = ["/auth/states", "/auth/download", "/auth/connect/key", "/auth/add/text", "/auth/google/begin"]
    paths = ["/auth", "/auth/sign-out", *verbs, *others, f"/admin/api/credentials/{identity}/remove"]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    before = world.labels, [line for line in log(world) if line["source"] == "web"]
    try:
        with world.browser(allowed=("",)) as page:
            query = urllib.parse.urlencode({"target": world.url, "paths": json.dumps(paths)})
            page.goto(f"http://{name}:{server.server_address[1]}/?{query}")
            page.wait_for_function("window.result !== undefined", timeout=60_000)
            assert page.evaluate("window.result") == []
            page.goto(f"{world.url}/auth")
            expect(page.locator(".standing")).to_be_visible(), "nobody was signed out"
    finally:
        server.shutdown()
        server.server_close()
    assert (world.labels, [line for line in log(world) if line["source"] == "web"]) == before


def log(world):
    return world.ask("/snapshot")["log"]
