"""A second factor in a real browser: an app is set up, a passkey signs in, no page complains."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.e2e.journeys import PASSWORD, with_password
from tests.settlement.builders import make_operator

pytestmark = pytest.mark.django_db(transaction=True)

#: A key in the machine, as Chromium plays it.
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def is_clean(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found] == [], page.url


def enter(page: Page) -> None:
    page.goto("/accounts/login/?next=/admin/")
    page.get_by_label("Username").fill("olga")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")


def test_an_operator_sets_up_an_app_and_signs_in_with_a_passkey(
    page: Page, settings: Settings
) -> None:
    settings.OPERATORS_SECOND_FACTOR = True
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    speaks = page.context.new_cdp_session(page)
    speaks.send("WebAuthn.enable")
    speaks.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    with_password(make_operator("olga"))
    enter(page)
    expect(page.get_by_text("This account has to have one")).to_be_visible()
    is_clean(page)
    page.get_by_role("link", name="Set up an app").click()
    is_clean(page)
    secret = page.locator("code").inner_text()
    page.get_by_label("Code that the app shows").fill(
        format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    )
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert re.fullmatch(r"\d{8}", page.locator("li code").first.inner_text())
    is_clean(page)
    page.goto("/account/passkeys/add/")
    is_clean(page)
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    page.context.clear_cookies()
    enter(page)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    is_clean(page)
    assert complaints == []  # of the policy, too: no script of the pages is their own
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="What waits")).to_be_visible()
