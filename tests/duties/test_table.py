"""The whole table of duties: every role, at every service, every call, every page."""

from collections.abc import Iterator
from html import unescape
from operator import attrgetter
from typing import Any, cast

import pytest
from django.contrib import admin
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory
from rest_framework.permissions import SAFE_METHODS

from koogallery.acts import ACTS as DECLARED
from koogallery.acts import Act
from koogallery.admin.deciding import DecidingAdmin
from koogallery.api.permissions import MayAct
from koogallery.api.urls import router
from koogallery.api.viewsets import ScopedViewSet
from koogallery.approving import approve_request
from koogallery.duties import ROLES, Duty, OperatorRole
from koogallery.kit.errors import DomainError, Forbidden, NotFound
from koogallery.models import AccessToken, ApprovalRequest, User
from koogallery.people import set_rights
from sellers.choices import Role
from sellers.portal.readers import Reader
from sellers.services.authority import EVERY_MEMBER
from sellers.services.companies.applications import Applicants
from tests.callers import Caller, operator_caller
from tests.duties.acts import ACTS, BY_ANOTHER, functions_that_ask
from tests.pages import PAGES
from tests.settlement.api.world import MEMBER, World
from tests.settlement.builders import make_member
from tests.tables import every_table

pytestmark = pytest.mark.django_db

SUPERUSER = "superuser"
NO_ROLE = "no role"
WHO = [*OperatorRole, SUPERUSER, NO_ROLE]


def operator_in(who: str) -> User:
    user = User(username=f"the-{who.replace(' ', '-')}", is_staff=True)
    user.is_superuser = who == SUPERUSER
    user.operator_roles = [who] if who in OperatorRole else []
    user.save()
    return user


def allowed(who: str, duty: Duty) -> bool:
    return who == SUPERUSER or who in ROLES[duty]


def refused(error: DomainError) -> bool:
    """For want of the duty; to an operator without any role rows do not exist."""
    return isinstance(error, (Forbidden, NotFound))


def test_every_duty_has_its_row_and_every_role_some_duty() -> None:
    assert set(ROLES) == set(Duty)
    assert set().union(*ROLES.values()) == set(OperatorRole)


def test_whoever_changes_something_is_not_the_auditor() -> None:
    reads = {Duty.VIEW, Duty.READ_AUDIT, Duty.READ_BOOKS}
    auditor, viewer = OperatorRole.AUDITOR, OperatorRole.VIEWER
    assert {duty for duty in Duty if auditor in ROLES[duty]} == reads
    assert {duty for duty in Duty if viewer in ROLES[duty]} == {Duty.VIEW}


def test_every_act_of_a_service_has_its_row() -> None:
    asked = {name: Duty[duty] for name, duty in functions_that_ask()}
    assert asked == {name: duty for name, (duty, _) in ACTS.items()}


@pytest.mark.parametrize("who", WHO)
def test_R4_4_every_service_lets_in_exactly_whom_the_table_names(world: World, who: str) -> None:
    user, before = operator_in(who), every_table()
    wrong = []
    for name, (duty, act) in {**ACTS, **BY_ANOTHER}.items():
        code = ""
        with transaction.atomic():
            try:
                act(world, user)
            except DomainError as error:
                code = error.code if refused(error) else ""
            transaction.set_rollback(True)
        let_in = not code
        # to an operator without a role no orders exist whose usage could be told
        if name in {"sellers.authority.orders_to_meter", "usage.record_usage"} and who == NO_ROLE:
            continue
        if let_in != allowed(who, duty):
            wrong.append((name, code))
    assert wrong == []
    assert every_table() == before


def said_at_the_door(act: Act[..., Any], row: Any, user: User) -> str:
    """The code of the refusal of who asks; nothing where the act goes on to other questions."""
    named = attrgetter(act.rows.named_by.replace("__", "."))
    with transaction.atomic():
        try:
            act(named(row), actor=user)
        except TypeError:  # let in without what it asks
            return ""
        except DomainError as refusal:
            ours = {"operator_only", "duty_missing", act.by.code}
            if not act.rows.visible_to(user).filter(pk=row.pk).exists():
                ours.add(NotFound.default_code)
            return refusal.code if refusal.code in ours else ""
        finally:
            transaction.set_rollback(True)
    return ""


@pytest.mark.parametrize("who", [*WHO, *Role])
def test_every_declared_act_lets_in_exactly_whom_it_names(world: World, who: str) -> None:
    is_member = who in Role.values
    user = make_member(world.mine.seller, "nora", Role(who)) if is_member else operator_in(who)
    owner, before = User.objects.get(username=MEMBER), every_table()
    wrong, walked = [], 0
    for name, act in DECLARED.items():
        row = act.rows.visible_to(owner).first() or act.rows.visible_to(world.olga).first()
        if row is None or (is_member and isinstance(act.by, Applicants)):
            continue  # of no seller yet
        walked += 1
        duty = act.by.duty_for(row)
        named = who in act.by.roles if is_member else bool(duty and allowed(who, duty))
        if named == bool(said := said_at_the_door(act, row, user)):
            wrong.append((name, said))
    assert wrong == []
    assert walked > len(DECLARED) * 2 // 3
    assert every_table() == before


def calls() -> Iterator[tuple[type[ScopedViewSet], str, str]]:
    """(view set, method, action) of everything the router serves."""
    for _, view_set, _ in router.registry:
        for route in router.get_routes(view_set):
            for method, action in router.get_method_map(view_set, route.mapping).items():
                yield cast("type[ScopedViewSet]", view_set), method.upper(), action


def test_every_act_of_the_api_names_its_duty() -> None:
    acts = {
        (view_set.__name__, action)
        for view_set, method, action in calls()
        if method not in SAFE_METHODS and action not in view_set.duties
    }
    assert acts == set()


def asks(view_set: type[ScopedViewSet], method: str, action: str, user: User) -> str:
    """What the door says to this user: nothing, or the code of its refusal."""
    request: Any = RequestFactory().generic(method, "/")
    request.user, request.auth = user, None
    view = view_set(request=request, action=action)
    cast("Any", view).require_visible = lambda: None
    try:
        return "" if MayAct().has_permission(request, view) else "forbidden"
    except Forbidden as refusal:
        return refusal.code


@pytest.mark.parametrize("who", WHO)
def test_every_call_lets_in_exactly_whom_the_table_names(who: str) -> None:
    user = operator_in(who)
    wrong = []
    for view_set, method, action in calls():
        duty = view_set.duties.get(action, Duty.VIEW)
        said = asks(view_set, method, action, user)
        if who == NO_ROLE:  # as anybody who signed in and is a member of no seller
            continue
        if (said == "") != (duty is None or allowed(who, duty)):
            wrong.append((view_set.__name__, action, said))
    assert wrong == []


def test_a_call_without_the_duty_names_it_and_who_has_it(world: World) -> None:
    officer = operator_caller(operator_in(OperatorRole.REFUND_OFFICER))
    answer = officer.post(f"/bills/{world.mine.bill.number}/approve/", {})
    assert (answer.status, answer.errors) == (403, [("", "duty_missing", "")])
    assert "a settlement officer or a superuser" in answer.body["detail"]
    assert officer.get("/ledger/invariants/").status == 403
    assert officer.get("/bills/").status == 200


OURS: dict[Any, Any] = {
    model: page
    for model, page in admin.site._registry.items()
    if model._meta.app_label in {"koogallery", "sellers", "settlement"}
}


def test_the_admin_shows_each_role_exactly_what_its_duties_read() -> None:
    for who in WHO:
        user = operator_in(who)
        request = RequestFactory().get("/")
        request.user = user
        shown = {
            model.__name__ for model, page in OURS.items() if page.has_view_permission(request)
        }
        wanted = {model.__name__ for model, page in OURS.items() if allowed(who, page.reading)}
        assert shown == wanted, who
        assert shown == {
            model.__name__ for model, page in OURS.items() if page.has_view_permission(request)
        }


def test_the_admins_first_page_links_only_what_its_reader_opens(client: Client) -> None:
    client.force_login(operator_in(OperatorRole.REFUND_OFFICER))
    first = client.get("/admin/").content.decode()
    assert "/admin/settlement/refund/" in first
    assert "/admin/koogallery/user/" not in first
    assert "/admin/settlement/journal/" not in first
    assert client.get("/admin/koogallery/act/").status_code == 403
    client.force_login(operator_in(OperatorRole.AUDITOR))
    first = client.get("/admin/").content.decode()
    assert "/admin/koogallery/act/" in first
    assert "/admin/settlement/journal/" in first


DECIDING = [page for page in OURS.values() if isinstance(page, DecidingAdmin)]


@pytest.mark.parametrize("who", WHO)
def test_a_button_of_the_admin_exists_only_with_its_duty(
    client: Client, world: World, who: str
) -> None:
    """And a crafted POST to the question behind it changes nothing."""
    user = operator_in(who)
    client.force_login(user)
    for page in DECIDING:
        for row in page.model._default_manager.all():
            for decision in page.decisions.values():
                if allowed(who, decision.duty):
                    continue
                assert decision not in page.open_to(row, user)
                before = getattr(row, "state", None)
                address = f"/admin/{page.opts.app_label}/{page.opts.model_name}"
                client.post(f"{address}/{row.pk}/{decision.verb}/decide/", {"reason": "x"})
                row.refresh_from_db()
                assert getattr(row, "state", None) == before, (page, decision.verb)


@pytest.mark.parametrize("who", WHO)
def test_the_console_lets_operators_act_as_their_duties_allow(who: str) -> None:
    reader = Reader.of(operator_in(who))
    assert {page for page in PAGES if reader.may(PAGES[page])} == {
        page
        for page in PAGES
        if (who == NO_ROLE and PAGES[page].roles == EVERY_MEMBER)
        or (who != NO_ROLE and (duty := PAGES[page].duty) and allowed(who, duty))
    }
    assert (reader.sellers is None) == (who != NO_ROLE)


def test_a_token_for_some_roles_has_their_duties_alone(world: World) -> None:
    _, token = AccessToken.objects.create(
        user=world.oscar, name="narrow", roles=[OperatorRole.REFUND_OFFICER]
    )
    caller, bill = Caller(token), world.mine.bill.number
    assert caller.get("/sellers/").status == 200
    assert caller.post(f"/bills/{bill}/approve/", {}).errors[0][1] == "duty_missing"
    assert caller.post(f"/refunds/{world.mine.refund.number}/agree/", {}).status == 200
    assert world.operator.post(f"/bills/{bill}/approve/", {}).status == 200


def test_R4_4_two_superusers_give_roles_and_one_takes_them(client: Client) -> None:
    """Nobody gives themselves any; who profits approves none; what is taken ends at once."""
    root, second = (User.objects.create_superuser(name) for name in ("root", "second"))
    olga = operator_in(OperatorRole.VIEWER)
    client.force_login(root)
    page = f"/admin/koogallery/user/{olga.pk}/"
    shown = unescape(client.get(f"{page}change/").content.decode())
    assert all(str(duty.label) in shown for duty in Duty)
    given = {"is_active": "on", "is_staff": "on", "operator_roles": ["refund_officer", "auditor"]}
    assert client.post(f"{page}rights/decide/", given).status_code == 302
    olga.refresh_from_db()
    assert olga.operator_roles == ["viewer"]
    request = ApprovalRequest.objects.get(act="rights")
    for who in (root, olga):
        with pytest.raises(Forbidden):
            approve_request(request.number, actor=who)
    approve_request(request.number, actor=second)
    olga.refresh_from_db()
    assert olga.operator_roles == ["refund_officer", "auditor"]
    assert olga.may(Duty.DECIDE_REFUNDS) and not olga.may(Duty.RUN_BILLS)
    client.post(f"{page}rights/decide/", {**given, "operator_roles": ["auditor"]})
    olga.refresh_from_db()
    assert olga.operator_roles == ["auditor"]
    bad = client.post(f"{page}rights/decide/", {**given, "operator_roles": ["emperor"]})
    assert bad.context["form"].errors["operator_roles"]
    with pytest.raises(Forbidden, match="themselves"):
        set_rights("second", True, True, True, ["auditor"], actor=second)
    client.force_login(olga)
    for name in ("change", "rights/decide", "password/decide", "facts/decide"):
        assert client.post(f"{page}{name}/", {**given, "is_superuser": "on"}).status_code == 403
    assert not User.objects.get(pk=olga.pk).is_superuser


def test_R4_4_the_last_superuser_stays_and_no_date_is_entered(client: Client) -> None:
    root = User.objects.create_superuser("root")
    client.force_login(root)
    page = f"/admin/koogallery/user/{root.pk}/"
    client.post(f"{page}rights/decide/", {"is_active": "on", "is_staff": "on"})
    client.post(f"{page}facts/decide/", {"last_login": "2020-01-01", "first_name": "Rut"})
    root.refresh_from_db()
    assert (root.is_superuser, root.first_name) == (True, "Rut")
    assert root.last_login and root.last_login.year > 2020
    client.post(
        "/admin/koogallery/user/new/",
        {"username": "ben", "email": "ben@example.com", "is_staff": "on"},
    )
    ben = User.objects.get(username="ben")
    assert (ben.is_staff, ben.has_usable_password()) == (False, False)


def test_the_database_knows_the_roles() -> None:
    with pytest.raises(IntegrityError, match="operator_roles_are_known"):
        User.objects.create(username="x", operator_roles=["emperor"])
