"""Every page of the admin: it opens, is whole in Chinese, and nothing is changed on it."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from koogallery.models import AccessToken, Act, User
from tests.settlement.api.world import World
from tests.settlement.portal.reading import APPS, Page, stored_texts, without_data

pytestmark = pytest.mark.django_db

#: What is kept for programs: a figure that is not grouped, a share, a code, a key, a digest.
RAW = re.compile(
    r"(?!20\d\d$|0)-?\d{4,}(\.\d+)?|-?\d+\.\d{3,}|0\.\d+|[a-z]+(_[a-z]+)+|[a-z-]+:[A-Z]\S+|.*[0-9a-f]{64}"
)
WORD = re.compile(r"[A-Za-z]{2,}")
#: A number of a row, which no column may hold, or of a rule or standard.
NUMBER = re.compile(r"\b[A-Z]{1,4}-?[0-9][\w.-]*")
#: Names, and words of bodies that programs send, which are the same in Chinese.
NAMES = frozenset(
    [
        *("API", "DAC7", "EV", "Gone", "ID", "IP", "ISO", "MB", "SWIFT", "SaaS", "UETR"),
        *("DOCX", "JPEG", "MT940", "PNG", "XML", "camt", "pain", "YYYY-MM-DD"),
        *("License", "Webhook", "newInstance", "test", "agreed"),
        *("beat", "worker", "charges", "deposit", "webhook-id", "en", "zh-hans", "esc"),
    ]
)
#: Whose pages something is entered on; all others are read.
ENTERED = {User, AccessToken}
#: Pages of no row.
ALONE = ("admin:index", "admin:find", "admin:settlement_payments_desk")
OF_A_SELLER = ("admin:settlement_statement", "admin:settlement_yearly_statement")


def addresses(world: World) -> Iterator[str]:
    """Every list, the latest rows' pages, every question that may be asked, and the rest."""
    yield from map(reverse, ALONE)
    yield from (reverse(name, args=[world.mine.seller.number]) for name in OF_A_SELLER)
    yield f"{reverse('admin:find')}?q=zz"
    page: Any
    for model, page in admin.site._registry.items():
        if model._meta.app_label not in APPS:
            continue
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        listed = reverse(f"{name}_changelist")
        yield from (listed, f"{listed}?q=zz&state=all")
        yield from (reverse(f"{name}_{act}") for act in getattr(page, "actions_list", ()))
        for row in model._default_manager.order_by("-pk")[:2]:
            yield page.page_address(row)
            address = getattr(row, page.address_column)
            for verb in getattr(page, "decisions", ()):
                yield reverse(f"{name}_decide", args=[address, verb])


def questions() -> Iterator[tuple[str, dict[str, Any]]]:
    """What is answered to a POST: of several rows together, and of a form that says nothing."""
    page: Any
    for model, page in admin.site._registry.items():
        if model._meta.app_label not in APPS or model is User:  # who asks would be signed out
            continue
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        rows = list(model._default_manager.order_by("-pk")[:2])
        chosen = {"_selected_action": [row.pk for row in rows]}
        for action in page.actions or () if rows else ():
            yield f"{reverse(f'{name}_changelist')}?state=all", {"action": action, **chosen}
        for row in rows:
            for verb in getattr(page, "decisions", ()):
                yield reverse(f"{name}_decide", args=[getattr(row, page.address_column), verb]), {}


def codes() -> set[str]:
    """What is stored for programs: each has words that people read."""
    fields = [
        field
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
    ]
    choices = {str(value) for field in fields for value, _ in getattr(field, "flatchoices", ())}
    acts = Act.objects.values_list("verb", "object_kind").distinct()
    return choices | {code for act in acts for code in act}


def test_every_page_of_the_admin_is_whole_in_chinese(client: Client, world: World) -> None:
    client.force_login(User.objects.create_superuser("root", language="zh-hans"))
    written: dict[str, str] = {}
    raw: dict[str, str] = {}
    asked = [(address, None) for address in dict.fromkeys(addresses(world))]
    for address, sent in [*asked, *questions()]:
        ask = partial(client.post, data=sent) if sent is not None else client.get
        answer: Any = ask(address, follow=True)
        assert answer.status_code == 200, address
        assert answer["Content-Language"] == "zh-hans"
        page = Page(answer.content.decode())
        if "/seal" not in address:  # a seal is its digest
            raw |= {text: address for text in page.texts if RAW.fullmatch(text.strip())}
        latin = filter(WORD.search, (*page.texts, *page.attributes))
        written |= {text.strip(): address for text in latin}
    stored = stored_texts() - codes()
    data = stored | {text[:1].upper() + text[1:] for text in stored} | NAMES
    english = {
        text: address
        for text, address in written.items()
        if WORD.search(NUMBER.sub(" ", without_data(text, data)))
    }

    assert (english, raw) == ({}, {})


def test_money_is_never_moved_by_a_form_not_even_a_superusers(client: Client, world: World) -> None:
    client.force_login(User.objects.create_superuser("root"))
    for model in admin.site._registry.keys() - ENTERED:
        if model._meta.app_label not in APPS:
            continue
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        tried = [client.get(reverse(f"{name}_add")), client.post(reverse(f"{name}_add"), {})]
        if row := model._default_manager.first():
            tried.append(client.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}))
            tried.append(client.post(reverse(f"{name}_change", args=[row.pk]), {}))
        assert {answer.status_code for answer in tried} == {403}, model
