"""Bad input gets its 4xx, with the field and the rule, and changes nothing."""

from typing import Any, NamedTuple

import pytest

from tests.callers import Answer
from tests.settlement.api.world import World
from tests.tables import every_table

ADJUSTMENT = {"bill": "{bill}", "amount": "1.00", "reason": "x"}
REFUND = {"order": "{settled}", "amount": "1.00", "reason": "x", "special_agreement": "c"}
DISPUTE = {"bill": "{bill}", "reason": "x"}
ANSWER = {"answer": "x"}
MOVEMENT = {"kind": "top_up", "amount": "1.00", "reference": "r"}
PAYMENT = {"amount": "1.00", "reference": "r"}
RUN = {"cycle": "202603"}
MOVE = {"reason": "agreed"}
MOVEMENTS, PAYMENTS = "/deposits/{seller}/movements/", "/receivables/{receivable}/payments/"
TO_BILL, REJECT = "/receivables/{receivable}/move-to-next-bill/", "/bills/{bill}/reject/"
ACCEPT, DECLINE = "/disputes/{dispute}/accept/", "/disputes/{dispute}/decline/"
COMPLETE = "/refunds/{refund}/complete/"


class Case(NamedTuple):
    """A sound body with one change, and how it is refused."""

    path: str
    sound: dict[str, Any]
    change: dict[str, Any]
    status: int
    pointer: str
    code: str
    rule: str = ""


#: Amounts are read the same everywhere: what is none is refused at the door.
NO_AMOUNTS = ["", "abc", "NaN", "Infinity", "1e400", "1,00", True, [], {}]
AMOUNTS = [
    ("/adjustments/", ADJUSTMENT, "R3.2"),
    ("/disputes/", DISPUTE, "R3.4"),
    (ACCEPT, ANSWER, "R3.2"),
    ("/refunds/", REFUND, "R4.1"),
    (MOVEMENTS, MOVEMENT, "R6.1"),
    (PAYMENTS, PAYMENT, "R5.7"),
]
UNREADABLE = [
    Case(path, sound, {"amount": amount}, 400, "/amount", "not_a_number", rule)
    for path, sound, rule in AMOUNTS
    for amount in NO_AMOUNTS
]
#: What can be read, but breaks a rule.
TOO_FINE = [
    Case(path, sound, {"amount": "1.001"}, 422, "/amount", "too_precise", rule)
    for path, sound, rule in AMOUNTS
]
TOO_LARGE = [
    Case(path, sound, {"amount": "1" + "0" * 16}, 422, "/amount", "too_large", rule)
    for path, sound, rule in AMOUNTS
]
RULES = [
    Case("/adjustments/", ADJUSTMENT, {"amount": "0"}, 422, "/amount", "changes_nothing", "R3.2"),
    Case("/adjustments/", ADJUSTMENT, {"amount": None}, 400, "/amount", "null"),
    Case("/adjustments/", ADJUSTMENT, {"reason": " "}, 400, "/reason", "blank"),
    Case("/adjustments/", ADJUSTMENT, {"bill": "B202601-NONE"}, 404, "/bill", "not_found"),
    Case("/disputes/", DISPUTE, {"amount": "0"}, 422, "/amount", "changes_nothing", "R3.4"),
    Case("/disputes/", DISPUTE, {"line_no": 2}, 422, "/line_no", "unknown_line", "R3.4"),
    Case("/disputes/", DISPUTE, {"line_no": 10**30}, 422, "/line_no", "unknown_line", "R3.4"),
    Case("/disputes/", DISPUTE, {"line_no": -1}, 422, "/line_no", "unknown_line", "R3.4"),
    Case("/disputes/", DISPUTE, {"line_no": "1"}, 400, "/line_no", "not_a_whole_number"),
    Case("/disputes/", DISPUTE, {"line_no": 1.5}, 400, "/line_no", "not_a_whole_number"),
    Case("/disputes/", DISPUTE, {"line_no": True}, 400, "/line_no", "not_a_whole_number"),
    Case("/disputes/", DISPUTE, {"line_no": 1}, 409, "", "one_open_dispute_per_bill_and_line",
         "R3.4"),
    Case("/disputes/", DISPUTE, {"reason": ""}, 400, "/reason", "blank"),
    Case("/disputes/", DISPUTE, {"bill": "B202601-NONE"}, 404, "/bill", "not_found"),
    Case(ACCEPT, ANSWER, {"amount": "0"}, 422, "/amount", "changes_nothing", "R3.2"),
    Case(ACCEPT, ANSWER, {"answer": " "}, 400, "/answer", "blank"),
    Case(DECLINE, ANSWER, {"answer": " "}, 400, "/answer", "blank"),
    Case(DECLINE, ANSWER, {"amount": "1"}, 400, "/amount", "unknown_field"),
    Case("/refunds/", REFUND, {"amount": "0"}, 422, "/amount", "within_amount_paid", "R4.1"),
    Case("/refunds/", REFUND, {"amount": "-1"}, 422, "/amount", "negative", "R4.1"),
    Case("/refunds/", REFUND, {"amount": "650.01"}, 422, "/amount", "within_amount_paid", "R4.1"),
    Case("/refunds/", REFUND, {"special_agreement": ""}, 422, "/order", "inside_guarantee_period",
         "R4.2"),
    Case("/refunds/", REFUND, {"order": "NONE"}, 404, "/order", "not_found"),
    Case(MOVEMENTS, MOVEMENT, {"amount": "0"}, 422, "/amount", "not_positive", "R6.1"),
    Case(MOVEMENTS, MOVEMENT, {"amount": "-5"}, 422, "/amount", "negative", "R6.1"),
    Case(MOVEMENTS, MOVEMENT, {"kind": "refund_recovery"}, 400, "/kind", "invalid_choice"),
    Case(MOVEMENTS, MOVEMENT, {"kind": "adjustment"}, 422, "/reason", "required", "R6.2"),
    Case(MOVEMENTS, MOVEMENT, {"kind": "return"}, 409, "/amount", "deposit_too_low", "R6.1"),
    Case(MOVEMENTS, MOVEMENT, {"reference": "first"}, 409, "/reference", "recorded_already",
         "R6.1"),
    Case(MOVEMENTS, MOVEMENT, {"reference": "x" * 101}, 400, "/reference", "max_length"),
    Case(PAYMENTS, PAYMENT, {"amount": "200.01"}, 422, "/amount", "above_what_is_open", "R5.7"),
    Case(PAYMENTS, PAYMENT, {"amount": "0"}, 422, "/amount", "not_positive", "R5.7"),
    Case("/bill-runs/", RUN, {"cycle": "209901"}, 409, "/cycle", "cycle_not_ended", "R1.6"),
    Case("/bill-runs/", RUN, {"cycle": "202613"}, 400, "/cycle", "invalid_cycle", "R1.1"),
    Case("/bill-runs/", RUN, {"cycle": 202603}, 400, "/cycle", "invalid"),
    Case("/bill-runs/", RUN, {"sellers": []}, 400, "/sellers", "empty"),
    Case("/bill-runs/", RUN, {"sellers": "S000001"}, 400, "/sellers", "not_a_list"),
    Case("/bill-runs/", RUN, {"sellers": ["S", 1]}, 400, "/sellers/1", "invalid"),
    Case("/bill-runs/", RUN, {"sellers": ["NONE"]}, 404, "/sellers", "not_found"),
    Case("/bill-runs/", {**RUN, "sellers": ["{seller}"]}, {"cycle": "202604"}, 409, "/sellers",
         "earlier_cycle_open", "R1.6"),
    Case("/bill-runs/preview/", RUN, {"cycle": "209901"}, 409, "/cycle", "cycle_not_begun", "R1.6"),
    Case(REJECT, {"reason": "x"}, {"reason": ""}, 400, "/reason", "blank"),
    Case(TO_BILL, MOVE, {"reason": None}, 400, "/reason", "null"),
    Case(COMPLETE, {}, {"refunded_at": "2026-02-30T00:00:00Z"}, 400, "/refunded_at",
         "invalid_instant", "R1.1"),
    Case(COMPLETE, {}, {"refunded_at": "2026-02-01T00:00:00"}, 400, "/refunded_at",
         "invalid_instant", "R1.1"),
    Case(COMPLETE, {}, {"refunded_at": "2026-03-20T00:00:00Z"}, 409, "", "illegal_transition",
         "R4.5"),
    Case("/refunds/{refund}/approve/", {}, {}, 409, "", "illegal_transition", "R4.3"),
    Case("/refunds/{refund}/approve/", {}, {"comments": "x"}, 400, "/comments", "unknown_field"),
    Case("/bills/{bill}/resubmit/", {}, {}, 409, "", "illegal_transition", "R3.3"),
    Case("/bills/{bill}/approve/", {}, {"reason": "x"}, 400, "/reason", "unknown_field"),
    Case("/adjustments/", ADJUSTMENT, {"reason": "x\0"}, 400, "/reason", "unstorable_text"),
    Case("/adjustments/", ADJUSTMENT, {"reason": "\ud800"}, 400, "/reason", "unstorable_text"),
    Case("/adjustments/", ADJUSTMENT, {"reason": 12}, 400, "/reason", "invalid"),
    Case("/adjustments/", ADJUSTMENT, {"bill": "B 1"}, 400, "/bill", "invalid_number"),
    Case("/adjustments/", ADJUSTMENT, {"reasn": "x"}, 400, "/reasn", "unknown_field"),
]  # fmt: skip


@pytest.mark.parametrize(
    "cases", [UNREADABLE, TOO_FINE, TOO_LARGE, RULES], ids=["unreadable", "fine", "large", "rules"]
)
def test_bad_input_is_named_and_changes_nothing(world: World, cases: list[Case]) -> None:
    before = every_table()
    assert [wrong for case in cases if (wrong := unlike(world, case))] == []
    assert every_table() == before


def unlike(world: World, case: Case) -> tuple[Case, Answer] | None:
    """The case and its answer if that is not what was due."""
    body = world.mine.fill_body({**case.sound, **case.change})
    answer = world.operator.post(world.mine.fill(case.path), body)
    due = (case.pointer, case.code, case.rule)
    return None if answer.status == case.status and due in answer.errors else (case, answer)


BODIES = [b"{", b"[]", b'"x"', b"12", b"null", b"NaN", b'{"cycle": NaN}', b"[" * 60_000, b"\xff"]


def test_a_body_that_is_no_object_is_refused(world: World) -> None:
    before = every_table()
    for path in ("/bill-runs/", "/adjustments/", "/refunds/", MOVEMENTS, PAYMENTS, TO_BILL, REJECT):
        for raw in BODIES:
            answer = world.operator.post(world.mine.fill(path), raw)
            assert (path, raw[:9], answer.status) == (path, raw[:9], 400)
            assert answer.media_type == "application/problem+json"
    assert every_table() == before


def test_what_is_missing_is_named(world: World) -> None:
    answer = world.operator.post("/adjustments/", {})
    assert answer.errors == [
        ("/bill", "required", ""),
        ("/amount", "required", ""),
        ("/reason", "required", ""),
    ]


def test_only_json_is_read(world: World) -> None:
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        answer = world.operator.client.post("/api/v1/adjustments/", "a=b", content_type=media_type)
        assert answer.status_code == 415
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_refund_is_approved_by_somebody_else(world: World) -> None:
    number = world.mine.refund.number
    world.second.post(f"/refunds/{number}/agree/", {})
    before = every_table()
    answer = world.operator.post(f"/refunds/{number}/approve/", {"comment": "mine"})
    assert (answer.status, answer.errors) == (403, [("", "requester_is_not_approver", "R4.4")])
    assert every_table() == before
