"""Lines of logs: what each says of where it came from, and what none ever says."""

import io
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from celery.contrib.testing.worker import start_worker
from django.db import connection
from django.http import HttpRequest
from django.test import Client

from koogallery.celery import app
from koogallery.kit.log_lines import FIELDS, JsonLine, TextLine, masked
from koogallery.tasks import forget_idempotency_keys
from sellers.models import Seller
from settlement.portal.views.seals import VerifySeal
from tests.settlement.builders import make_member, make_operator, make_seller

Told = Callable[[], list[dict[str, Any]]]

ADDRESS, IBAN, ACCOUNT, TOKEN = (
    "mia.lin@seller.example",
    "DE02120300000000202051",
    "6222020011",
    "t0ken",
)


@contextmanager
def collected() -> Iterator[Told]:
    """What is logged, as a collector reads it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLine())
    root = logging.getLogger()
    root.addHandler(handler)
    before = root.level
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.setLevel(before)
    root.removeHandler(handler)


@pytest.fixture
def told() -> Iterator[Told]:
    with collected() as found:
        yield found


def requests(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in lines if each["logger"] == "koogallery.logs"]


@pytest.mark.django_db
def test_a_line_for_each_request(told: Told) -> None:
    operator, seller = make_operator("olga"), make_seller()
    client = Client(headers={"x-request-id": "number-of-it"})
    client.get("/api/v1/me/")
    client.force_login(operator)
    client.get(f"/api/v1/sellers/{seller.number}/")
    client.get("/health/")

    refused, answered = requests(told())

    assert (
        refused.items()
        >= {
            "level": "INFO",
            "event": "request",
            "request_id": "number-of-it",
            "method": "GET",
            "view": "api:me-list",
            "status": 401,
        }.items()
    )
    assert "user_id" not in refused and refused["ms"] >= 0
    assert answered["user_id"] == operator.pk
    assert (answered["view"], answered["row"]) == ("api:seller-detail", seller.number)


@pytest.mark.django_db
def test_no_line_says_who_or_to_which_account(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is asked for, sent, refused, or goes wrong."""
    seller = make_seller()
    member = make_member(seller, "mia")
    type(member).objects.filter(pk=member.pk).update(email=ADDRESS)

    def fail(*_: Any) -> None:
        Seller.objects.filter(pk__in=[seller.pk]).extra(
            where=["%s::int > 0"], params=[IBAN]
        ).count()

    def repeat(request: HttpRequest, *_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO auth_group (name) VALUES (%s), (%s)", [f"Mia Lin {ADDRESS}"] * 2
            )

    client = Client(raise_request_exception=False)
    client.post("/accounts/login/", {"login": ADDRESS, "password": TOKEN})
    client.post("/accounts/password/reset/", {"address": ADDRESS})
    client.get(f"/accounts/password/choose/MQ/{TOKEN}/")
    client.get(f"/invitations/{TOKEN}/")
    client.get(f"/{ADDRESS}/{IBAN}")
    client.force_login(member)
    client.get("/orders/", {"search": ADDRESS, "account": ACCOUNT})
    client.post(
        "/api/v1/bank-accounts/",
        {"account_number": IBAN, "holder": "Mia Lin"},
        content_type="application/json",
    )
    for fault in (fail, repeat):
        monkeypatch.setattr(VerifySeal, "get", fault)
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT before")
        assert client.get("/verify/").status_code == 500
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO before")
    logging.getLogger("celery.app.trace").error(
        "Task raised unexpected: %r", ValueError("duplicate\nDETAIL:  Key (name)=(Mia Lin)")
    )
    refused = SMTPRecipientsRefused({ADDRESS: (550, b"no such box")})
    logging.getLogger("koogallery").error("%s was not told.", ADDRESS, exc_info=refused)

    lines = told()
    assert len(requests(lines)) == 9
    faults = [each["exception"] for each in lines if "exception" in each]
    assert len(faults) == 3 and "duplicate key value violates unique constraint" in faults[1]
    text = json.dumps(lines, ensure_ascii=False)
    assert [each for each in (ADDRESS, IBAN, ACCOUNT, "Mia Lin", TOKEN) if each in text] == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("to mia.lin@seller.example.", "to m…@seller.example."),
        ("{'a@b.example': 550}", "{'a…@b.example': 550}"),
        ("account 6222020011223344 is", "account …3344 is"),
        ("IBAN DE02120300000000202051", "IBAN …2051"),
        ("bill B202602-S0001 of 20260207", "bill B202602-S0001 of …0207"),
        ("RF00000012345 in 0.123456789s", "RF00000012345 in 0.123456789s"),
        ("d9b0c2e4-1111-4111-8111-123456789012", "d9b0c2e4-1111-4111-8111-123456789012"),
        ("no\nDETAIL:  Key (a)=(b)", "no"),
    ],
)
def test_what_is_masked(text: str, left: str) -> None:
    assert masked(text) == left


def test_the_same_for_people() -> None:
    record = logging.LogRecord("koogallery", 30, "", 0, "It is %s.", ("away",), None)
    record.fields = {"status": 503, "view": ""}
    line = TextLine().format(record)
    assert " WARNING koogallery: It is away. process=" in line and line.endswith(" status=503")


@pytest.mark.django_db(transaction=True)
def test_a_task_says_which_request_asked_for_it() -> None:
    with start_worker(app, pool="solo", perform_ping_check=False), collected() as told:
        FIELDS.set(lambda: {"request_id": "number-of-it"})
        try:
            forget_idempotency_keys.delay()
        finally:
            FIELDS.set(None)
        until = time.monotonic() + 30
        while not (done := [each for each in told() if is_of_request(each)]):
            assert time.monotonic() < until
            time.sleep(0.05)
    assert done[0]["task"] == "koogallery.tasks.forget_idempotency_keys"


def is_of_request(line: Mapping[str, Any]) -> bool:
    """The worker takes what other tests have left in the broker, too."""
    return line["logger"] == "celery.app.trace" and line.get("request_id") == "number-of-it"
