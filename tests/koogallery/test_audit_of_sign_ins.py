"""Sign-ins, lock-outs and what is entered about people are on record."""

import json
from typing import Any

import pytest
from axes.helpers import get_client_ip_address
from django import forms
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.signals import got_request_exception
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.debug import SafeExceptionReporterFilter

from koogallery.addresses import client_address_text
from koogallery.models import Act, User
from koogallery.origin import Channel
from tests.koogallery.test_audit import latest

pytestmark = pytest.mark.django_db


def test_sign_ins_and_failed_ones_are_on_record(client: Client) -> None:
    User.objects.create_user("mia", password="right-one-1")
    page = reverse("account_login")
    client.post(page, {"username": "mia", "password": "wrong-one"})
    failed = latest()
    assert (failed.verb, failed.object_number, failed.actor) == ("failed to sign in", "mia", None)
    assert "wrong-one" not in json.dumps([failed.facts, failed.changes])
    client.post(page, {"username": "mia", "password": "right-one-1"})
    signed_in = latest()
    assert (signed_in.verb, signed_in.actor, signed_in.channel) == (
        "signed in",
        User.objects.get(username="mia"),
        Channel.CONSOLE,
    )
    client.post(reverse("logout"))
    assert latest().verb == "signed out"


def test_whoever_is_locked_out_is_on_record(client: Client, settings: Any) -> None:
    settings.AXES_FAILURE_LIMIT = 2
    User.objects.create_user("mia")
    for _ in range(2):
        client.post(reverse("account_login"), {"username": "mia", "password": "wrong"})
    assert latest().verb in {"was locked out", "failed to sign in"}
    assert Act.objects.filter(verb="was locked out", object_number="mia").exists()


@pytest.mark.parametrize(
    ("proxy", "told", "recorded"),
    [
        (False, {}, "192.0.2.1"),
        (False, {"x-forwarded-for": "6.6.6.6", "x-real-ip": "6.6.6.6"}, "192.0.2.1"),
        (True, {"x-real-ip": "198.51.100.7", "x-forwarded-for": "6.6.6.6"}, "198.51.100.7"),
        (True, {"x-real-ip": "6.6.6.6, 198.51.100.7"}, "198.51.100.7"),
        (True, {"x-forwarded-for": "6.6.6.6"}, None),
    ],
)
def test_the_record_the_lock_out_and_tokens_see_the_same_address(
    client: Client, settings: Any, proxy: bool, told: dict[str, str], recorded: str | None
) -> None:
    User.objects.create_user("mia")
    settings.BEHIND_PROXY, settings.CLIENT_ADDRESS_HEADER = proxy, "X-Real-IP"
    request = RequestFactory(headers=told).get("/", REMOTE_ADDR="192.0.2.1")
    assert get_client_ip_address(request) == recorded
    assert client_address_text(request) == recorded
    page = reverse("account_login")
    sent = {"username": "mia", "password": "wrong"}
    client.post(page, sent, headers=told, REMOTE_ADDR="192.0.2.1")
    assert latest().ip_address == recorded


def test_behind_a_proxy_nobody_locks_out_somebody_elsewhere(client: Client, settings: Any) -> None:
    settings.BEHIND_PROXY = True
    User.objects.create_user("mia", password="right-one-1")
    page, wrong = reverse("account_login"), {"username": "mia", "password": "wrong"}
    for _ in range(10):
        last = client.post(page, wrong, headers={"x-forwarded-for": "203.0.113.9"})
    assert last.status_code == 429
    right = {"username": "mia", "password": "right-one-1"}
    there = client.post(page, right, headers={"x-forwarded-for": "203.0.113.9"})
    here = client.post(page, right, headers={"x-forwarded-for": "198.51.100.7"})
    assert (there.status_code, here.status_code) == (429, 302)


@pytest.mark.parametrize("page", ["/account/password/", "/accounts/password/x/set-password/"])
def test_no_report_of_a_failure_holds_a_password(
    client: Client, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    client.force_login(User.objects.create_user("ben"))
    client.raise_request_exception = False
    failed = list[HttpRequest]()
    monkeypatch.setattr(forms.Form, "is_valid", lambda *_: 1 / 0)
    monkeypatch.setattr(PasswordResetConfirmView, "get_user", lambda *_: 1 / 0)

    def note(request: HttpRequest, **_: Any) -> None:
        failed.append(request)

    got_request_exception.connect(note)
    sent = dict.fromkeys(["former", "password", "repeated"], "quite-new-1")
    assert client.post(page, sent).status_code == 500
    [request] = failed
    told = SafeExceptionReporterFilter().get_post_parameters(request)
    assert set(told.values()) == {SafeExceptionReporterFilter.cleansed_substitute}
