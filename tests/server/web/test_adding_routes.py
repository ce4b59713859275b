"""Files, keys and JSON: each with its result, names only as text, within bounds."""

from web_page import HOSTILE

from gcli2api_tui.server.web.gate import LONGEST_NAME, MOST_FILES, shown_name


async def test_each_file_has_its_result(page, person):
    await person.send_files(("good.json", b"{}"), ("broken.json", b"bad"), ("more.zip", b"PK"))
    assert [what for what in page.control.did if what[0] == "add"] == [
        ("add", b"{}", "good.json"), ("add", b"bad", "broken.json"), ("add", b"PK", "more.zip"),
    ]  # fmt: skip
    assert person.notices[0] == "Added good.json." and person.notices[1].startswith("broken.json ")
    assert len(person.notices) == 3 and 'class="notice bad"' in person.html
    assert person.path == "/auth/add", "where one can try again"


async def test_good_files_lead_to_the_credentials(person):
    await person.send_files(("good.json", b"{}"))
    assert person.path == "/auth"


async def test_names_of_files_are_text(page, person):
    for name in (HOSTILE, "a\nSet-Cookie: x=1\r\n\r\n<b>", "../../etc/passwd", "C:\\keys\\x.json", "x" * 200 + ".json"):
        await person.send_files((name, b"bad"))
        assert person.status == 200
        assert "<img src=x" not in person.html and "<b></b>" not in person.html
        taken = page.control.did[-1][2]
        assert taken.isprintable() and "/" not in taken and "\\" not in taken and len(taken) <= LONGEST_NAME


def test_a_long_name_keeps_its_ending():
    assert shown_name("k" * 200 + ".json").endswith(".json")
    assert shown_name("a/b\\c\u202e\x00d.json") == "cd.json"
    assert shown_name("钥匙.json") == "钥匙.json"


async def test_no_file_and_a_file_without_a_name(page, person):
    await person.send_files()
    assert person.notices == ["No file was chosen."]
    await person.send_files(("", b""))
    assert person.notices == ["No file was chosen."] and page.control.did == []


async def test_more_files_than_are_taken(page, person):
    await person.send_files(*[(f"{n}.json", b"x") for n in range(MOST_FILES + 1)])
    assert person.status == 413 and page.control.did == []


async def test_more_bytes_than_are_taken(page, person):
    await person.send_files(("big.zip", b"x" * (21 * 2**20)))
    assert person.status == 413 and page.control.did == []


async def test_a_form_that_is_none(page, person):
    kind = {"Content-Type": "multipart/form-data"}
    for body in (b"", b"--x", b"\r\n" * 5000):
        assert (await person.client.post("/auth/add/files", data=body, headers=kind)).status_code == 403
    many = b"&".join(b"a%d=1" % n for n in range(2000))
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await person.client.post("/auth/add/text", data=many, headers=kind)).status_code == 400


async def test_a_key_or_json_is_pasted(page, person):
    await person.get("/auth/add")
    await person.post("/auth/add/text", text=" AIza-key \n")
    assert page.control.did[-1] == ("add", b"AIza-key", "the pasted text")
    assert person.path == "/auth"
    await person.get("/auth/add")
    await person.post("/auth/add/text", text="bad")
    assert person.path == "/auth/add" and "bad" in page.control.did[-1][1].decode()
    await person.post("/auth/add/text", text="   ")
    assert person.notices == ["Nothing was pasted."]


async def test_what_was_pasted_stands_on_no_page(person):
    await person.get("/auth/add")
    await person.post("/auth/add/text", text="bad-secret-value")
    assert "bad-secret-value" not in person.html
