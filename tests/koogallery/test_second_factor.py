"""The second factor: each code works once, and nothing opens without one where it is asked for."""

import re
import time
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCacheClient
from django.core.management import call_command
from django.test import Client
from redis.exceptions import RedisError

from koogallery.checks import key_masters_are_there
from koogallery.keys import name_of_master
from koogallery.kit.errors import Forbidden
from koogallery.models import AccessToken, AccountMail, Act, User
from koogallery.own_hand import require_own_hand
from koogallery.people import remove_second_factors
from koogallery.second_factor import SecondFactorAdapter, encrypt_anew
from sellers.choices import Role
from sellers.models import Member, Seller
from sellers.services.members.membership import require_second_factor
from tests.books import is_refused
from tests.callers import Caller
from tests.settlement.builders import make_member, make_seller

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-password-1"
SIGN_IN, CODE, ACCOUNT = "/accounts/login/", "/accounts/code/", "/account/"


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def mia() -> User:
    return User.objects.create_user("mia", "mia@example.com", PASSWORD)


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser("root", "root@example.com", PASSWORD)


def with_password(name: str) -> tuple[Client, str]:
    """Where a right password leads."""
    client = Client()
    answer = client.post(SIGN_IN, {"username": name, "password": PASSWORD})
    return client, answer["Location"]


def code_of(secret: str, later: int = 0) -> str:
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))
    return code


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Codes are those of an instant that does not end while a test runs."""
    now = time.time()
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: now)
    return now


def set_up(client: Client) -> tuple[str, list[str]]:
    """The secret of the app, and the recovery codes, as they are shown once."""
    page = client.get("/account/app/").text
    assert "<svg" in page and "<script" not in page
    [secret] = re.findall(r"<code[^>]*>([A-Z2-7]{32})</code>", page)
    answer = client.post("/account/app/", {"code": code_of(secret)})
    assert answer["Location"] == "/account/codes/", answer
    codes = re.findall(r"<code[^>]*>(\d{8})</code>", client.get("/account/codes/").text)
    assert len(codes) == 10
    assert not re.findall(r"<code[^>]*>(\d{8})</code>", client.get("/account/codes/").text)
    return secret, codes


def told() -> list[str]:
    """Every client here is a new browser, which is another test's matter."""
    waiting = AccountMail.objects.exclude(kind="new_browser").order_by("pk")
    return list(waiting.values_list("kind", flat=True))


def is_in(client: Client) -> bool:
    return client.get(ACCOUNT).status_code == 200


@pytest.mark.usefixtures("clock")
def test_a_code_lets_in_once_and_a_recovery_code_too(mia: User) -> None:
    here, _ = with_password("mia")
    secret, codes = set_up(here)
    assert is_in(here)
    assert secret not in str(Authenticator.objects.values_list("data", flat=True))
    assert told() == ["factor_added"]
    User.objects.update(language="zh-hans")
    client, led = with_password("mia")
    assert client.get(CODE)["Content-Language"] == "zh-hans"  # the account's, not the browser's
    assert (led, is_in(client)) == (CODE, False)
    for wrong in (code_of(secret), code_of(secret, 20), "000000"):  # the first has set it up
        assert client.post(CODE, {"code": wrong}).status_code == 200
    assert not is_in(client)
    client.post(CODE, {"code": codes[3]})
    assert is_in(client)
    again, _ = with_password("mia")
    again.post(CODE, {"code": codes[3]})
    assert not is_in(again)
    again.post(CODE, {"code": codes[4]})
    assert is_in(again)


def test_the_next_code_lets_in_and_not_twice(mia: User, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: now)
    here, _ = with_password("mia")
    secret, _codes = set_up(here)
    later = now + 30
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: later)
    monkeypatch.setattr("tests.koogallery.test_second_factor.time.time", lambda: later)
    code, answers = code_of(secret), []
    for _ in range(2):
        client, _led = with_password("mia")
        client.post(CODE, {"code": code})
        answers.append(is_in(client))
    assert answers == [True, False]


@pytest.mark.usefixtures("clock")
def test_wrong_codes_count_as_wrong_passwords_do(mia: User, settings: Any) -> None:
    here, _ = with_password("mia")
    _, codes = set_up(here)
    settings.SIGN_IN_FAILURES_OF_ADDRESS = 2
    client, _led = with_password("mia")
    for _ in range(2):
        client.post(CODE, {"code": "000000"})
    assert client.post(CODE, {"code": codes[0]}).status_code == 429
    assert Act.objects.of("person", "mia").filter(verb="failed to sign in").count() == 2
    cache.clear()
    for _ in range(5):
        settings.SIGN_IN_FAILURES_OF_ADDRESS = 99
        client.post(CODE, {"code": "000000"})
    client.post(CODE, {"code": codes[0]})
    assert not is_in(client)


@pytest.mark.usefixtures("clock")
def test_an_operator_without_a_second_factor_reaches_nothing_but_set_up(
    root: User, settings: Any
) -> None:
    settings.OPERATORS_SECOND_FACTOR = True
    client, _ = with_password("root")
    closed = ("/admin/", "/admin/koogallery/user/", "/", "/overview/", "/account/password/")
    for page in closed:
        assert client.get(page)["Location"] == ACCOUNT, page
        assert client.post(page)["Location"] == ACCOUNT, page
    assert client.post("/admin/login/", {"username": "root", "password": PASSWORD})["Location"] == (
        ACCOUNT
    )
    assert client.get("/api/v1/bills/").status_code == 403
    for header in ("Bearer x", "Basic x"):
        assert client.get("/admin/", headers={"authorization": header}).status_code == 302
    assert client.get("/api/v1/bills/", headers={"authorization": "Basic x"}).status_code == 403
    _, token = AccessToken.objects.create(user=root, name="erp")
    assert Caller(token).get("/bills/").status == 200
    assert client.get("/api/v1/bills/", headers={"authorization": "Bearer x"}).status_code == 401
    assert "has to have one" in client.get(ACCOUNT).text
    set_up(client)
    assert client.get("/admin/").status_code == 200
    refused = client.post("/account/app/remove/")
    assert refused.status_code == 200 and Authenticator.objects.filter(type="totp").exists()


@pytest.mark.usefixtures("clock")
def test_a_session_from_before_has_to_show_it(root: User, settings: Any) -> None:
    before, _ = with_password("root")
    here, _ = with_password("root")
    _, codes = set_up(here)
    settings.OPERATORS_SECOND_FACTOR = True
    answer = before.get("/admin/koogallery/user/?q=a")
    assert answer["Location"].startswith("/accounts/again/code/?next=")
    to = before.post(answer["Location"], {"code": codes[0]})
    assert to["Location"] == "/admin/koogallery/user/?q=a"
    assert before.get(to["Location"]).status_code == 200


@pytest.mark.usefixtures("clock")
def test_a_factor_is_not_added_past_the_one_there_is(mia: User) -> None:
    """By a session from before, and the password."""
    before, _ = with_password("mia")
    here, _ = with_password("mia")
    page = here.get("/account/app/").text
    [secret] = re.findall(r"<code[^>]*>([A-Z2-7]{32})</code>", page)
    here.post("/account/app/", {"code": code_of(secret)})
    for page in ("passkeys/add/", "app/", "app/remove/", "codes/", "codes/new/"):
        answer = before.get(f"/account/{page}")
        assert answer.headers.get("Location", "").startswith("/accounts/again/code/"), page
    before.post("/account/app/remove/")
    assert Authenticator.objects.filter(type="totp").exists()


def test_a_seller_asks_its_members_for_one(mia: User) -> None:
    seller: Seller = make_seller()
    Member.objects.create(seller=seller, user=mia, role=Role.OWNER)
    viewer = make_member(seller, "vera", Role.VIEWER)
    viewer.set_password(PASSWORD)
    viewer.save()
    vera, _ = with_password("vera")
    assert vera.get("/overview/").status_code == 200
    is_refused("owner_only", "", require_second_factor, seller.number, True, actor=viewer)
    owner, _ = with_password("mia")
    switch = f"/settings/members/second-factor/?seller={seller.number}"
    assert owner.post(switch, {"required": "yes"}).status_code == 302
    for client in (vera, owner):
        assert client.get("/overview/")["Location"] == ACCOUNT
        assert client.get("/api/v1/bills/").status_code == 403
    act = Act.objects.filter(object_kind="seller", actor=mia).latest("pk")
    assert act.changes == {"requires_second_factor": [False, True]}
    require_second_factor(seller.number, False, actor=mia)
    assert vera.get("/overview/").status_code == 200


@pytest.mark.usefixtures("clock")
def test_a_lost_factor_is_removed_by_a_superuser_and_then_waits_a_day(
    mia: User, root: User
) -> None:
    here, _ = with_password("mia")
    set_up(here)
    require_own_hand(mia)
    is_refused("operator_only", "", remove_second_factors, "root", actor=mia)
    remove_second_factors("mia", actor=root)
    _client, led = with_password("mia")
    assert led == "/"
    with pytest.raises(Forbidden) as refusal:
        require_own_hand(mia)
    assert refusal.value.code == "changed_by_another"
    assert told() == [
        "factor_added",
        "factor_removed",
    ]
    is_refused("no_second_factor", "", remove_second_factors, "mia", actor=root)


@pytest.mark.usefixtures("clock")
def test_a_former_key_master_goes_and_factors_stay(mia: User, settings: Any) -> None:
    former = settings.KEY_MASTER
    secret, codes = set_up(with_password("mia")[0])
    settings.KEY_MASTER, settings.KEY_MASTER_FALLBACKS = "the second master", [former]
    told = StringIO()
    call_command("key_masters", "--encrypt-factors", stdout=told)
    assert told.getvalue().splitlines() == [
        "2 second factors encrypted anew",
        f"{name_of_master('the second master')} (KEY_MASTER): 2",
        f"{name_of_master(former)} (a fallback): 0",
    ]
    assert encrypt_anew() == 0
    settings.KEY_MASTER_FALLBACKS = []
    assert key_masters_are_there(databases=["default"]) == []
    app = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert SecondFactorAdapter().decrypt(app.data["secret"]) == secret
    client, _ = with_password("mia")
    client.post(CODE, {"code": codes[0]})
    assert is_in(client)


def test_a_factor_that_needs_a_lost_master_is_an_error_of_the_checks(
    mia: User, settings: Any
) -> None:
    set_up(with_password("mia")[0])
    former, settings.KEY_MASTER = settings.KEY_MASTER, "the second master"
    [error] = key_masters_are_there(databases=["default"])
    assert name_of_master(former) in error.msg


@pytest.mark.parametrize(
    ("path", "field"),
    [(CODE, "code"), (CODE, "credential"), ("/accounts/again/code/", "code")],
)
def test_without_redis_no_factor_is_looked_at_and_the_page_says_so(
    mia: User, monkeypatch: pytest.MonkeyPatch, path: str, field: str
) -> None:
    """Neither an app's code nor a recovery code nor a passkey."""
    here, _ = with_password("mia")
    _, codes = set_up(here)
    client = here if path != CODE else with_password("mia")[0]
    client.raise_request_exception = False

    def away(*_: Any, **__: Any) -> Any:
        raise RedisError

    monkeypatch.setattr(webauthn, "parse_authentication_response", lambda _: None)
    with monkeypatch.context() as gone:
        gone.setattr(RedisCacheClient, "get_client", away)
        answer = client.post(path, {field: codes[0] if field == "code" else '{"id": "x"}'})
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "does not answer just now; nothing was done" in answer.text
    assert path != CODE or not is_in(client)


def test_codes_are_made_anew_and_the_app_given_up(mia: User) -> None:
    here, _ = with_password("mia")
    _, former = set_up(here)
    here.post("/account/codes/new/")
    new = re.findall(r"<code[^>]*>(\d{8})</code>", here.get("/account/codes/").text)
    assert len(new) == 10 and not set(new) & set(former)
    assert here.post("/account/app/remove/")["Location"] == ACCOUNT
    assert with_password("mia")[1] == "/"
    kinds = ["factor_added", "codes_made", "factor_removed"]
    assert told() == kinds


def test_a_factor_is_not_changed_from_a_session_left_open(mia: User, settings: Any) -> None:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    left, _ = with_password("mia")
    for page in ("/account/app/", "/account/passkeys/add/"):
        assert left.get(page)["Location"].startswith("/accounts/again/?next="), page
