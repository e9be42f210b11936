"""Stored previews over REST: asked for, read, looked at, approved, issued, retried."""

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from settlement.services.closing.runs import work_on_run
from settlement.services.previews.stored import work_on_preview
from tests.settlement.api.world import World
from tests.settlement.builders import at, make_order
from tests.tables import every_table


@pytest.fixture
def path(world: World) -> str:
    return f"/bill-previews/{world.preview.number}/"


def test_a_preview_is_asked_for_and_computed_by_workers(
    world: World,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("settlement.tasks.work_on_bill_preview.delay", work_on_preview)
    with django_capture_on_commit_callbacks(execute=True):
        asked = world.operator.post(
            "/bill-previews/", {"cycle": "202603", "sellers": [world.mine.seller.number]}
        )

    assert (asked.status, asked.body["state"], asked.body["digest"]) == (202, "queued", None)
    ready = world.operator.get(f"/bill-previews/{asked.body['number']}/").body
    assert (ready["state"], ready["sellers_done"], ready["looks_due"]) == ("ready", 1, 0)
    assert ready["totals"]["USD"]["net_payable"] == "504.00"


def test_each_seller_is_told_in_full(world: World, path: str) -> None:
    [row] = world.operator.every(f"{path}sellers/?net_payable_from=504&state=done")
    assert (row["seller"], row["bill"]) == (
        world.mine.seller.number,
        f"B202603-{world.mine.seller.number}",
    )
    assert (row["settlement_amount"], row["difference"], row["look"]) == (
        "504.00",
        "-496.00",
        "not_due",
    )
    assert len(row["content"]) == 64


def test_another_content_than_previewed_is_not_approved(world: World, path: str) -> None:
    before = every_table()
    answer = world.operator.post(f"{path}approve/", {"seen": "0" * 64})
    assert (answer.status, answer.errors) == (409, [("/seen", "not_what_is_previewed", "R1.6")])
    assert every_table() == before


def test_what_was_approved_is_issued_and_other_content_is_not(world: World, path: str) -> None:
    seen = world.operator.get(path).body["digest"]
    approved = world.operator.post(f"{path}approve/", {"seen": seen})
    assert (approved.status, approved.body["state"]) == (200, "approved")
    make_order(world.mine.product, "1", at(3, 9))
    number = world.preview.number

    asked = world.operator.post("/bill-runs/", {"cycle": "202603", "preview": number})
    work_on_run(asked.body["id"])

    assert (asked.status, asked.body["preview"]) == (202, number)
    run = world.operator.get(f"/bill-runs/{asked.body['id']}/").body
    assert (run["state"], run["sellers_parked"]) == ("failed", 1)
    assert run["parked"][0]["reason"].startswith("Differs from the approved preview")
    assert world.operator.get(path).body["run"] == asked.body["id"]


def test_a_parked_seller_is_retried(world: World, path: str) -> None:
    seller = world.mine.seller.number
    body = {"seller": seller, "hold": True, "comment": "Is this right?"}
    assert world.operator.post(f"{path}look/", body).status == 200
    world.operator.post(f"{path}approve/")
    run = world.operator.post(
        "/bill-runs/", {"cycle": "202603", "preview": world.preview.number}
    ).body["id"]
    work_on_run(run)

    parked = world.operator.get(f"/bill-runs/{run}/").body["parked"]
    for named in ({"sellers": [seller]}, {}):
        refused = world.second.post(f"/bill-runs/{run}/retry/", named)
        assert (refused.status, refused.errors[0][1]) == (409, "held_back")
    hold = parked[0]["hold"]
    released = world.second.post(f"/bill-holds/{hold}/release/", {"reason": "It is."})
    assert (released.body["seller"], released.body["released_by"]) == (seller, "oscar")

    again = world.operator.post(f"/bill-runs/{run}/retry/", {"sellers": [seller]})
    work_on_run(run)

    assert (again.status, again.body["state"]) == (202, "queued")
    assert world.operator.get(f"/bill-runs/{run}/").body["state"] == "closed"


@pytest.mark.parametrize(
    ("body", "status", "field", "code"),
    [
        ({"preview": "BP999999"}, 404, "/preview", "not_found"),
        ({"preview": "{preview}"}, 409, "/preview", "preview_not_approved"),
        ({"preview": "{preview}", "cycle": "202602"}, 422, "/preview", "preview_of_others"),
        ({"preview": "{preview}", "sellers": ["S"]}, 422, "/preview", "preview_of_others"),
    ],
)
def test_a_run_needs_its_approved_preview(
    world: World, body: dict[str, object], status: int, field: str, code: str
) -> None:
    before = every_table()
    named = {
        name: value.format(preview=world.preview.number) if isinstance(value, str) else value
        for name, value in {"cycle": "202603", **body}.items()
    }
    answer = world.operator.post("/bill-runs/", named)
    assert answer.status == status
    assert (field, code) in [(where, what) for where, what, _ in answer.errors]
    assert every_table() == before
