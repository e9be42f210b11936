"""A real browser on a real portal."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tools import chromium

FLAGS = (
    "--no-sandbox",  # containers and root have none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session. Without any: skipped, or failed where REQUIRE_BROWSER=1."""
    found = chromium.find()
    if found is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(chromium.REMEDIES, pytrace=False)
        pytest.skip(chromium.REMEDIES)
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(chromium.node()))
    with sync_playwright() as playwright:
        environment: dict[str, str | float | bool] = {**os.environ, **found.environment}
        launched = playwright.chromium.launch(
            executable_path=found.program, args=FLAGS, env=environment
        )
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """An empty page, signed in as nobody; its relative addresses are the portal's."""
    with browser.new_context(
        base_url=live_server.url, viewport={"width": 1440, "height": 900}
    ) as context:
        yield context.new_page()
