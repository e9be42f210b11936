"""Whatever changes something is on record: every service, every call, every page to enter it."""

import ast
import inspect
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from django.contrib import admin
from rest_framework.permissions import SAFE_METHODS

from koogallery.admin.reading import ReadOnlyAdmin
from koogallery.models import Act
from tests.duties.acts import ROOT
from tests.duties.test_table import calls
from tests.settlement.api.world import World
from tests.tables import every_table
from tests.world import in_ninety_days

pytestmark = pytest.mark.django_db

#: Functions with an actor that change nothing, or are a part of an act: by how they begin.
LOOKING = (
    "authorise",  # within an act
    "act_as_rehearsed",  # the act it is given leaves its own
    "locked_",
    "lock_",
    "may_",
    "orders_to_",
    "preview_",
    "takes_two",
    "queue_",
    "read_",
    "rehearse",
    "release_refunded",
    "require",
    "sent_in_by_",
    "simulate_",
    "unrevised",
    "visible_",
    "why_not_",
)


#: Where acts are: the apps' services, and what the foundation does itself.
ACTING = {"services", "events", "exports"}


def functions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    """All of what acts; of the API what its calls have in common, but not the calls themselves."""
    for app in ("koogallery", "sellers", "settlement"):
        for path in sorted((ROOT / app).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            nodes: Iterable[ast.AST] = ()
            if ACTING & set(path.parts) or path.parent == ROOT / "koogallery":
                nodes = ast.walk(tree)
            elif "api" in path.parts:
                nodes = tree.body
            yield from ((path, node) for node in nodes if isinstance(node, ast.FunctionDef))


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
    found = {"audit.record", "audit.note"}
    while True:
        more = {name for name, callees in graph.items() if callees & found} - found
        if not more:
            return found
        found |= more


def graph_of_calls() -> dict[str, set[str]]:
    graph: dict[str, set[str]] = {}
    for _, function in functions():
        graph.setdefault(function.name, set()).update(called_in(function))
    return graph


#: Calls by POST that change nothing, or only what their caller has read.
LOOKED_UP = {
    ("BillRunViewSet", "preview"),
    ("EventViewSet", "read"),
    ("EventViewSet", "read_all"),
}


def test_every_call_of_the_api_that_acts_reaches_an_act() -> None:
    """As it is written: a call added later is found by walking the addresses."""
    recorded = recording(graph_of_calls())
    silent = {
        (view_set.__name__, action)
        for view_set, method, action in calls()
        if method not in SAFE_METHODS and not reached_from(view_set, action) & recorded
    }
    assert silent == LOOKED_UP


def reached_from(view_set: type[Any], action: str) -> set[str]:
    """What a call names, and what the methods of its own that it uses name."""
    if action in view_set.acts:
        return {view_set.acts[action].__name__}
    called = called_in(source_of(view_set, action))
    shared = {
        name
        for name in called
        if inspect.isfunction(member := getattr(view_set, name, None))
        and member.__module__.partition(".")[0] in {"sellers", "settlement"}
    }
    called = called.union(*(called_in(source_of(view_set, name)) for name in shared))
    acts = getattr(view_set, "services", None)  # a view set's services, named where they differ
    named = [getattr(acts, each, None) for each in called] if acts else []
    return called | {each.__name__ for each in named if inspect.isfunction(each)}


def source_of(view_set: type[Any], action: str) -> ast.FunctionDef:
    written = dedent(inspect.getsource(inspect.unwrap(getattr(view_set, action))))
    [function] = ast.parse(written).body
    assert isinstance(function, ast.FunctionDef)
    return function


def test_every_service_that_acts_for_somebody_leaves_an_act() -> None:
    services = {}
    for path, function in functions():
        arguments = {each.arg for each in [*function.args.args, *function.args.kwonlyargs]}
        acts = "services" in path.parts and "actor" in arguments
        if acts and not function.name.startswith(("_", *LOOKING)):
            services[f"{path.parent.name}.{path.stem}.{function.name}"] = function.name
    recorded = recording(graph_of_calls())
    assert {place for place, name in services.items() if name not in recorded} == set()
    assert len(services) > 40


def test_every_page_of_the_admin_on_which_something_is_entered_leaves_acts() -> None:
    recorded = recording(graph_of_calls())
    silent = {
        model.__name__
        for model, page in admin.site._registry.items()
        if model._meta.app_label in {"koogallery", "sellers", "settlement"}
        and not isinstance(page, ReadOnlyAdmin)
        and not all(  # by services of its own
            called_in(source_of(type(page), method)) & recorded
            for method in ("save_model", "delete_model", "delete_queryset")
        )
    }
    assert silent == set()


#: A body with which each act of the API changes something in the world, or the reason why none.
BODIES: Mapping[tuple[str, str], tuple[str, Any] | str] = {
    ("SellerViewSet", "create"): (
        "/sellers/",
        {"company_name": "New", "country": "SG", "settlement_currency": "USD"},
    ),
    ("SellerViewSet", "partial_update"): ("/sellers/{seller}/", {"required_deposit": "10"}),
    ("ProductViewSet", "partial_update"): ("/products/{product}/", {"name": "Fire door"}),
    ("OrderViewSet", "partial_update"): ("/orders/{order}/", {"customer_name": "Northwind"}),
    ("OrderViewSet", "deliver"): "its test is tests/sellers/services/test_enabling.py",
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
    ("ConsentViewSet", "end"): ("/self-billing-consents/{consent}/end/", {}),
    ("ExitRequestViewSet", "refuse"): ("/exit-requests/{wish}/refuse/", {"reason": "x"}),
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
    ("ReceivableViewSet", "change_due_date"): (
        "/receivables/{receivable}/change-due-date/",
        {"due_on": in_ninety_days(), "reason": "x"},
    ),
    ("ReceivableViewSet", "remind"): ("/receivables/{receivable}/remind/", {}),
    ("InvitationViewSet", "create"): (
        "/sellers/{seller}/invitations/",
        {"email": "nora@seller.example", "role": "viewer"},
    ),
    ("MemberViewSet", "partial_update"): (
        "/sellers/{seller}/members/{member}/",
        {"role": "owner"},
    ),
    ("MeViewSet", "language"): ("/me/language/", {"language": "zh-hans"}),
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
    (_, action), (path, body) = name, case
    method = "PATCH" if action == "partial_update" else "POST"
    acts, before = Act.objects.count(), every_table()
    by_another = action == "agree"  # by another than who applied
    caller, actor = (world.second, world.oscar) if by_another else (world.operator, world.olga)
    answer = caller.send(method, world.mine.fill(path), world.mine.fill_body(body))
    assert answer.status in {200, 201, 202}, answer
    assert every_table() != before
    number = answer.response.headers["X-Request-ID"]
    assert Act.objects.filter(request_id=number, channel="api", actor=actor).exists()
    assert Act.objects.count() > acts
