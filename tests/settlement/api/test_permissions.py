"""Who may call what: one row per call and caller."""

from collections.abc import Iterable
from functools import reduce
from typing import Any

import pytest

from tests.settlement.api.world import World
from tests.tables import every_table

#: Reading one's own is every seller's right, also with a token that only reads.
READS = [
    "/orders/",
    "/orders/{settled}/",
    "/bills/",
    "/bills/{bill}/",
    "/bills/{bill}/lines/",
    "/adjustments/",
    "/adjustments/{adjustment}/",
    "/disputes/",
    "/disputes/{dispute}/",
    "/invoices/",
    "/invoices/{invoice}/",
    "/self-billing-consents/",
    "/self-billing-consents/{consent}/",
    "/refunds/",
    "/refunds/{refund}/",
    "/recoveries/",
    "/recoveries/{recovery}/",
    "/recoveries/{recovery}/path/",
    "/deposits/",
    "/deposits/{seller}/",
    "/deposits/{seller}/movements/",
    "/receivables/",
    "/receivables/{receivable}/",
    "/ledger/entries/",
    "/ledger/balances/",
    "/delivery-messages/",
    "/delivery-messages/{message}/",
    "/products/{product}/delivery-interface/",
    "/products/{served}/delivery-interface/",
    "/sellers/{seller}/members/",
    "/sellers/{seller}/members/{member}/",
    "/sellers/{seller}/mail/",
    "/sellers/{seller}/exit/",
    "/exit-requests/",
    "/exit-requests/{wish}/",
    "/sellers/{seller}/access-key/",
]
#: What only operators read; a run, which belongs to no seller, does not exist for sellers.
OPERATORS_READ = {
    "/bill-runs/": 403,
    "/bill-runs/RUN/": 404,
    "/bill-previews/": 403,
    "/bill-previews/PREVIEW/": 404,
    "/bill-previews/PREVIEW/sellers/": 404,
    "/ledger/invariants/": 403,
    "/approval-requests/": 403,
    "/approval-requests/ASKED/": 404,
    "/approval-requests/ASKED/effect/": 404,
    "/refunds/{refund}/simulation/": 403,
}
#: What only operators do: refused before the body is looked at.
OPERATORS_ACT = [
    ("POST", "/orders/"),
    ("PATCH", "/orders/{order}/"),
    ("POST", "/bill-runs/"),
    ("POST", "/bill-runs/preview/"),
    ("POST", "/bill-previews/"),
    ("POST", "/bills/{bill}/approve/"),
    ("POST", "/bills/{bill}/reject/"),
    ("POST", "/bills/{bill}/resubmit/"),
    ("POST", "/adjustments/"),
    ("POST", "/disputes/{dispute}/accept/"),
    ("POST", "/disputes/{dispute}/decline/"),
    ("POST", "/invoices/{invoice}/verify/"),
    ("POST", "/invoices/{invoice}/reject/"),
    ("POST", "/refunds/"),
    ("POST", "/refunds/{refund}/approve/"),
    ("POST", "/refunds/{refund}/withdraw/"),
    ("POST", "/refunds/{refund}/complete/"),
    ("POST", "/deposits/{seller}/movements/"),
    ("POST", "/sellers/{seller}/exit/"),
    ("POST", "/exit-requests/{wish}/refuse/"),
    ("POST", "/receivables/{receivable}/payments/"),
    ("POST", "/receivables/{receivable}/move-to-next-bill/"),
    ("POST", "/receivables/{receivable}/change-due-date/"),
    ("POST", "/receivables/{receivable}/remind/"),
    ("POST", "/delivery-messages/"),
    ("POST", "/orders/{order}/deliver/"),
]
#: The same of what sellers do not see at all.
HIDDEN = [
    ("POST", "/approval-requests/ASKED/approve/"),
    ("POST", "/approval-requests/ASKED/reject/"),
    ("POST", "/approval-requests/ASKED/withdraw/"),
]
#: What sellers do themselves, with a token for writing; an operator may record it.
SELLERS_ACT = {
    "/disputes/": {"bill": "{bill}", "reason": "too little"},
    "/disputes/{dispute}/withdraw/": {},
    "/invoices/": {"bill": "{invoiced}", "invoice_no": "A-1", "amount": "50.00"},
    "/invoices/{invoice}/withdraw/": {},
    "/self-billing-consents/{consent}/end/": {},
    "/refunds/{refund}/agree/": {"comment": "agreed"},
    "/refunds/{refund}/reject/": {"reason": "still in use"},
    "/delivery-messages/{message}/resend/": {},
    "/products/{served}/delivery-interface/switch/": {"is_on": False},
    "/sellers/{seller}/invitations/": {"email": "nora@seller.example", "role": "viewer"},
    "/events/{event}/read/": {},
    "/products/{served}/delivery-interface/test/": {},
}


def paths(world: World, templates: Iterable[str]) -> list[str]:
    numbers = {
        "RUN": world.run.number,
        "PREVIEW": world.preview.number,
        "ASKED": world.asked.number,
    }
    return [
        world.mine.fill(reduce(lambda text, pair: text.replace(*pair), numbers.items(), path))
        for path in templates
    ]


@pytest.mark.parametrize("who", ["operator", "reader", "writer"])
def test_everyone_reads_what_is_theirs(world: World, who: str) -> None:
    answers = {path: world.caller(who).get(path).status for path in paths(world, READS)}
    assert answers == dict.fromkeys(answers, 200)


def test_nobody_reads_anything(world: World) -> None:
    for path in paths(world, [*READS, *OPERATORS_READ]):
        answer = world.nobody.get(path)
        assert (path, answer.status) == (path, 401)
        assert answer.response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("who", ["reader", "writer"])
def test_what_operators_alone_read(world: World, who: str) -> None:
    wanted = dict(zip(paths(world, OPERATORS_READ), OPERATORS_READ.values(), strict=True))
    assert {path: world.caller(who).get(path).status for path in wanted} == wanted
    assert {world.operator.get(path).status for path in wanted} == {200}


@pytest.mark.parametrize("who", ["nobody", "reader", "writer"])
@pytest.mark.parametrize(("acts", "status"), [(OPERATORS_ACT, 403), (HIDDEN, 404)])
def test_what_operators_alone_do(world: World, acts: Any, status: int, who: str) -> None:
    before = every_table()
    filled = paths(world, (path for _, path in acts))
    answers = {
        (method, path): world.caller(who).send(method, path, {}).status
        for (method, _), path in zip(acts, filled, strict=True)
    }
    status = 401 if who == "nobody" else status
    assert answers == dict.fromkeys(answers, status)
    assert every_table() == before


@pytest.mark.parametrize("path", SELLERS_ACT)
@pytest.mark.parametrize(
    ("who", "status"), [("nobody", 401), ("reader", 403), ("writer", 200), ("operator", 200)]
)
def test_R3_4_R4_3_the_seller_acts_with_a_token_for_writing(
    world: World, path: str, who: str, status: int
) -> None:
    body = world.mine.fill_body(SELLERS_ACT[path])
    before = every_table()
    queued = status == 200 and path.endswith("/test/")
    created = status == 200 and path in (
        "/disputes/",
        "/invoices/",
        "/sellers/{seller}/invitations/",
    )
    if who == "operator" and path.endswith("/agree/"):
        who = "second"  # who applied does not speak for the seller
    answer = world.caller(who).post(world.mine.fill(path), body)
    assert answer.status == (201 if created else 202 if queued else status)
    assert (every_table() == before) is (status != 200)
