"""Files, cached contents and interactions with several credentials: by Google's own SDK, and by hand."""

import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from beside_google import HTTP, OTHER, PAID, Beside, beside_google
from google import genai
from google.genai import errors, types
from sdk_http import library_of_google

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.pool.ports import ALL
from gcli2api_tui.server.bodies import BoundedBody

MODEL = "gemini-3.5-flash-lite"
FILE = "https://generativelanguage.googleapis.com/v1beta/{}"


def sdk(it: Beside, version: str = "v1beta") -> Any:
    """Google's client, whose requests the app answers itself."""
    http = it.anonymous(library_of_google())
    options = types.HttpOptions(base_url="http://127.0.0.1", api_version=version, httpx_async_client=http)
    return genai.Client(api_key="key", http_options=options).aio


def naming(*names: str) -> dict[str, Any]:
    parts = [{"fileData": {"mimeType": "text/plain", "fileUri": FILE.format(name)}} for name in names]
    return {"contents": [{"role": "user", "parts": [*parts, {"text": "what is it?"}]}]}


async def uploaded(it: Beside, name: str = "") -> str:
    config = {"mime_type": "text/plain", **({"name": name} if name else {})}
    return str((await sdk(it).files.upload(file=io.BytesIO(b"words"), config=config)).name)


async def ask(it: Beside, body: Any) -> Any:
    return await it.http.post(f"/v1beta/models/{MODEL}:generateContent", json=body)


def served_by(it: Beside) -> list[str]:
    return [entry.credential for entry in it.world.journal.calls("generateContent") if entry.status == 200]


@pytest.mark.parametrize("version", ["v1", "v1beta"])
async def test_the_sdk_uploads_and_asks_about_it(version: str) -> None:
    async with beside_google(PAID, OTHER) as it:
        client = sdk(it, version)
        file = await client.files.upload(file=io.BytesIO(b"words" * 100), config={"mime_type": "text/plain"})
        assert (file.size_bytes, file.state) == (500, types.FileState.ACTIVE)
        for _ in range(4):
            answer = await client.models.generate_content(model=MODEL, contents=[file, "what is it?"])
            assert answer.text
        assert len(set(served_by(it))) == 1
        assert [one.name async for one in await client.files.list()] == [file.name]
        assert (await client.files.get(name=file.name)).name == file.name
        await client.files.delete(name=file.name)
        with pytest.raises(errors.ClientError) as gone:
            await client.files.get(name=file.name)
        assert gone.value.code == 403


async def test_the_sdk_makes_a_cache_and_asks_with_it() -> None:
    async with beside_google(PAID, OTHER) as it:
        client = sdk(it)
        file = await client.files.upload(file=io.BytesIO(b"words"), config={"mime_type": "text/plain"})
        cache = await client.caches.create(model=MODEL, config={"contents": [file], "ttl": "600s"})
        for _ in range(3):
            await client.models.generate_content(model=MODEL, contents="hi", config={"cached_content": cache.name})
        assert len(set(served_by(it))) == 1
        longer = await client.caches.update(name=cache.name, config={"ttl": "7200s"})
        assert longer.expire_time > cache.expire_time
        assert (await client.caches.get(name=cache.name)).model == f"models/{MODEL}"
        assert [one.name async for one in await client.caches.list()] == [cache.name]
        await client.caches.delete(name=cache.name)
        assert it.owned("cachedContents") == []


async def test_files_of_one_client_go_to_one_credential_so_that_one_request_can_name_them() -> None:
    async with beside_google(PAID, OTHER) as it:
        names = [await uploaded(it) for _ in range(3)]
        assert (await ask(it, naming(*names))).status_code == 200
        assert len({row.credential for row in it.owned("files")}) == 1


async def test_things_of_two_credentials_are_refused_before_google_is_asked() -> None:
    async with beside_google(PAID, OTHER) as it:
        it.owns("files/one", PAID)
        it.owns("files/two", OTHER)
        answer = await ask(it, naming("files/one", "files/two"))
        assert answer.status_code == 400 and "two credentials" in answer.json()["error"]["message"]
        assert it.world.journal.calls("generateContent") == []


async def test_an_owner_that_is_gone_or_rests_is_told_in_words() -> None:
    async with beside_google(PAID, OTHER) as it:
        name = await uploaded(it)
        (row,) = it.owned("files")
        lease = it.proxy.pool.lease(MODEL, ("gemini-api",), ALL, only=row.credential)
        it.proxy.pool.failed(lease, UpstreamFault(FaultKind.RATE, lease.reason, status=429, hint_s=40.0))
        it.proxy.pool.release(lease)
        rests = await ask(it, naming(name))
        assert rests.status_code == 429 and int(rests.headers["Retry-After"]) == 40
        assert "belongs to one credential" in rests.json()["error"]["message"]
        assert (await ask(it, {"contents": [{"parts": [{"text": "hi"}]}]})).status_code == 200
        it.proxy.pool.retire(row.credential)
        gone = await ask(it, naming(name))
        assert gone.status_code == 503 and "Upload or make it again" in gone.json()["error"]["message"]


async def test_what_nobody_here_knows_is_looked_for_and_then_known() -> None:
    async with beside_google(PAID, OTHER) as it:
        name = await uploaded(it)
        (row,) = it.owned("files")
        it.forget_all()
        assert (await it.http.get(f"/v1beta/{name}")).status_code == 200
        assert it.owned("files")[0].credential == row.credential
        assert (await it.http.get("/v1beta/files/nowhere")).status_code == 403
        assert [view.state.value for view in it.proxy.pool.view()] == ["ready", "ready"]


async def test_whoever_serves_a_file_that_others_were_refused_has_it() -> None:
    async with beside_google(PAID, OTHER) as it:
        names = []
        for other in (OTHER, PAID):
            it.proxy.pool.retire(CredentialId(other))
            names.append(await uploaded(it))
            it.rejoin(other)
        it.forget_all()
        client = sdk(it)
        for name in (one for one in names for _ in range(3)):
            file = types.File(name=name, uri=FILE.format(name), mime_type="text/plain")
            assert (await client.models.generate_content(model=MODEL, contents=[file, "hi"])).text
        refused = [entry for entry in it.world.journal.calls("generateContent") if entry.status == 403]
        assert 1 <= len(refused) == len(it.owned("files"))


async def test_lists_of_all_credentials_follow_each_other() -> None:
    async with beside_google(PAID, OTHER) as it:
        names = {await uploaded(it, "files/a1"), await uploaded(it, "files/a2")}
        first = it.owned("files")[0].credential
        it.proxy.pool.retire(first)
        names.add(await uploaded(it, "files/b1"))
        it.rejoin(str(first))
        client = sdk(it)
        assert {one.name async for one in await client.files.list(config={"page_size": 1})} == names
        assert (await it.http.get("/v1beta/files?pageToken=nobody~1")).status_code == 400


async def test_an_upload_needs_a_key_or_the_ticket_it_was_given() -> None:
    async with beside_google(PAID) as it:
        anonymous = it.anonymous()
        start = {"X-Goog-Upload-Command": "start", "X-Goog-Upload-Protocol": "resumable"}
        assert (await anonymous.post("/upload/v1beta/files", headers=start, json={})).status_code == 401
        begun = await it.http.post("/upload/v1beta/files", headers=start, json={"file": {}})
        address = HTTP.URL(begun.headers["x-goog-upload-url"])
        assert address.host == "127.0.0.1" and "google" not in str(address)
        last = {"X-Goog-Upload-Command": "upload, finalize", "X-Goog-Upload-Offset": "0"}
        wrong = address.copy_set_param("upload_id", "guessed")
        assert (await anonymous.post(wrong, headers=last, content=b"x")).status_code == 401
        done = await anonymous.post(address, headers=last, content=b"x")
        assert done.headers["x-goog-upload-status"] == "final" and done.json()["file"]["sizeBytes"] == "1"
        (sent,) = it.world.journal.calls("files.upload.bytes")
        assert "x-goog-api-key" not in sent.headers, "the address is Google's word, and no key follows it anywhere"
        assert (await anonymous.post(address, headers=last, content=b"x")).status_code == 401
        assert (await it.http.post("/upload/v1beta/files", content=b"x")).status_code == 501


async def test_the_name_of_a_file_goes_to_google_byte_for_byte() -> None:
    async with beside_google(PAID) as it:
        name = "Übersicht 文.pdf".encode()
        start = {b"X-Goog-Upload-Command": b"start", b"X-Goog-Upload-File-Name": name}
        begun = await it.http.post("/upload/v1beta/files", headers=start, json={"file": {}})
        assert begun.status_code == 200, begun.text
        (sent,) = it.world.journal.calls("files.upload")
        assert sent.headers["x-goog-upload-file-name"].encode("latin-1") == name


async def test_a_large_file_passes_without_being_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Larger than any body may be, in one request; what is held of it at any moment is a read or two."""
    held: list[int] = []
    append = BoundedBody.append

    def watched(body: BoundedBody, data: bytes) -> None:
        append(body, data)
        held.append(len(body._kept))

    monkeypatch.setattr(BoundedBody, "append", watched)
    async with beside_google(PAID) as it:
        begun = await it.http.post(
            "/upload/v1beta/files", json={"file": {}},
            headers={"X-Goog-Upload-Command": "start", "X-Goog-Upload-Protocol": "resumable"},
        )  # fmt: skip

        async def body() -> AsyncIterator[bytes]:
            for _ in range(70 * 16):
                yield bytes(2**16)

        last = {"X-Goog-Upload-Command": "upload, finalize", "X-Goog-Upload-Offset": "0"}
        done = await it.http.post(begun.headers["x-goog-upload-url"], headers=last, content=body())
        assert done.json()["file"]["sizeBytes"] == str(70 * 2**20)
        assert max(held) <= 2**18 + 2**16


@pytest.mark.skipif(
    "httpx2" not in vars(types), reason="this google-genai asks for interactions by a client of its own"
)
async def test_interactions_go_on_where_they_began() -> None:
    async with beside_google(PAID, OTHER) as it:
        client = sdk(it)
        first = await client.interactions.create(model=f"google/{MODEL}", input="hi")
        for _ in range(3):
            again = await client.interactions.create(model=MODEL, input="more", previous_interaction_id=first.id)
        made = it.world.journal.calls("interactions.create")
        assert len({entry.credential for entry in made}) == 1 and [entry.status for entry in made] == [200] * 4
        assert (await client.interactions.get(again.id)).id == again.id
        await client.interactions.delete(again.id)
        assert (await it.http.get(f"/v1beta/interactions/{again.id}")).status_code == 404


@pytest.mark.skipif(
    "httpx2" not in vars(types), reason="this google-genai asks for interactions by a client of its own"
)
async def test_a_streamed_interaction_is_known_too() -> None:
    async with beside_google(PAID, OTHER) as it:
        stream = await sdk(it).interactions.create(model=MODEL, input="hi", stream=True)
        kinds = [event.event_type async for event in stream]
        assert kinds[0] == "interaction.created" and kinds[-1] == "interaction.completed"
        assert len(it.owned("interactions")) == 1


async def test_without_a_key_of_the_gemini_api_there_are_none() -> None:
    async with beside_google(PAID) as it:
        it.proxy.pool.retire(it.proxy.pool.members()[0].credential.id)
        for method, path in (("GET", "/v1beta/files"), ("POST", "/v1beta/interactions"), ("GET", "/v1/cachedContents")):
            answer = await it.http.request(method, path, json={} if method == "POST" else None)
            assert (answer.status_code, answer.json()["error"]["status"]) == (501, "UNIMPLEMENTED")


async def test_openais_files_are_still_refused_in_its_words() -> None:
    async with beside_google(PAID) as it:
        answer = await it.http.get("/v1/files")
        assert (answer.status_code, set(answer.json()["error"])) == (501, {"message", "type", "param", "code"})
