"""What narrows a list is applied or refused, never ignored; a file holds what the list shows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client

from koogallery import audit
from koogallery.exports.jobs import write_export
from koogallery.models import Act, ExportJob, User
from settlement.models import Bill, Refund
from settlement.services.refunds import lifecycle
from tests.settlement.builders import make_operator, make_seller

ACTS, REFUNDS = "/admin/koogallery/act/", "/admin/settlement/refund/"


def listed(answer: Any) -> list[Any]:
    return list(answer.context["cl"].result_list)


def told(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


@pytest.fixture
def auditor(client: Client, db: None) -> Client:
    """Two acts: in the settlement zone at the end of 9 and the beginning of 10 November."""
    user = User.objects.create_user("amara", is_staff=True, operator_roles=["auditor"])
    client.force_login(user)
    instants = {"NINTH": datetime(2026, 11, 9, 15, 59, tzinfo=UTC)}
    instants["TENTH"] = instants["NINTH"] + timedelta(minutes=1)
    for number, instant in instants.items():
        act = Act(verb="x", object_kind="bill", object_number=number, channel="api")
        with time_machine.travel(instant, tick=False):
            act.save()
    return client


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"at_from": "2030-01-01"}, set()),
        ({"at_from": "2026-11-10"}, {"TENTH"}),
        ({"at_to": "2026-11-09"}, {"NINTH"}),
        ({"at_from": "2026-11-09", "at_to": "2026-11-10"}, {"NINTH", "TENTH"}),
        ({"at_from": "", "at_to": ""}, {"NINTH", "TENTH"}),
    ],
)
def test_days_are_whole_and_inclusive_in_the_settlement_zone(
    auditor: Client, sent: dict[str, str], expected: set[str]
) -> None:
    audit.record(None, "loaded", "demo", "a mark of the loading")
    found = {act.object_number for act in listed(auditor.get(ACTS, sent))}
    assert found & {"NINTH", "TENTH", "a mark of the loading"} == expected


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"at_from": "yesterday"}, "“yesterday” is no day"),
        ({"at_to": "2026-02-30"}, "“2026-02-30” is no day"),
        ({"at_from": "9999-12-31"}, "“9999-12-31” is no day"),
        ({"at_from": "2026-11-10", "at_to": "2026-11-09"}, "is before the start"),
    ],
)
def test_a_day_that_cannot_be_read_lists_nothing_and_says_so(
    auditor: Client, sent: dict[str, str], reason: str
) -> None:
    answer = auditor.get(ACTS, sent)
    assert listed(answer) == []
    assert reason in told(answer)
    file = auditor.get(f"{ACTS}download/", sent)
    assert (file.status_code, file["Location"].split("?")[0]) == (302, ACTS)


@pytest.mark.parametrize("sent", [{"bogus": "1"}, {"object_kind": "dragon"}])
def test_what_a_list_does_not_have_is_said(auditor: Client, sent: dict[str, str]) -> None:
    answer = auditor.get(ACTS, sent, follow=True)
    assert answer.status_code == 200
    assert "nothing of it was applied" in told(answer)


def test_amounts_sellers_and_names_narrow_and_a_queue_says_what_it_hides(
    desk: Client, refund: Refund
) -> None:
    assert listed(desk.get(REFUNDS, {"amount_from": "300", "amount_to": "300.00"})) == [refund]
    assert listed(desk.get(REFUNDS, {"amount_from": "300.01"})) == []
    refused = desk.get(REFUNDS, {"amount_from": "1e400"})
    assert (listed(refused), "is no amount" in told(refused)) == ([], True)
    for name in ("CONTOSO  cloud", "ｆａｂｒｉｋａｍ", refund.seller.number):
        assert listed(desk.get(REFUNDS, {"q": name})) == [refund]
    assert listed(desk.get("/admin/sellers/order/", {"q": "Fabrikam"}))
    lifecycle.reject_refund(refund.number, "no", actor=make_operator("rita"))
    hidden = desk.get(REFUNDS, {"q": refund.number})
    assert listed(hidden) == []
    assert "1 more row fits" in told(hidden)
    assert f"?q={refund.number}&amp;state=all" in told(hidden)


def test_a_file_holds_what_the_list_shows(desk: Client, refund: Refund) -> None:
    seller = refund.seller
    asked = f"{REFUNDS}export/csv/?seller__id__exact={seller.pk}&requested_at_from=2020-01-01"
    assert desk.get(asked).status_code == 403
    desk.post(asked)
    job = ExportJob.objects.get()
    assert job.query == (
        f"state=operator_review&seller={seller.number}"
        "&requested_at_from=2020-01-01T00%3A00%3A00%2B08%3A00"
    )
    write_export(job.number)
    page = desk.get("/admin/koogallery/exportjob/")
    assert f"/admin/koogallery/exportjob/{job.pk}/file/" in page.text
    file = b"".join(desk.get(f"/admin/koogallery/exportjob/{job.pk}/file/"))
    assert refund.number in file.decode()
    desk.post(f"{REFUNDS}export/csv/?q=x")
    assert ExportJob.objects.count() == 1


def test_a_bill_is_fetched_from_its_page(desk: Client, refund: Refund) -> None:
    bill = Bill.objects.get()
    page = f"/admin/settlement/bill/{bill.pk}"
    shown = desk.get(f"{page}/change/").text
    assert f"{page}/document/pdf/" in shown
    file = b"".join(desk.get(f"{page}/document/csv/"))
    assert refund.order.number in file.decode()
    assert desk.get(f"{page}/document/exe/").status_code == 404


def test_a_name_that_is_another_finds_nothing(desk: Client, db: None) -> None:
    make_seller(company_name="Wis\u0142a  Cloud")
    assert len(listed(desk.get("/admin/sellers/seller/", {"q": "wis\u0142a cloud"}))) == 1
    assert listed(desk.get("/admin/sellers/seller/", {"q": "nobody"})) == []
