"""Secrets of sellers: derived from the key master of when they were first needed, and no other."""

from io import StringIO
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from pytest_django import Settings

from koogallery.events.signing import secret_of
from koogallery.keys import derived_key, name_of_master
from koogallery.models import DerivedKey, WebhookEndpoint
from sellers.services.delivery.access_keys import access_key, secret_key
from tests.books import refused_by

pytestmark = pytest.mark.django_db


def test_a_key_is_the_same_whenever_it_is_derived(settings: Settings) -> None:
    settings.KEY_MASTER = "master"
    assert derived_key("webhook", "WE000001", 1) == derived_key("webhook", "WE000001", 1)
    assert derived_key("webhook", "WE000001", 1).hex() == (
        "0ee911980ffcf60e32bc164dd6452b427fd7fc611f4330c353e2b1fdde9c8ef4"
    )


def test_each_purpose_subject_version_and_master_has_its_own(settings: Settings) -> None:
    settings.KEY_MASTER = "master"
    keys = [
        derived_key("webhook", "WE000001", 1),
        derived_key("delivery", "WE000001", 1),
        derived_key("webhook", "WE000002", 1),
        derived_key("webhook", "WE000001", 2),
    ]
    settings.KEY_MASTER, settings.KEY_MASTER_FALLBACKS = "another", ["master"]
    keys.append(derived_key("webhook", "WE000001", 3))
    assert len(set(keys)) == 5


def secrets_in_hand() -> list[str]:
    endpoint = WebhookEndpoint(number="WE000001", key_version=1)
    return [access_key("S000001", 1), secret_key("S000001", 1), secret_of(endpoint)]


def test_another_master_changes_no_secret_until_it_is_issued_anew(settings: Settings) -> None:
    settings.KEY_MASTER = "the first master"
    before = secrets_in_hand()
    settings.KEY_MASTER, settings.KEY_MASTER_FALLBACKS = "the second", ["the first master"]
    assert secrets_in_hand() == before
    second_version = access_key("S000001", 2)
    settings.KEY_MASTER, settings.KEY_MASTER_FALLBACKS = "the second", []
    assert access_key("S000001", 2) == second_version
    with pytest.raises(ImproperlyConfigured, match=name_of_master("the first master")):
        access_key("S000001", 1)


def test_the_secret_key_has_no_part_in_sellers_secrets(settings: Settings) -> None:
    before = secrets_in_hand()
    settings.SECRET_KEY = "another secret key, as after a rotation"
    assert secrets_in_hand() == before


def test_a_master_that_is_lost_is_an_error_of_the_checks(settings: Settings) -> None:
    settings.KEY_MASTER = "the first master"
    secrets_in_hand()
    settings.KEY_MASTER = "the second master, whose fallback was forgotten"
    found: Any = [each.id for each in run_checks(databases=["default"])]
    assert found.count("koogallery.E002") == 1


def test_what_a_key_is_derived_from_never_changes() -> None:
    secrets_in_hand()
    for act in (lambda: DerivedKey.objects.update(master="x"), DerivedKey.objects.all().delete):
        with refused_by("a_derived_key_stays_as_it_was"):
            act()


def test_a_command_says_which_secrets_still_come_from_a_former_master(settings: Settings) -> None:
    settings.KEY_MASTER = "the first master"
    secrets_in_hand()
    settings.KEY_MASTER, settings.KEY_MASTER_FALLBACKS = "the second", ["the first master"]
    access_key("S000001", 2)
    printed = StringIO()
    call_command("key_masters", stdout=printed)
    assert printed.getvalue().splitlines() == [
        f"{name_of_master('the second')} (KEY_MASTER): 1",
        f"{name_of_master('the first master')} (a fallback): 2",
        "  open API secret key of S000001",
        "  webhook of WE000001",
    ]
