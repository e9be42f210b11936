"""Members, their mail, what they have read, their language and the access key, over REST."""

import pytest
from django.test import Client
from django.urls import reverse

from koogallery.events.mail_choices import wanted_mail
from koogallery.kinds import KINDS
from koogallery.models import AccessToken, Act, IdempotencyKey, Notice, Reading, User
from sellers.choices import Role
from sellers.models import Member, Seller
from sellers.services.delivery.access_keys import access_key
from tests.callers import Caller, operator_caller, seller_caller
from tests.koogallery.events.conftest import happen
from tests.settlement.builders import make_member, make_operator, make_seller
from tests.tables import every_table

pytestmark = pytest.mark.django_db

INVITATIONS = "/sellers/{}/invitations/"


@pytest.fixture
def seller() -> Seller:
    return make_seller()


@pytest.fixture
def owner(seller: Seller) -> User:
    return make_member(seller, "olivia", Role.OWNER)


@pytest.fixture
def api(seller: Seller, owner: User) -> Caller:
    return seller_caller(owner, seller.number, may_write=True)


@pytest.fixture
def members(seller: Seller) -> str:
    return f"/sellers/{seller.number}/members/"


def bound_caller(user: User, seller: Seller) -> Caller:
    """Whose token is for this machine alone."""
    _, token = AccessToken.objects.create(
        user=user,
        name="till",
        seller_number=seller.number,
        may_write=True,
        allowed_networks=["127.0.0.0/8"],
    )
    return Caller(token)


def test_a_role_is_changed_and_a_member_removed_on_record(
    api: Caller, seller: Seller, members: str
) -> None:
    make_member(seller, "nora", Role.VIEWER)
    assert api.patch(f"{members}nora/", {"role": "finance"}).body["role"] == "finance"
    assert [each["username"] for each in api.every(f"{members}?role=finance")] == ["nora"]
    assert api.send("DELETE", f"{members}nora/").status == 204
    assert api.get(f"{members}nora/").status == 404
    assert not Member.objects.filter(user__username="nora").exists()
    acts = Act.objects.filter(object_kind="member").order_by("pk").values_list("verb", flat=True)
    assert list(acts) == ["changed", "removed"]


def test_the_last_owner_stays_one(api: Caller, owner: User, members: str) -> None:
    before = every_table()
    for answer in (
        api.patch(f"{members}{owner}/", {"role": "viewer"}),
        api.send("DELETE", f"{members}{owner}/"),
    ):
        assert (answer.status, answer.errors) == (409, [("", "last_owner", "")])
    assert every_table() == before


def test_who_is_no_owner_reads_and_changes_nothing(seller: Seller, members: str) -> None:
    make_member(seller, "olivia", Role.OWNER)
    nora = seller_caller(make_member(seller, "nora", Role.VIEWER), seller.number, may_write=True)
    before = every_table()
    assert nora.get(members).status == 200
    answer = nora.post(INVITATIONS.format(seller.number), {"email": "x@y.example", "role": "owner"})
    assert (answer.status, answer.errors) == (403, [("", "owner_only", "")])
    assert nora.patch(f"{members}nora/", {"role": "owner"}).status == 403
    assert every_table()["sellers_member"] == before["sellers_member"]


def test_a_token_for_certain_networks_shows_no_secret_that_works_from_anywhere(
    seller: Seller, owner: User
) -> None:
    bound = bound_caller(owner, seller)
    answer = bound.post(f"/sellers/{seller.number}/access-key/show/")
    assert (answer.status, answer.errors) == (403, [("", "wider_than_issuer", "")])


def test_anybody_but_the_last_owner_may_leave(
    api: Caller, owner: User, seller: Seller, members: str
) -> None:
    nora = make_member(seller, "nora", Role.VIEWER)
    theirs = seller_caller(nora, seller.number, may_write=True)
    assert theirs.send("DELETE", f"{members}{owner}/").status == 403
    assert theirs.send("DELETE", f"{members}nora/").status == 204
    assert not seller.members.filter(user=nora).exists()
    assert Act.objects.latest("pk").verb == "left"
    told = Notice.objects.get(kind="member_changed").facts
    assert (told["member"], told["membership"], told["changed_by"]) == ("nora", "left", "nora")
    answer = api.send("DELETE", f"{members}{owner}/")
    assert (answer.status, answer.errors) == (409, [("", "last_owner", "")])


def test_R10_a_member_chooses_their_own_mail(api: Caller, seller: Seller, owner: User) -> None:
    path = f"/sellers/{seller.number}/mail/"
    assert api.get(path).body["kinds"] == list(KINDS)
    answer = api.patch(path, {"kinds": ["bill_issued"]})
    assert (answer.status, answer.body["kinds"]) == (200, ["bill_issued"])
    assert wanted_mail(owner, seller.number) == ["bill_issued"]
    assert api.patch(path, {"kinds": None}).body["kinds"] == list(KINDS)
    wrong = api.patch(path, {"kinds": ["nothing"]})
    assert (wrong.status, wrong.errors) == (422, [("/kinds", "unknown_kind", "R10")])


def test_R10_operators_are_mailed_nothing_and_choose_nothing(seller: Seller) -> None:
    path, operator = f"/sellers/{seller.number}/mail/", operator_caller(make_operator("olga"))
    assert operator.get(path).body["is_mailed"] is False
    answer = operator.patch(path, {"kinds": None})
    assert (answer.status, answer.errors) == (403, [("", "members_only", "R10")])


def test_R10_an_event_is_read_by_its_reader_alone(api: Caller, seller: Seller, owner: User) -> None:
    happen(seller, 1, 2, 3)
    first, *_, last = api.every("/events/?ordering=sequence")
    read = api.post(f"/events/{first['id']}/read/")
    assert (read.status, read.body["is_read"]) == (200, True)
    assert api.post(f"/events/{first['id']}/read/").status == 200
    assert Reading.objects.filter(user=owner).count() == 1
    unread = api.every("/events/?is_read=false&ordering=sequence")
    assert [each["sequence"] for each in unread] == [2, 3]
    body = {"seller": seller.number, "sequence_to": 2}
    assert api.post("/events/read/", body).body == {"events": 1}
    assert [each["id"] for each in api.every("/events/?is_read=false")] == [last["id"]]
    assert api.post("/events/read/", {}).body == {"events": 1}
    other = seller_caller(make_member(seller, "nora", Role.VIEWER), seller.number)
    assert len(other.every("/events/?is_read=false")) == 3
    assert other.post("/events/read/", {}).status == 403


def test_R10_what_was_not_told_is_not_read(api: Caller, seller: Seller) -> None:
    theirs = make_seller()
    happen(theirs, 1)
    answer = api.post("/events/read/", {"seller": theirs.number})
    assert (answer.status, answer.errors) == (404, [("/seller", "not_found", "")])
    answer = api.post("/events/read/", {"sequence_to": 1})
    assert answer.errors == [("/seller", "required", "")]
    assert not Reading.objects.exists()


def test_a_language_is_chosen_for_console_and_mail(
    api: Caller, owner: User, client: Client
) -> None:
    answer = api.post("/me/language/", {"language": "zh-hans"})
    assert (answer.status, answer.body["language"]) == (200, "zh-hans")
    client.force_login(owner)
    assert 'lang="zh-hans"' in client.get(reverse("console:overview")).text.lower()
    assert api.post("/me/language/", {"language": None}).body["language"] is None
    assert api.post("/me/language/", {"language": "xx"}).status == 400


def test_R9_4_owners_alone_see_and_rotate_the_access_key(api: Caller, seller: Seller) -> None:
    path = f"/sellers/{seller.number}/access-key/"
    assert api.get(path).body["version"] == 1
    shown = api.post(f"{path}show/", {}, idempotency_key="k")
    assert shown.body["access_key"] == access_key(seller.number, 1)
    assert shown.response.headers["Cache-Control"] == "private, no-store"
    assert api.post(f"{path}show/", {}, idempotency_key="k").body["access_key"] is None
    assert shown.body["access_key"] not in IdempotencyKey.objects.get().body
    assert api.post(f"{path}rotate/").body["version"] == 2
    operator = operator_caller(make_operator("olga"))
    for act in ("show/", "rotate/"):
        answer = operator.post(path + act)
        assert (answer.status, answer.errors) == (403, [("", "owner_only", "R9.4")])
