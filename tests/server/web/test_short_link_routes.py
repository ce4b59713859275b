"""The short link of a sign-in, as a phone opens it."""

from gcli2api_tui.control.short_links import ShortLinks


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
