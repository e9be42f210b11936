"""What the journeys share: people who sign in, and a page that complains about nothing."""

from contextlib import closing
from http import HTTPStatus

from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page, ViewportSize, expect

from koogallery.models import User
from koogallery.urls import console
from tests.settlement.portal.marketplace import Marketplace

PASSWORD = "correct horse battery"
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(page: Page, user: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Username")).to_have_count(0)


def press(page: Page, name: str) -> None:
    """A link or a button, whichever carries this name."""
    page.get_by_role("main").locator("a, button").filter(has_text=name).first.click()


def pages_of(marketplace: Marketplace, reader: User) -> dict[str, str]:
    """The address of every page of the console; files, fragments and answers to forms are none.

    A page that should be there and is not fails the walk over the table of roles.
    """
    client = Client()
    client.force_login(reader)
    addresses = {str(each.name): marketplace.address(str(each.name)) for each in console}
    return {name: address for name, address in addresses.items() if _is_page(client, address)}


def _is_page(client: Client, address: str) -> bool:
    with closing(client.get(address)) as answer:
        return (
            answer.status_code == HTTPStatus.OK
            and not answer.streaming
            and answer.content.startswith(b"<!doctype html>")
        )


def complaints_of(page: Page) -> list[str]:
    """What its console says from now on, but that a busy machine came late to a font."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "preloaded using link preload but not used within" not in message.text:
            complaints.append(message.text)

    page.on("console", listen)
    return complaints


def check(page: Page, name: str = "") -> None:
    """Axe finds nothing, and nothing is cut off sideways."""
    assert Axe().run(page).response["violations"] == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
