"""A receivable's day and its reminder, and the report of a run, over REST (R5.7, R10)."""

from koogallery.models import Act, Notice
from tests.settlement.api.world import World
from tests.world import in_ninety_days


def test_R5_7_another_day_is_told_with_its_reason(world: World) -> None:
    path = f"/receivables/{world.mine.receivable.number}/change-due-date/"
    day = str(in_ninety_days())
    answer = world.operator.post(path, {"due_on": day, "reason": "by telephone"})
    assert (answer.status, answer.body["due_at"]) == (200, f"{day}T15:59:59.999999Z")
    assert Act.objects.latest("pk").facts["reason"] == "by telephone"
    assert Notice.objects.filter(kind="receivable_date_changed").count() == 1
    past = world.operator.post(path, {"due_on": "2026-01-01", "reason": "x"})
    assert (past.status, past.errors) == (422, [("/due_on", "in_past", "R5.7")])
    same = world.operator.post(path, {"due_on": day, "reason": "x"})
    assert same.errors == [("/due_on", "changes_nothing", "R5.7")]
    unread = world.operator.post(path, {"due_on": "30.12.2999"})
    assert unread.errors == [("/due_on", "invalid_day", ""), ("/reason", "required", "")]


def test_R10_a_seller_is_reminded_once_a_day(world: World) -> None:
    path = f"/receivables/{world.mine.receivable.number}/remind/"
    assert world.operator.post(path).status == 200
    again = world.operator.post(path)
    assert (again.status, again.errors) == (409, [("", "reminded_already", "R10")])


def test_R1_6_the_report_of_a_run_is_a_file_and_on_record(world: World) -> None:
    path = f"/bill-runs/{world.run.number}/report/"
    answer = world.operator.get(path, {"format": "csv"})
    written = answer.content.decode()
    assert (answer.status, answer.media_type) == (200, "text/csv; charset=utf-8")
    assert world.mine.seller.number in written
    assert Act.objects.latest("pk").verb == "exported"
    assert world.operator.get(path, {"format": "doc"}).status == 400
    assert world.operator.get(path).status == 400
    assert world.writer.get(path, {"format": "csv"}).status == 404
