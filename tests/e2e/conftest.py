"""A real browser on a real portal."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from koogallery.celery import app
from tools import chromium
from tools.application import ROOT
from tools.processes import Crew, Part

WORKER = "celery -A koogallery worker --pool solo --without-gossip --without-mingle -l INFO"

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


@pytest.fixture
def worker(live_server: LiveServer, tmp_path: Path) -> Iterator[None]:
    """A Celery worker process on the database that the portal of these tests is on."""
    database = connection.settings_dict
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database['NAME']}")
    environment = os.environ | {"DATABASE_URL": url.geturl()}
    command = [sys.executable, "-m", *WORKER.split()]
    with Crew() as crew:
        options: dict[str, Any] = {"env": environment, "cwd": ROOT}
        log = tmp_path / "worker.log"
        app.control.purge()  # what tests without a worker have queued
        crew.add(Part("worker", command, log, **options))
        assert crew.wait_for(lambda: "ready." in log.read_text(), 60)
        yield
