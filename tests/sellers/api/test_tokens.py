"""Tokens over REST: for one's own programs, shown once, never wider than what issues them."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from koogallery.duties import Duty
from koogallery.models import AccessToken, Act, IdempotencyKey, TokenUse, User
from sellers.choices import Role
from sellers.models import Seller
from tests.callers import BASE, Answer, Caller, operator_caller, seller_caller
from tests.settlement.builders import make_member, make_operator, make_seller
from tests.tables import every_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    return make_seller()


@pytest.fixture
def owner(seller: Seller) -> User:
    return make_member(seller, "olivia", Role.OWNER)


@pytest.fixture
def api(seller: Seller, owner: User) -> Caller:
    return seller_caller(owner, seller.number, may_write=True)


def issue(api: Caller, **body: Any) -> Answer:
    return api.post("/tokens/", {"name": "till", "scope": "read", **body})


def test_a_token_is_issued_with_its_terms_and_works(api: Caller, seller: Seller) -> None:
    networks = ["127.0.0.0/8", "2001:db8::/32", "127.0.0.0/8"]
    answer = issue(api, valid_days=30, allowed_networks=networks)
    assert (answer.status, answer.response.headers["Cache-Control"]) == (201, "private, no-store")
    assert answer.body["allowed_networks"] == networks[:2]
    assert (answer.body["scope"], answer.body["seller"]) == ("read", seller.number)
    caller = Caller(answer.body["token"])
    assert [each["number"] for each in caller.every("/sellers/")] == [seller.number]
    assert issue(caller).status == 403
    assert Act.objects.get().object_number == answer.body["number"]
    read = api.get(f"/tokens/{answer.body['number']}/")
    assert "token" not in read.body
    assert read.body["last_used_from"] == "127.0.0.1"
    assert read.response.headers["ETag"] == answer.response.headers["ETag"]


def test_a_token_is_nowhere_in_the_clear(
    api: Caller, seller: Seller, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither in any row of any table nor in any line of any log."""
    caplog.set_level(logging.DEBUG)
    issued = issue(api, scope="write")
    first = issued.body["token"]
    path = f"/tokens/{issued.body['number']}"
    second = api.post(f"{path}/rotate/", {}, idempotency_key="r").body["token"]
    for token in (first, second):
        Caller(token).get("/me/")
        Caller(token).get("/nothing/")
        Caller(token).post("/usage-records/", b"{")
    Caller(second).post("/tokens/", {"name": "x", "scope": "operator"})
    api.post(f"{path}/revoke/")
    dump = "\n".join(row for table in _tables() for row in _rows(table))
    assert AccessToken.objects.get(number=issued.body["number"]).digest in dump
    for token in (first, second):
        assert token not in dump
        assert token not in caplog.text


def _tables() -> list[str]:
    return connection.introspection.table_names()


def _rows(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t::text FROM {connection.ops.quote_name(table)} t")
        return [row for (row,) in cursor.fetchall()]


def test_a_call_sent_again_acts_once_and_shows_no_token_again(api: Caller) -> None:
    body = {"name": "till", "scope": "read"}
    first = api.post("/tokens/", body, idempotency_key="k")
    again = api.post("/tokens/", body, idempotency_key="k")
    assert again.body == {**first.body, "token": None}
    assert again.response.headers["Idempotency-Replayed"] == "true"
    assert first.body["token"] not in IdempotencyKey.objects.get().body


def test_a_rotated_token_works_until_its_grace_is_over(api: Caller, seller: Seller) -> None:
    issued = issue(api, scope="write", valid_days=10, allowed_networks=["127.0.0.1"]).body
    old = Caller(issued["token"])
    rotated = old.post(f"/tokens/{issued['number']}/rotate/", {"grace_minutes": 60})
    assert rotated.status == 201
    fresh = Caller(rotated.body["token"])
    for name in ("name", "scope", "seller", "allowed_networks", "holder"):
        assert rotated.body[name] == issued[name]
    assert [old.get("/me/").status, fresh.get("/me/").status] == [200, 200]
    told = fresh.get(f"/tokens/{issued['number']}/").body
    assert (told["state"], told["replaced_by"]) == ("rotated", rotated.body["number"])
    assert AccessToken.objects.get(number=rotated.body["number"]).expiry
    past = timezone.now() - timedelta(seconds=1)
    AccessToken.objects.filter(number=issued["number"]).update(expiry=past)
    assert [old.get("/me/").status, fresh.get("/me/").status] == [401, 200]


@pytest.mark.parametrize("minutes", [-1, 24 * 60 + 1, 10**30])
def test_a_grace_is_bounded(api: Caller, minutes: int) -> None:
    number = issue(api).body["number"]
    before = every_table()
    answer = api.post(f"/tokens/{number}/rotate/", {"grace_minutes": minutes})
    assert (answer.status, answer.errors) == (422, [("/grace_minutes", "out_of_range", "")])
    assert every_table() == before


def test_a_token_is_rotated_once_and_not_after_its_end(api: Caller) -> None:
    number = issue(api).body["number"]
    assert api.post(f"/tokens/{number}/rotate/").status == 201
    again = api.post(f"/tokens/{number}/rotate/")
    assert (again.status, again.errors) == (409, [("", "token_is_over", "")])
    assert api.post(f"/tokens/{number}/revoke/").body["state"] == "revoked"
    assert api.post(f"/tokens/{number}/revoke/").status == 409


@pytest.mark.parametrize(
    ("body", "where", "code"),
    [
        ({"name": " "}, "/name", "blank"),
        ({"name": "x" * 61}, "/name", "max_length"),
        ({"scope": "admin"}, "/scope", "invalid_choice"),
        ({"valid_days": 0}, "/valid_days", "out_of_range"),
        ({"valid_days": 1096}, "/valid_days", "out_of_range"),
        ({"valid_days": 10**400}, "/valid_days", "out_of_range"),
        ({"valid_days": True}, "/valid_days", "not_a_whole_number"),
        ({"allowed_networks": ["10.0.0.1/8"]}, "/allowed_networks/0", "invalid_network"),
        ({"allowed_networks": ["::1", "here"]}, "/allowed_networks/1", "invalid_network"),
        ({"allowed_networks": ["fe80::1%eth0"]}, "/allowed_networks/0", "invalid_network"),
        ({"allowed_networks": ["::1"] * 51}, "/allowed_networks", "max_length"),
        ({"seller": "S-NONE"}, "/seller", "not_found"),
    ],
)
def test_what_cannot_be_issued_is_refused_by_name(
    api: Caller, body: dict[str, Any], where: str, code: str
) -> None:
    before = every_table()
    answer = issue(api, **body)
    assert answer.status in (400, 404, 422)
    assert [(place, what) for place, what, _ in answer.errors] == [(where, code)]
    assert every_table() == before


def test_a_token_issues_none_that_may_be_used_from_more_places(api: Caller) -> None:
    narrow = issue(api, scope="write", allowed_networks=["127.0.0.0/24", "::1"]).body
    caller = Caller(narrow["token"])
    assert issue(caller, allowed_networks=["127.0.0.7"]).status == 201
    for networks in ([], ["127.0.0.0/16"], ["127.0.0.1", "2001:db8::/32"]):
        answer = issue(caller, allowed_networks=networks)
        assert [code for _, code, _ in answer.errors] == ["wider_than_issuer"]
    wide = issue(api).body["number"]
    assert caller.post(f"/tokens/{wide}/rotate/").status == 422


@pytest.mark.parametrize("role", [Role.FINANCE, Role.OPERATIONS, Role.VIEWER])
def test_only_owners_issue_and_see_tokens(seller: Seller, owner: User, role: Role) -> None:
    number = issue(seller_caller(owner, seller.number, may_write=True)).body["number"]
    other = seller_caller(make_member(seller, "noor", role), seller.number, may_write=True)
    assert other.every("/tokens/") == []
    assert other.get(f"/tokens/{number}/").status == 404
    assert other.post(f"/tokens/{number}/revoke/").status == 404
    assert (issue(other).status, other.get("/me/").body["sellers"][0]["role"]) == (403, role)


def test_operators_have_their_own_and_may_take_back_a_sellers(api: Caller, seller: Seller) -> None:
    olga = operator_caller(make_operator("olga"))
    own = issue(olga, scope="operator").body
    assert Caller(own["token"]).get("/me/").body["is_operator"]
    of_seller = issue(api).body["number"]
    assert issue(olga, seller=seller.number).status == 403
    assert olga.post(f"/tokens/{of_seller}/rotate/").status == 403
    assert olga.post(f"/tokens/{of_seller}/revoke/").status == 200
    oscar = operator_caller(make_operator("oscar"))
    User.objects.filter(username="olga").update(operator_roles=["viewer"])
    another = issue(api).body["number"]
    assert olga.post(f"/tokens/{another}/revoke/").errors == [("", "duty_missing", "")]
    assert oscar.get(f"/tokens/{own['number']}/").status == 404
    assert issue(api, scope="operator").status == 403


def test_an_operators_token_carries_roles_that_its_holder_and_issuer_have() -> None:
    olga = make_operator("olga")
    api = operator_caller(olga)
    narrow = issue(api, scope="operator", roles=["viewer", "trading_system"]).body
    caller = Caller(narrow["token"])
    assert caller.get("/me/").body["roles"] == ["viewer", "trading_system"]
    assert issue(caller, scope="operator", roles=["viewer"]).status == 201
    for roles in ([], ["viewer", "auditor"]):
        assert issue(caller, scope="operator", roles=roles).errors == [
            ("/roles", "wider_than_issuer", "")
        ]
    User.objects.filter(pk=olga.pk).update(operator_roles=["viewer"])
    assert issue(api, scope="operator", roles=["auditor"]).errors == [
        ("/roles/0", "role_not_held", "")
    ]
    assert [each["number"] for each in api.every("/tokens/?role=trading_system,auditor")] == [
        narrow["number"]
    ]


def test_an_owner_of_two_sellers_names_one(seller: Seller, owner: User) -> None:
    second = make_seller()
    second.members.create(user=owner, role=Role.OWNER)
    browser = Client()
    browser.force_login(owner)
    body = {"name": "till", "scope": "read"}
    unnamed = browser.post(f"{BASE}/tokens/", body, "application/json")
    assert (unnamed.status_code, unnamed.json()["errors"][0]["pointer"]) == (422, "/seller")
    named = browser.post(
        f"{BASE}/tokens/", {**body, "seller": second.number}, "application/json"
    ).json()
    assert named["seller"] == second.number


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=active", {"a", "b"}),
        ("state=revoked,rotated", {"c"}),
        ("scope=write", {"b", "test"}),
        ("name=A", {"a"}),
        ("holder=olivia&scope=read", {"a", "c"}),
        ("expires_at_to=2020-01-01T00:00:00Z", set()),
        ("last_used_at_from=2020-01-01T00:00:00Z", {"test"}),
        ("modified_since=2020-01-01T00:00:00Z&scope=operator", set()),
    ],
)
def test_tokens_are_found(api: Caller, query: str, found: set[str]) -> None:
    for name, scope in (("a", "read"), ("b", "write"), ("c", "read")):
        issue(api, name=name, scope=scope)
    api.post(f"/tokens/{api.get('/tokens/?name=c').body['results'][0]['number']}/revoke/")
    names = {each["name"] for each in api.every(f"/tokens/?{query}&page_size=1")}
    assert names - {"test"} | (found & {"test"}) == found


# --- where it is used -------------------------------------------------------------------------


def status_from(token: str, address: str, **headers: str) -> int:
    client = Client(headers={"authorization": f"Bearer {token}", **headers}, REMOTE_ADDR=address)
    return int(client.get(f"{BASE}/me/").status_code)


def test_a_token_works_from_its_networks_alone(api: Caller) -> None:
    token = issue(api, allowed_networks=["203.0.113.0/24", "2001:db8::/32"]).body["token"]
    assert [
        status_from(token, address)
        for address in ("203.0.113.9", "::ffff:203.0.113.9", "2001:db8::7", "203.0.114.1", "", "x")
    ] == [200, 200, 200, 403, 403, 403]


def test_a_header_is_believed_only_behind_a_proxy_and_only_its_last_address(
    api: Caller, settings: Any
) -> None:
    token = issue(api, allowed_networks=["203.0.113.0/24"]).body["token"]
    said = {"x-forwarded-for": "203.0.113.9"}
    assert status_from(token, "198.51.100.1", **said) == 403
    settings.BEHIND_PROXY = True
    assert status_from(token, "198.51.100.1", **said) == 200
    forged = {"x-forwarded-for": "203.0.113.9, 198.51.100.1"}
    assert status_from(token, "203.0.113.9", **forged) == 403
    assert status_from(token, "203.0.113.9") == 403


def test_a_refusal_by_address_says_so_and_notes_no_use(api: Caller) -> None:
    issued = issue(api, allowed_networks=["203.0.113.0/24"]).body
    answer = Caller(issued["token"]).get("/me/")
    assert answer.body["type"].endswith(":address_not_allowed")
    assert not TokenUse.objects.filter(token__number=issued["number"]).exists()


def test_the_last_use_is_written_once_a_minute(api: Caller) -> None:
    api.get("/me/")
    first = TokenUse.objects.get()
    api.get("/me/")
    assert TokenUse.objects.get().at == first.at
    TokenUse.objects.update(at=first.at - timedelta(seconds=61))
    api.get("/me/")
    assert TokenUse.objects.get().at > first.at


def test_a_use_changes_no_tag(api: Caller) -> None:
    number = api.get("/tokens/").body["results"][0]["number"]
    known = api.get(f"/tokens/{number}/").response.headers["ETag"]
    TokenUse.objects.update(at=timezone.now() - timedelta(days=1), address="::1")
    assert api.get(f"/tokens/{number}/", None, if_none_match=known).status == 304
    assert api.post(f"/tokens/{number}/rotate/", {}, if_match=known).status == 201


def test_me_tells_who_calls(api: Caller, seller: Seller) -> None:
    me = api.get("/me/").body
    assert me["sellers"] == [
        {"number": seller.number, "company_name": seller.company_name, "role": "owner"}
    ]
    assert (me["username"], me["scope"], me["seller"]) == ("olivia", "write", seller.number)
    assert (me["address"], me["time_zone"]) == ("127.0.0.1", "Asia/Shanghai")
    assert me["token"]["name"] == "test"
    browser = Client()
    browser.force_login(User.objects.get(username="olivia"))
    told = browser.get(f"{BASE}/me/").json()
    assert (told["scope"], told["seller"], told["token"]) == ("session", None, None)


# --- how long it lives ------------------------------------------------------------------------


def asked_with(token: str, **body: Any) -> Answer:
    return issue(Caller(token), scope="write", **body)


def test_a_token_issues_none_that_outlives_it(api: Caller) -> None:
    short = issue(api, scope="write", valid_days=2).body
    long = asked_with(short["token"], valid_days=1095)
    assert (long.status, long.errors) == (422, [("/valid_days", "wider_than_issuer", "")])
    usual = asked_with(short["token"]).body
    assert AccessToken.objects.get(number=usual["number"]).parent is not None
    assert usual["expires_at"] <= short["expires_at"]
    assert asked_with(short["token"], valid_days=1).status == 201


def test_what_a_token_issued_ends_with_it(api: Caller) -> None:
    first = issue(api, scope="write").body
    child = asked_with(first["token"]).body
    grandchild = asked_with(child["token"]).body
    other = issue(api).body
    assert api.post(f"/tokens/{first['number']}/revoke/", {}).status == 200
    tokens = (first, child, grandchild, other)
    assert [Caller(each["token"]).get("/me/").status for each in tokens] == [401, 401, 401, 200]
    acts = Act.objects.filter(verb="revoked", facts__cause="its parent was revoked")
    assert acts.count() == 2


def test_a_successor_takes_over_what_its_predecessor_issued(api: Caller) -> None:
    first = issue(api, scope="write", valid_days=2).body
    child = asked_with(first["token"], valid_days=1).body
    fresh = api.post(f"/tokens/{first['number']}/rotate/", {"grace_minutes": 0}).body
    assert Caller(first["token"]).get("/me/").status == 401
    assert Caller(child["token"]).get("/me/").status == 200
    api.post(f"/tokens/{fresh['number']}/revoke/", {})
    assert Caller(child["token"]).get("/me/").status == 401


def test_a_rotated_child_does_not_outlive_its_parent(api: Caller) -> None:
    first = issue(api, scope="write", valid_days=2).body
    child = asked_with(first["token"]).body
    fresh = api.post(f"/tokens/{child['number']}/rotate/", {}).body
    assert fresh["expires_at"] <= first["expires_at"]


@pytest.mark.parametrize("withdrawn", [False, True])
def test_tokens_end_with_the_password(api: Caller, owner: User, withdrawn: bool) -> None:
    token = issue(api).body["token"]
    owner.email = "olivia@nova.example"
    owner.save()
    assert Caller(token).get("/me/").status == 200
    if withdrawn:
        owner.set_unusable_password()
    else:
        owner.set_password("quite-another-1")
    owner.save()
    assert Caller(token).get("/me/").status == api.get("/me/").status == 401


def test_a_hash_that_is_renewed_ends_no_token(seller: Seller, owner: User, settings: Any) -> None:
    owner.set_password("a-password-of-hers")
    owner.save()
    kept = seller_caller(owner, seller.number)
    scrypt = "django.contrib.auth.hashers.ScryptPasswordHasher"
    settings.PASSWORD_HASHERS = [scrypt, *settings.PASSWORD_HASHERS]
    assert User.objects.get(pk=owner.pk).check_password("a-password-of-hers")
    assert User.objects.get(pk=owner.pk).password.startswith("scrypt")
    assert kept.get("/me/").status == 200


def test_all_of_ones_own_are_revoked_at_once(api: Caller, seller: Seller) -> None:
    mine = [issue(api).body["token"] for _ in range(3)]
    others = seller_caller(make_member(seller, "oskar", Role.OWNER), seller.number)
    answer = api.post("/tokens/revoke-own/", {})
    assert (answer.status, answer.body) == (200, {"revoked": 4})
    assert [Caller(each).get("/me/").status for each in mine] == [401, 401, 401]
    assert (api.get("/me/").status, others.get("/me/").status) == (401, 200)


def test_a_narrowed_token_revokes_none_that_reaches_further() -> None:
    olga = make_operator()
    wide = operator_caller(olga)
    full = AccessToken.objects.get(user=olga)
    _, narrow = AccessToken.objects.create(user=olga, name="narrow", roles=["viewer"])
    refused = Caller(narrow).post(f"/tokens/{full.number}/revoke/", {})
    assert (refused.status, refused.errors[0][1]) == (403, "wider_than_issuer")
    assert Caller(narrow).post("/tokens/revoke-own/", {}).body == {"revoked": 1}
    assert wide.get("/me/").status == 200


def test_nobody_has_more_tokens_than_somebody_can_look_after(
    api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sellers.services.access.tokens.MOST_TOKENS", 3)
    assert [issue(api).status for _ in range(3)] == [201, 201, 409]
    assert issue(api).errors[0][1] == "too_many_tokens"


def test_a_role_that_was_lost_carries_nothing_also_where_another_gives_the_duty() -> None:
    """Both officers may manage notices; the token is for the one that its holder is no more."""
    holder = User.objects.create_user("ida", is_staff=True, operator_roles=["refund_officer"])
    holder.narrowed_roles = ["settlement_officer"]
    assert not holder.may(Duty.MANAGE_NOTICES)
    holder.narrowed_roles = ["settlement_officer", "refund_officer"]
    assert holder.may(Duty.MANAGE_NOTICES)
    assert not holder.may(Duty.APPROVE_BILLS)


def test_a_sellers_token_has_no_roles(api: Caller) -> None:
    answer = issue(api, roles=["refund_officer"])
    assert (answer.status, answer.errors) == (422, [("/roles", "no_roles", "")])
