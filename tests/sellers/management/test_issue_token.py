from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from koogallery.duties import OperatorRole
from koogallery.models import AccessToken, User
from sellers.choices import Role
from sellers.models import Member, Seller
from tests.callers import Caller

pytestmark = pytest.mark.django_db


def issue(*arguments: str) -> str:
    """The token, after a look that nothing else was printed."""
    out, err = StringIO(), StringIO()
    call_command("issue_token", *arguments, stdout=out, stderr=err)
    assert err.getvalue() == ""
    [token] = out.getvalue().splitlines()
    return token


def test_an_operators_token_makes_an_operator_and_opens_everything(seller: Seller) -> None:
    caller = Caller(issue("olga", "--operator"))
    user = User.objects.get()
    assert (user.username, user.is_staff, user.has_usable_password()) == ("olga", True, False)
    assert caller.get("/sellers/S-1/").status == 200
    assert caller.patch("/sellers/S-1/", {"required_deposit": "1"}).status == 200


def test_an_operators_token_is_narrowed_to_the_roles_it_is_issued_for(seller: Seller) -> None:
    reader = Caller(issue("ada", "--operator", "--role", "auditor"))
    assert User.objects.get().operator_roles == ["auditor"]
    assert reader.get("/ledger/invariants/").status == 200
    assert reader.patch("/sellers/S-1/", {"country": "CN"}).status == 403
    manager = ("--role", "seller_manager")
    with pytest.raises(CommandError, match="ada is no seller manager"):
        issue("ada", "--operator", *manager)
    issue("olga", "--operator")
    assert set(User.objects.get(username="olga").operator_roles) == set(OperatorRole)
    narrowed = Caller(issue("olga", "--operator", *manager))
    assert narrowed.patch("/sellers/S-1/", {"required_deposit": "2"}).status == 200
    assert narrowed.get("/ledger/invariants/").status == 403


def test_a_sellers_token_shows_that_seller_alone(seller: Seller) -> None:
    other = Seller.objects.create(
        number="S-2", company_name="x", country="SG", settlement_currency="USD"
    )
    user = User.objects.create_user("mia")
    Member.objects.create(user=user, seller=other, role=Role.OWNER)

    caller = Caller(issue("mia", "--seller", "S-1"))
    assert [row["number"] for row in caller.every("/sellers/")] == ["S-1"]
    assert caller.get("/sellers/S-2/").status == 404
    assert caller.post("/usage-records/", {"records": []}).status == 403
    assert Member.objects.get(seller=seller).role == Role.VIEWER
    assert not User.objects.get().is_staff


def test_a_sellers_token_to_write_acts_for_operations(seller: Seller) -> None:
    caller = Caller(issue("mia", "--seller", "S-1", "--write"))
    assert Member.objects.get().role == Role.OPERATIONS
    assert caller.post("/usage-records/", {"records": []}).status == 200


def test_a_sellers_token_acts_in_the_role_that_is_named(seller: Seller) -> None:
    issue("mia", "--seller", "S-1", "--write")
    issue("mia", "--seller", "S-1", "--write", "--role", "finance")
    assert Member.objects.get().role == Role.FINANCE


def test_a_viewer_given_a_token_to_write_becomes_no_owner(seller: Seller) -> None:
    first = Caller(issue("mia", "--seller", "S-1"))
    issue("mia", "--seller", "S-1", "--write")
    assert Member.objects.get().role == Role.OPERATIONS
    assert first.post("/usage-records/", {"records": []}).status == 403
    assert User.objects.count() == 1


def test_a_token_is_stored_hashed_and_expires() -> None:
    token = issue("olga", "--operator", "--days", "30")
    stored = AccessToken.objects.get()
    assert token not in {stored.digest, stored.token_key}
    assert stored.expiry is not None
    assert (stored.expiry - timezone.now()).days == 29
    issue("olga", "--operator")
    latest = AccessToken.objects.latest("created")
    assert latest.expiry is not None
    assert (latest.expiry - timezone.now()).days == 364


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("mia", "--seller", "S-9"), "There is no seller S-9."),
        (("mia",), "one of the arguments --operator --seller is required"),
        (("mia", "--operator", "--seller", "S-1"), "not allowed with argument"),
        (("mia", "--seller", "S-1", "--role", "auditor"), "--role is here of owner, finance,"),
        (("mia", "--seller", "S-1", "--role", "owner", "--role", "finance"), "one role."),
        (("mia", "--operator", "--role", "owner"), "--role is here of viewer, "),
        (("mia", "--operator", "--role", "emperor"), "invalid choice: 'emperor'"),
        (("mia", "--operator", "--write"), "--write goes with --seller"),
        (("mia", "--operator", "--days", "0"), "--days is from 1 to 1095."),
        (("not a name", "--operator"), "'not a name' cannot be a user's name"),
        (("member", "--operator"), "member exists and is no operator"),
        (("gone", "--operator"), "gone is deactivated"),
    ],
)
def test_what_cannot_be_issued_is_refused_and_makes_nobody(
    seller: Seller, arguments: tuple[str, ...], message: str
) -> None:
    User.objects.create_user("member")
    User.objects.create_user("gone", is_staff=True, is_active=False)
    with pytest.raises(CommandError, match=message):
        issue(*arguments)
    assert not AccessToken.objects.exists()
    assert sorted(User.objects.values_list("username", "is_staff")) == [
        ("gone", True),
        ("member", False),
    ]
