"""Credentials as files: to who typed the panel key just now, never in clear over a network, logged, in no cache."""

import io
import zipfile

import pytest

from gcli2api_tui.server.web.credential_routes import safe_name
from gcli2api_tui.server.web.sessions import PROVED_S

HERE = {"scope_base": {"client": ("127.0.0.1", 5000)}}
FAR = {"scope_base": {"client": ("192.168.1.7", 5000)}}


async def download(person, base=HERE, **form):
    return await person.client.post("/auth/download", form={"csrf": person.token, **form}, **base)


async def test_one_as_json_and_all_as_a_zip(page, person):
    one = await download(person, id="c1")
    assert await one.get_data() == b'{"refresh_token": "1//secret"}'
    assert one.headers["Content-Disposition"] == 'attachment; filename="an_n_x.json"'
    assert (one.headers["Cache-Control"], one.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    whole = await download(person, all="yes")
    assert len(zipfile.ZipFile(io.BytesIO(await whole.get_data())).namelist()) == 2
    assert page.exported == [["c1"], None]
    assert "downloaded" in page.recorder.lines[0].text and "secret" not in repr(page.recorder.events)


async def test_after_some_minutes_the_key_is_asked_for_and_the_same_form_goes_on(page, person):
    page.now += PROVED_S
    asked = (await (await download(person, id="c1")).get_data()).decode()
    assert 'name="id" value="c1"' in asked and 'name="key"' in asked and page.exported == []
    assert (await download(person, id="c1", key="wrong")).status_code == 401
    assert b"1//secret" in await (await download(person, id="c1", key="panel-key")).get_data()
    assert b"1//secret" in await (await download(person, id="c1")).get_data(), "and it holds for a while"


@pytest.mark.parametrize(("base", "status"), [(FAR, 403), ({"scope_base": {}}, 403), (HERE, 200)])
async def test_never_in_clear_over_a_network(page, person, base, status):
    assert (await download(person, base, all="yes")).status_code == status


async def test_over_tls_from_anywhere(page, person):
    signed = await person.client.post("/auth/sign-in", form={"key": "panel-key"}, scope_base={"scheme": "https"})
    assert signed.status_code == 303
    await person.get("/auth", scope_base={"scheme": "https"})
    base = {"scope_base": {"scheme": "https", "client": ("192.168.1.7", 5000)}}
    assert (await download(person, base, all="yes")).status_code == 200


async def test_what_is_gone_and_what_nobody_may_get(page, person):
    assert (await download(person, id="zzz")).status_code == 404
    assert (await person.client.get("/auth/download", **HERE)).status_code in (404, 405)
    assert (await person.client.post("/auth/download", form={"all": "yes"}, **HERE)).status_code == 403
    stranger = page.app.test_client()
    assert (await stranger.post("/auth/download", form={"all": "yes"}, **HERE)).status_code == 303


@pytest.mark.parametrize("name", ["", "..", "/etc/passwd", '"; x="', "a\r\nb: c", "钥.json", "x" * 300])
def test_a_name_is_safe_in_a_header_and_on_a_disk(name):
    safe = safe_name(name)
    assert safe and safe.isascii() and len(safe) <= 100
    assert not set(safe) & set('/\\"\r\n ;') and not safe.startswith(".")
