"""A dispute over REST, from the seller's objection to the next bill."""

from tests.settlement.api.world import World
from tests.tables import every_table


def test_R3_4_a_seller_disputes_and_an_operator_answers(world: World) -> None:
    bill = world.mine.bill.number
    opened = world.writer.post(
        "/disputes/", {"bill": bill, "reason": "Two seats are missing", "amount": "50"}
    )
    number = opened.body["number"]
    assert (opened.status, number[:2], len(number)) == (201, "DP", 10)
    shown = world.reader.get(f"/disputes/{number}/").body
    assert shown == opened.body
    instants = ("opened_at", "modified_at")
    assert {name: value for name, value in shown.items() if name not in instants} == {
        "number": number,
        "state": "open",
        "seller": world.mine.seller.number,
        "bill": bill,
        "line_no": None,
        "currency": "USD",
        "reason": "Two seats are missing",
        "amount": "50.00",
        "answer": None,
        "difference": None,
        "adjustment": None,
        "answered_at": None,
    }
    answered = world.operator.post(
        f"/disputes/{number}/accept/", {"answer": "One was missing", "amount": "25.00"}
    ).body
    assert (answered["state"], answered["answer"]) == ("accepted", "One was missing")
    assert (answered["difference"], answered["amount"]) == ("25.00", "50.00")
    adjustment = world.reader.get(f"/adjustments/{answered['adjustment']}/").body
    assert (adjustment["bill"], adjustment["amount"]) == (bill, "25.00")
    assert adjustment["reason"] == f"Dispute {number}: One was missing"


def test_R3_4_a_declined_dispute_gives_its_answer(world: World) -> None:
    path = f"/disputes/{world.mine.dispute.number}/decline/"
    body = world.operator.post(path, {"answer": "It is on line 2"}).body
    assert (body["state"], body["answer"]) == ("declined", "It is on line 2")
    assert (body["line_no"], body["adjustment"]) == (1, None)
    before = every_table()
    again = world.operator.post(path, {"answer": "Again"})
    assert (again.status, again.errors) == (409, [("", "illegal_transition", "R3.4")])
    assert every_table() == before


def test_R3_4_whoever_recorded_a_dispute_does_not_answer_it(world: World) -> None:
    before = every_table()
    path = f"/disputes/{world.mine.dispute.number}/accept/"
    answer = world.second.post(path, {"answer": "Right", "amount": "5"})
    assert (answer.status, answer.errors) == (403, [("", "the_opener_does_not_answer", "R3.4")])
    assert every_table() == before


def test_R3_4_nobody_disputes_another_sellers_bill(world: World) -> None:
    before = every_table()
    body = {"bill": world.theirs.bill.number, "reason": "x"}
    assert world.writer.post("/disputes/", body).status == 404
    assert every_table() == before
