"""The page alone, and who looks at it."""

import pytest
from web_page import Browser, Page


@pytest.fixture
def page():
    return Page()


@pytest.fixture
def browser(page):
    """Not signed in."""
    return Browser(page.app.test_client())


@pytest.fixture
async def person(browser):
    """Signed in."""
    await browser.sign_in()
    return browser
