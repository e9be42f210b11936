"""docs/api/README.md: its calls are made in order on an empty portal; codes and columns agree."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from celery import current_app
from django.db import connection
from django.test import TestCase
from django.utils import timezone

from koogallery.api.urls import router
from koogallery.guards import GUARDS
from koogallery.models import AccessToken, User
from koogallery.numbering import SEQUENCES
from sellers.management.commands.import_feed import FEEDS
from sellers.models import Product, Seller
from sellers.services.companies.sellers import change_seller
from settlement.models import Bill, BillLook, Recovery
from tests import world
from tests.callers import Caller, seller_caller
from tests.docs.examples import PAGE
from tests.docs.tables import read
from tests.sellers.applying import a_member
from tests.sellers.delivery.builders import make_failed_message, put_into_use, succeed
from tools.problems import CATALOGUE, catalogue, collect

DOCUMENT = read("api/README.md")
TABLES = DOCUMENT.tables

#: Owners who make calls there, by their sellers; they join when they make the first.
OWNERS = {"mia": "S-NOVA", "ada": "S-ACME", "ben": "S-BRIEF"}


@dataclass(frozen=True, slots=True)
class Call:
    caller: str
    method: str
    path: str
    body: str | None
    headers: dict[str, str]

    @property
    def address(self) -> str:
        return urlsplit(self.path).path.removeprefix("/")

    def make(self, callers: dict[str, Caller]) -> int:
        caller = callers[self.caller]
        reads = self.method == "GET"
        with TestCase.captureOnCommitCallbacks(execute=True):
            answer = (
                caller.get(self.path, None, **self.headers)
                if reads
                else caller.send(self.method, self.path, self.body, **self.headers)
            )
        return int(answer.status)


def calls() -> Iterator[Call]:
    for line in re.findall(r"^curl .*$", DOCUMENT.text, flags=re.MULTILINE):
        _, header, who, address, *options = shlex.split(line)
        assert header == "-H"
        pairs = list(zip(options[::2], options[1::2], strict=True))
        headers = dict(told.split(": ", 1) for option, told in pairs if option == "-H")
        given = {option: told for option, told in pairs if option != "-H"}
        file = given.pop("--data-binary", "")
        body = _file(file) if file else given.pop("-d", None)
        method = given.pop("-X", "POST" if body else "GET")
        assert not given
        named = {name.lower().replace("-", "_"): value for name, value in headers.items()}
        yield Call(who.removeprefix("@"), method, address.removeprefix("$API"), body, named)


def _file(named: str) -> str:
    """What curl reads beside the page."""
    return (PAGE.parent / named.removeprefix("@")).read_text()


@pytest.fixture
def _numbers_from_one() -> None:
    """As on an empty portal; rolled back with the test."""
    with connection.cursor() as cursor:
        for sequence in SEQUENCES.values():
            cursor.execute(f"ALTER SEQUENCE {sequence} RESTART")


@pytest.fixture
def _tasks_at_once() -> Iterator[None]:
    current_app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    current_app.conf.update(task_always_eager=False, task_eager_propagates=False)


@pytest.fixture
def _files_of_its_own(tmp_path: Path, settings: Any) -> None:
    settings.ATTACHMENTS_DIR = tmp_path


@pytest.mark.django_db
@pytest.mark.usefixtures("_numbers_from_one", "_tasks_at_once", "_files_of_its_own")
def test_every_call_succeeds_in_the_order_of_the_page(settings: Any) -> None:
    settings.RECEIVABLE_LONGEST_DAYS = 100 * 366  # until the day that the page names
    callers = {name: _caller(name) for name in ("olga", "oscar", "otto")}
    User.objects.create_user("lina", email="lina@nordlicht.example")
    for call in calls():
        if (number := OWNERS.get(call.caller)) and call.caller not in callers:
            owner = a_member(Seller.objects.get(number=number), call.caller)
            callers[call.caller] = seller_caller(owner, number, may_write=True)
        _as_the_sellers_server_does(call)
        _as_a_run_without_a_preview_does(call)
        _as_the_invited_does(call)
        _as_the_law_of_march_does(call)
        assert call.make(callers) in {200, 201, 202, 204}, call
    _assert_the_story_is_true()


def _as_the_sellers_server_does(call: Call) -> None:
    """What the page says has happened at the seller of P-API before this call."""
    product = Product.objects.filter(number="P-API")
    if call.path.endswith("/DM00000002/resend/"):
        product[0].delivery_interface.messages.all().update(
            state="failed", next_attempt_at=None, closed_at=timezone.now()
        )
        put_into_use(product[0])
        make_failed_message(product[0], "CS2602070001-000001")
    elif call.path.endswith("/deliver/"):
        make_failed_message(product[0], "CS2602080001-000001")
    elif call.method == "POST" and call.path == "/delivery-messages/":
        succeed("DM00000002", "i-1")


def _as_the_law_of_march_does(call: Call) -> None:
    """From that month on tax is withheld."""
    if call.path == "/bill-runs/" and "202603" in (call.body or ""):
        change_seller("S-ACME", {"withholding_tax_rate": Decimal("0.02")}, actor=None)


def _as_the_invited_does(call: Call) -> None:
    """Whom the page changes and removes has accepted an invitation."""
    if call.path.endswith("/members/noah/") and call.method == "PATCH":
        a_member(Seller.objects.get(number="S-NOVA"), "noah")


def _as_a_run_without_a_preview_does(call: Call) -> None:
    """The bill that the page looks at had met a guard rail."""
    if call.path.startswith("/bills/") and call.path.endswith("/look/"):
        bill = Bill.objects.get(number=call.path.split("/")[2])
        reasons = [{"code": "first_bill_above", "detail": "It is the first bill."}]
        BillLook.objects.create(bill=bill, looks=reasons)


def _caller(name: str) -> Caller:
    """With a token that takes none of the numbers on the page."""
    user = world.an_operator(name)
    _, token = AccessToken.objects.create(user=user, name=name, number=f"TK-{name}")
    return Caller(token)


def _assert_the_story_is_true() -> None:
    """What the page says of the recovery's sources."""
    recovery = Recovery.objects.get(refund__number="RF00000001")
    taken = [(each.source, each.amount) for each in recovery.allocations.order_by("id")]
    sources = ["bill", "bill", "deposit"]
    text = " ".join(DOCUMENT.text.split())
    told = re.search(r"gives ([\d.]+), March's ([\d.]+), the deposit ([\d.]+); ", text)
    assert told
    assert [(source, f"{amount:.2f}") for source, amount in taken[:3]] == list(
        zip(sources, told.groups(), strict=True)
    )
    assert f"{recovery.receivable.amount:.2f} are left" in text
    assert Bill.objects.get(cycle="202601").settlement_amount == 800


def test_every_endpoint_is_on_the_page() -> None:
    called = {(call.method.lower(), pattern) for call in calls() for pattern in _matching(call)}
    offered = {
        (method, str(url.pattern))
        for url in router.urls
        for method in vars(url.callback)["actions"]
    }
    assert {each for each in offered - called if each[0] != "head"} == set()


def _matching(call: Call) -> list[str]:
    return [str(url.pattern) for url in router.urls if re.match(str(url.pattern), call.address)]


def test_the_catalogue_of_codes_is_what_the_source_says() -> None:
    assert CATALOGUE.read_text() == catalogue(), "call ./run problems"


def test_every_code_has_a_status() -> None:
    for code, entry in collect().items():
        assert entry.statuses, code


def test_the_guards_of_the_database_are_in_the_catalogue() -> None:
    told = collect()
    for name, guard in GUARDS.items():
        assert guard.refusal.status in told[name].statuses, name
        assert guard.rule in told[name].rules | {""}, name


def test_the_columns_of_every_feed_are_on_the_page() -> None:
    told = {row["Kind"]: row["Columns"] for row in TABLES["feeds"]}
    assert told.keys() == FEEDS.keys()
    for kind, feed in FEEDS.items():
        columns = [
            f"`{name}`" if column.required else f"(`{name}`)"
            for name, column in feed.columns.items()
        ]
        assert told[kind].replace("`", "") == ", ".join(columns).replace("`", "")
