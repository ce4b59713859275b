"""The page's words: the same in both languages, each used, and each that is used there; and no markup made by hand."""

import re
from pathlib import Path
from string import Formatter

import gcli2api_tui.server.web as web
from gcli2api_tui.server.web.words import LANGUAGES

HOME = Path(web.__file__).parent
ENGLISH, CHINESE = LANGUAGES["en"], LANGUAGES["zh"]
TEMPLATES = {path.name: path.read_text("utf-8") for path in (HOME / "templates").iterdir()}
SCRIPTS = {path.name: path.read_text("utf-8") for path in (HOME / "static").glob("*.js")}
CODE = "\n".join(path.read_text("utf-8") for path in HOME.glob("*.py"))


def places(text):
    return {name for _, name, _, _ in Formatter().parse(text)} - {None}


def test_both_languages_say_the_same():
    ones = {key for key in ENGLISH if key.endswith(".one")}
    assert ENGLISH.keys() - CHINESE.keys() <= ones and CHINESE.keys() <= ENGLISH.keys()
    assert {key: places(text) for key, text in CHINESE.items()} == {key: places(ENGLISH[key]) for key in CHINESE}


def named():
    """Every key that a template or the code names; of one that is put together, its beginning."""
    text = "\n".join(TEMPLATES.values()) + CODE
    whole = set(re.findall(r"""\b(?:w|words)(?:\(\))?\(["']([\w. -]+)["'](?! ~)""", text))
    begun = set(re.findall(r"""\bw\('([\w.-]+\.)' ~""", text)) | set(re.findall(r"""\bwords\(f"([\w.-]+\.)\{""", text))
    return whole, begun


def test_every_key_that_is_named_is_there():
    whole, begun = named()
    assert len(whole) > 60 and {"page.tab.", "page.kind.", "page.state."} <= begun
    assert not whole - ENGLISH.keys()
    assert all(any(key.startswith(start) for key in ENGLISH) for start in begun)


def test_no_key_is_dead():
    whole, begun = named()
    dead = [
        key for key in ENGLISH
        if key not in whole and not key.endswith(".one") and not any(key.startswith(start) for start in begun)
    ]  # fmt: skip
    assert not dead


def test_the_chinese_is_chinese():
    same = [key for key, text in CHINESE.items() if re.search("[A-Za-z]{2}", text) and text == ENGLISH[key]]
    assert same == []


def test_no_template_switches_the_escaping_off():
    for name, text in TEMPLATES.items():
        assert not re.search(r"\|\s*safe|autoescape|Markup", text), name
    assert not re.search(r"Markup\(|autoescape=False", CODE)


def test_no_script_writes_markup_and_none_stands_in_a_page():
    for name, text in SCRIPTS.items():
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), (
            name
        )
    for name, text in TEMPLATES.items():
        assert not re.search(r"<script(?! src=)|\son\w+=|javascript:|\sstyle=|<style", text), name


def test_every_form_that_changes_something_brings_the_token():
    for name, text in TEMPLATES.items():
        for one in re.findall(r'<form[^>]*method="post".*?</form>', text, re.S):
            assert 'name="csrf"' in one or 'action="/auth/sign-in"' in one, (name, one[:80])


def test_nothing_is_loaded_from_elsewhere():
    for name, text in {**TEMPLATES, **SCRIPTS, "css": (HOME / "static" / "page.css").read_text("utf-8")}.items():
        for address in re.findall(r"https?://[^\s\"')]+", text):
            assert address.startswith(("https://aistudio.google.com/apikey", "http://www.w3.org/")), (name, address)
