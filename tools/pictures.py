"""`./run pictures URL`: photographs of every page of a running demo, in a real browser.

Starts from the navigation of a few of the demo's people and follows links until no page of a new
kind is left, so that pages need not be listed here. Pages are taken in both languages, light, dark
and on a phone. `--tour` takes the few of docs/tour.md
instead, compressed, into docs/screenshots.
"""

import argparse
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Error, Page, ViewportSize, sync_playwright

from koogallery.demo.logins import PASSWORD
from tools import chromium
from tools.application import ROOT

TOUR = ROOT / "docs" / "screenshots"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
WIDE: ViewportSize = {"width": 1360, "height": 850}
PHONE: ViewportSize = {"width": 390, "height": 844}

#: Numbers and other names in an address: pages that differ in them alone are of one kind.
NUMBER = re.compile(r"[A-Z]{0,3}\d[\w.~-]*|[A-Z]{2}\w*[-_]\w+")
#: Addresses that are no pages, or act when they are opened.
NOT_PAGES = re.compile(
    r"/(export|file|content|download|progress|logout|jsi18n|static|attachments|media|schema|add"
    r"|delete|history|autocomplete)(/|$)"
)
NOT_ADDED = re.compile(r"/(invoices|members|exports|webhooks|products)[^?]*/add/")
MOST_PAGES = 120
#: Whose pages together show everything there is.
SELLERS = ("nok", "grace", "zofia")
OPERATOR = "mei"


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is taken."""

    name: str
    language: str = "en"
    scheme: str = "light"
    viewport: ViewportSize | None = None

    @property
    def is_phone(self) -> bool:
        return self.viewport == PHONE


LOOKS = (
    Look("en-light"),
    Look("en-dark", scheme="dark"),
    Look("en-phone", viewport=PHONE),
    Look("zh-light", "zh-hans"),
    Look("zh-phone-dark", "zh-hans", "dark", PHONE),
)
ADMIN_LOOKS = (
    Look("admin-light"),
    Look("admin-dark", scheme="dark"),
    Look("admin-zh-light", "zh-hans"),
    Look("admin-zh-phone", "zh-hans", viewport=PHONE),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One of the tour: whose page, and where; {latest} is the last closed cycle."""

    name: str
    who: str
    address: str
    look: Look = LOOKS[0]
    height: int = 1000
    opens: str = ""


PICTURES = (
    Picture("overview", "nok", "/overview/"),
    Picture("bill", "zofia", "/bills/B{latest}-S000012/", height=1500),
    Picture("why", "nok", "/bills/B{latest}-S000004/", opens="#lines summary", height=1500),
    Picture("recovery", "nok", "first:/recoveries/", height=1100),
    Picture("transactions", "zofia", "/transactions/"),
    Picture("unsubscription", "zofia", "first:/unsubscriptions/", height=1100),
    Picture("invoice", "grace", "first:/invoices/", height=1000),
    Picture("dispute", "zofia", "first:/disputes/", height=900),
    Picture("phone", "nok", "/bills/B{latest}-S000004/", LOOKS[2], height=1200),
    Picture("dark", "nok", "/overview/", LOOKS[1]),
    Picture("chinese", "zofia", "/bills/B{latest}-S000012/", LOOKS[3], height=1300),
    Picture("refund-desk", OPERATOR, "first:/admin/settlement/refund/", ADMIN_LOOKS[0], 1100),
    Picture("admin", OPERATOR, "/admin/", ADMIN_LOOKS[0], 1100),
)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="./run pictures", description=__doc__)
    parser.add_argument("url", help="of a demo that is running: ./run demo")
    parser.add_argument("--into", type=Path, default=ROOT / "var" / "pictures")
    parser.add_argument("--tour", action="store_true", help="only those of docs/tour.md")
    options = parser.parse_args(arguments)
    with a_browser() as browser:
        if options.tour:
            take_tour(browser, options.url)
        else:
            take_everything(browser, options.url, options.into)


@contextmanager
def a_browser() -> Iterator[Browser]:
    found = chromium.find()
    if found is None:
        raise SystemExit(chromium.REMEDIES)
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(chromium.node()))
    with sync_playwright() as playwright:
        environment: dict[str, str | float | bool] = {**os.environ, **found.environment}
        browser = playwright.chromium.launch(
            executable_path=found.program, args=FLAGS, env=environment
        )
        yield browser
        browser.close()


@contextmanager
def signed_in(browser: Browser, url: str, who: str, look: Look) -> Iterator[Page]:
    context = _context(browser, url, look)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator("input[name=username]").fill(who)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_load_state()
    yield page
    context.close()


def _context(browser: Browser, url: str, look: Look) -> BrowserContext:
    return browser.new_context(
        base_url=url,
        viewport=look.viewport or WIDE,
        color_scheme="dark" if look.scheme == "dark" else "light",
        locale={"zh-hans": "zh-CN"}.get(look.language, "en-GB"),
    )


def take_everything(browser: Browser, url: str, into: Path) -> None:
    pages = {who: _kinds(browser, url, who, "/overview/") for who in SELLERS}
    for look in LOOKS:
        _take(browser, url, look, pages, into)
    admin = {OPERATOR: _kinds(browser, url, OPERATOR, "/admin/")}
    for look in ADMIN_LOOKS:
        _take(browser, url, look, admin, into)


def _kinds(browser: Browser, url: str, who: str, start: str) -> Mapping[str, str]:
    """Kind of page -> the first address of it, found by following links from the start."""
    known: dict[str, str] = {kind_of(start): start}
    waiting = [start]
    with signed_in(browser, url, who, LOOKS[0]) as page:
        while waiting and len(known) < MOST_PAGES:
            if not _opens(page, waiting.pop(0)):
                continue
            for address in _links(page, admin=start.startswith("/admin/")):
                if kind_of(address) not in known:
                    known[kind_of(address)] = address
                    waiting.append(address)
    return known


def _opens(page: Page, address: str) -> bool:
    try:
        answer = page.goto(address)
    except Error:  # a download is no page
        return False
    return bool(answer and answer.ok and "text/html" in answer.headers.get("content-type", ""))


def _links(page: Page, *, admin: bool) -> Iterator[str]:
    hrefs = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    here = urlsplit(page.url)
    for parts in map(urlsplit, hrefs):
        is_page = NOT_ADDED.search(parts.path) or not NOT_PAGES.search(parts.path)
        if parts.netloc == here.netloc and is_page and parts.path.startswith("/admin/") == admin:
            yield parts.path


def kind_of(address: str) -> str:
    """How pages like this one are called: their address without numbers."""
    parts = [NUMBER.sub("x", part) for part in address.strip("/").split("/")]
    return "-".join(parts) or "home"


def _take(
    browser: Browser, url: str, look: Look, pages: Mapping[str, Mapping[str, str]], into: Path
) -> None:
    place = into / look.name
    place.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    for who, kinds in pages.items():
        with signed_in(browser, url, who, look) as page:
            for kind, address in kinds.items():
                if kind not in taken and _opens(page, address):
                    page.screenshot(path=place / f"{kind}.png", full_page=True)
                    taken.add(kind)
    print(f"{look.name}: {len(taken)} pages in {place}")


def take_tour(browser: Browser, url: str) -> None:
    for picture in PICTURES:
        with signed_in(browser, url, picture.who, picture.look) as page:
            latest = _latest_cycle(page) if "{latest}" in picture.address else ""
            page.goto(_address(page, picture.address.format(latest=latest)))
            if picture.opens:
                page.locator(picture.opens).first.click()
                page.evaluate("scrollTo(0, 0)")
            _keep(page.screenshot(full_page=True), picture)


def _latest_cycle(page: Page) -> str:
    page.goto("/bills/")
    found = re.search(r"B(\d{6})-", page.content())
    assert found, "the demo has bills"
    return found.group(1)


def _address(page: Page, address: str) -> str:
    """As it stands, or what the first row of a list leads to."""
    if not address.startswith("first:"):
        return address
    page.goto(address.removeprefix("first:"))
    link = page.locator("main tbody th a, #result_list tbody a").first
    return str(link.get_attribute("href"))


def _keep(png: bytes, picture: Picture) -> None:
    image = Image.open(BytesIO(png)).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, picture.height)))
    target = TOUR / f"{picture.name}.webp"
    image.save(target, quality=80, method=6)
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1000} kB")


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
