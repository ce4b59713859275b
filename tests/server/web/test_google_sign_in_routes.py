"""Signing in with Google from the page: the notice, the address, paste-back, the callback, the short link."""

from gcli2api_tui.control.short_links import ShortLinks
from gcli2api_tui.control.verb_results import Refused
from gcli2api_tui.messages.message import quoted


async def test_the_notice_must_be_read_before_google_is_asked(page, person):
    await person.get("/auth/add")
    assert "Google&#39;s terms forbid" in person.html and 'id="read"' in person.html
    await person.post("/auth/google/begin", project="", location="")
    assert person.path == "/auth/add" and 'class="notice bad"' in person.html
    assert page.control.did == []
    await person.post("/auth/google/begin", project="", location="", read="yes")
    assert page.control.did == [("acknowledge",), ("begin", "", "")]
    await person.get("/auth/add")
    assert 'id="read"' not in person.html, "it is read once"


async def test_the_address_and_the_way_back_stand_on_one_page(page, person):
    page.control.due = False
    await person.get("/auth/add")
    await person.post("/auth/google/begin", project=" my-project ", location=" europe-west4 ")
    assert page.control.did == [("begin", "my-project", "europe-west4")]
    assert person.path == "/auth/google/l1"
    assert 'href="https://accounts.example/auth?state=s&amp;x=1"' in person.html
    assert 'rel="noreferrer noopener"' in person.html
    assert "ssh -L" in person.html and 'action="/auth/google/l1/finish"' in person.html


async def test_what_is_pasted_ends_it_or_waits_on(page, person):
    page.control.due = False
    await person.get("/auth/add")
    await person.post("/auth/google/begin")
    await person.post("/auth/google/l1/finish", text="nonsense")
    assert person.path == "/auth/google/l1" and len(person.notices) == 1
    await person.post("/auth/google/l1/finish", text="4/code")
    assert (person.path, page.control.did[-1]) == ("/auth", ("finish", "l1", "4/code"))


async def test_the_steps_are_told_to_the_script(page, person):
    await person.get("/auth/add")
    told = await person.json("/auth/google/l1/steps")
    assert told["phase"] == "waiting" and told["steps"][0]["ok"] is None


async def test_it_can_be_cancelled(page, person):
    await person.get("/auth/add")
    await person.post("/auth/google/l1/cancel")
    assert page.control.did == [("cancel", "l1")] and person.path == "/auth/add"


async def test_a_page_of_a_sign_in_that_nobody_began(person):
    await person.get("/auth/google/zzz")
    assert person.path == "/auth/add"


async def test_the_callback_needs_no_session_and_leads_back(page, browser):
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    await browser.get("/auth/callback?state=s&code=4%2Fx", headers=headers)
    assert page.queries == ["state=s&code=4%2Fx"] and browser.status == 200
    assert 'href="/auth"' in browser.html and "<b>Ada</b>" not in browser.html
    assert browser.headers["Referrer-Policy"] == "no-referrer", "its address holds the code"
    assert "4%2Fx" not in browser.html and "state=s" not in browser.html
    await browser.get("/auth/callback?error=access_denied")
    assert browser.status == 400 and "<script>no" not in browser.html


async def test_google_refuses(page, person):
    async def refuses(project="", location=""):
        return Refused(quoted("No OAuth client."), quoted("Import one."))

    page.control.begin_login = refuses
    await person.get("/auth/add")
    await person.post("/auth/google/begin", project="p")
    assert person.notices == ["No OAuth client. Import one."]


async def test_a_short_link_leads_a_phone_to_google_once_and_who_only_looks_uses_nothing_up(page):
    links = ShortLinks(lambda login: True)
    path = links.add("l1", "https://accounts.example/auth?state=s&x=1")
    object.__setattr__(page.services, "short_links", Following(links))
    client = page.app.test_client()
    for looking in ({"method": "HEAD"}, {"headers": {"Sec-Purpose": "prefetch;prerender"}}):
        looked = await client.open(path, **looking)
        assert looked.status_code == 204 and "Location" not in looked.headers
    led = await client.get(path)
    assert (led.status_code, led.headers["Location"]) == (303, "https://accounts.example/auth?state=s&x=1")
    assert (led.headers["Cache-Control"], led.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    again, unknown = await client.get(path), await client.get("/a/nothing")
    assert (again.status_code, unknown.status_code) == (410, 404)
    assert "Start the sign-in again" in (await again.get_data()).decode()
    assert (await client.open(path, method="HEAD")).status_code == 410
    assert (await client.post(path)).status_code == 405


class Following:
    def __init__(self, links):
        self.check, self._links = links.check, links

    def follow(self, code):
        return self._links.follow(code)[1]

    async def recall(self):
        """There is no other instance."""

    async def opened(self, code):
        """Nobody else is told."""
