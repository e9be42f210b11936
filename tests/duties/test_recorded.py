"""Whatever changes something is on record: every service, every call, every page to enter it."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin

from koogallery.admin.reading import ReadOnlyAdmin
from koogallery.admin.recording import RecordedAdmin
from koogallery.models import Act
from tests.duties.acts import ROOT
from tests.settlement.api.world import World
from tests.tables import every_table

pytestmark = pytest.mark.django_db

#: Functions with an actor that change nothing, or are a part of an act: by how they begin.
LOOKING = (
    "act_as_rehearsed",  # the act it is given leaves its own
    "acts_for",
    "locked_",
    "lock_",
    "may_",
    "orders_to_",
    "preview_",
    "queue_",
    "read_",
    "rehearse",
    "release_refunded",
    "require_",
    "simulate_",
    "visible_",
)


def functions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for app in ("koogallery", "sellers", "settlement"):
        for path in sorted((ROOT / app).rglob("*.py")):
            if "services" in path.parts or path.parent == ROOT / "koogallery":
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                    if isinstance(node, ast.FunctionDef):
                        yield path, node


def called_in(function: ast.FunctionDef) -> set[str]:
    """The names of all it calls; `audit.record` is told apart from other records."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found.add(node.func.id)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            found.add(f"{of}.{node.func.attr}" if of == "audit" else node.func.attr)
    return found


def recording(graph: Mapping[str, set[str]]) -> set[str]:
    """Every function from which an act is reached, by name."""
    found = {"audit.record"}
    while True:
        more = {name for name, callees in graph.items() if callees & found} - found
        if not more:
            return found
        found |= more


def test_every_service_that_acts_for_somebody_leaves_an_act() -> None:
    graph: dict[str, set[str]] = {}
    services = {}
    for path, function in functions():
        graph.setdefault(function.name, set()).update(called_in(function))
        arguments = {each.arg for each in [*function.args.args, *function.args.kwonlyargs]}
        acts = "services" in path.parts and "actor" in arguments
        if acts and not function.name.startswith(("_", *LOOKING)):
            services[f"{path.parent.parent.name}.{path.stem}.{function.name}"] = function.name
    recorded = recording(graph)
    assert {place for place, name in services.items() if name not in recorded} == set()
    assert len(services) > 40


def test_every_page_of_the_admin_on_which_something_is_entered_leaves_acts() -> None:
    entered = {
        model.__name__
        for model, page in admin.site._registry.items()
        if model._meta.app_label in {"koogallery", "sellers", "settlement"}
        and not isinstance(page, (ReadOnlyAdmin, RecordedAdmin))
    }
    assert entered == set()


#: A body with which each act of the API changes something in the world, or the reason why none.
BODIES: Mapping[tuple[str, str], tuple[str, Any] | str] = {
    ("SellerViewSet", "create"): (
        "/sellers/",
        {"company_name": "New", "country": "SG", "settlement_currency": "USD"},
    ),
    ("SellerViewSet", "partial_update"): ("/sellers/{seller}/", {"company_name": "Fabrikam"}),
    ("ProductViewSet", "partial_update"): ("/products/{product}/", {"name": "Fire door"}),
    ("OrderViewSet", "partial_update"): ("/orders/{order}/", {"customer_name": "Northwind"}),
    ("BillRunViewSet", "create"): ("/bill-runs/", {"cycle": "202603"}),
    ("BillRunViewSet", "preview"): "it changes nothing",
    ("BillViewSet", "approve"): ("/bills/{bill}/approve/", {}),
    ("BillViewSet", "reject"): ("/bills/{bill}/reject/", {"reason": "x"}),
    ("AdjustmentViewSet", "create"): (
        "/adjustments/",
        {"bill": "{bill}", "amount": "1.00", "reason": "x"},
    ),
    ("DisputeViewSet", "create"): ("/disputes/", {"bill": "{bill}", "reason": "x"}),
    ("DisputeViewSet", "accept"): ("/disputes/{dispute}/accept/", {"answer": "x"}),
    ("DisputeViewSet", "decline"): ("/disputes/{dispute}/decline/", {"answer": "x"}),
    ("DisputeViewSet", "withdraw"): ("/disputes/{dispute}/withdraw/", {}),
    ("RefundViewSet", "create"): (
        "/refunds/",
        {"order": "{settled}", "amount": "1.00", "reason": "x", "special_agreement": "y"},
    ),
    ("RefundViewSet", "agree"): ("/refunds/{refund}/agree/", {}),
    ("RefundViewSet", "reject"): ("/refunds/{refund}/reject/", {"reason": "x"}),
    ("RefundViewSet", "withdraw"): ("/refunds/{refund}/withdraw/", {}),
    ("MovementViewSet", "create"): (
        "/deposits/{seller}/movements/",
        {"kind": "top_up", "amount": "1.00", "reference": "x"},
    ),
    ("ReceivableViewSet", "payments"): (
        "/receivables/{receivable}/payments/",
        {"amount": "1.00", "reference": "x"},
    ),
    ("ReceivableViewSet", "move_to_next_bill"): (
        "/receivables/{receivable}/move-to-next-bill/",
        {"reason": "x"},
    ),
    ("AttachmentViewSet", "create"): (
        "/attachments/",
        {
            "object_kind": "dispute",
            "object_number": "{dispute}",
            "name": "proof.txt",
            "content": "cHJvb2Y=",
        },
    ),
}
CASES = [(name, case) for name, case in BODIES.items() if not isinstance(case, str)]


@pytest.mark.parametrize(("name", "case"), CASES, ids=lambda case: "-".join(map(str, case))[:60])
def test_every_call_that_changes_something_leaves_an_act(
    world: World, name: tuple[str, str], case: tuple[str, Any]
) -> None:
    path, body = case
    method = "PATCH" if name[1] == "partial_update" else "POST"
    acts, before = Act.objects.count(), every_table()
    answer = world.operator.send(method, world.mine.fill(path), world.mine.fill_body(body))
    assert answer.status in {200, 201, 202}, answer
    assert every_table() != before
    number = answer.response.headers["X-Request-ID"]
    assert Act.objects.filter(request_id=number, channel="api", actor=world.olga).exists()
    assert Act.objects.count() > acts
