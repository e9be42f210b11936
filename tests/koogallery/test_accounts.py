"""One's own account: links in mails work once and for a while, and tell nobody who has one."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from koogallery.account_mail import send_account_mail
from koogallery.events.mail import STEPS
from koogallery.fresh_sign_in import ASKED_FIRST, ASKED_ON_SENDING
from koogallery.models import AccessToken, AccountMail, Act, User
from koogallery.own_hand import require_own_hand
from koogallery.passwords import NoNamesOfOurs
from koogallery.people import add_person
from koogallery.urls import console
from tests.callers import Caller

pytestmark = pytest.mark.django_db

SIGN_IN, LOST, SIGN_UP = "/accounts/login/", "/accounts/password/lost/", "/accounts/sign-up/"
FORMER, NEW = "the-former-one-1", "quite-another-2"


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def mia() -> User:
    return User.objects.create_user("mia", "mia@example.com", FORMER, language="zh-hans")


def signed_in(name: str = "mia", password: str = FORMER) -> Client:
    client = Client()
    answer = client.post(SIGN_IN, {"username": name, "password": password})
    assert answer.status_code == 302, answer.content
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def sent() -> list[Any]:
    """What goes out now, but for news of clients that are new browsers each."""
    AccountMail.objects.filter(kind="new_browser").delete()
    mail.outbox.clear()
    send_account_mail()
    send_account_mail()  # what is for an address becomes one for each of its accounts first
    assert not AccountMail.objects.exists()
    return mail.outbox


def link_in(message: Any) -> str:
    found = re.search(r"https?://[^/]+(/\S+)", message.body)
    assert found
    return found.group(1)


def choose(client: Client, link: str, password: str = NEW) -> Any:
    form = client.get(link, follow=True)
    to = form.redirect_chain[-1][0] if form.redirect_chain else link
    return client.post(to, {"password": password, "repeated": password})


def test_a_link_chooses_a_password_once_and_ends_every_session_and_token(mia: User) -> None:
    """By the person's own hand: nothing waits for a day afterwards."""
    elsewhere, (_, token) = signed_in(), AccessToken.objects.create(user=mia, name="erp")
    client = Client()
    assert client.post(LOST, {"email": "MIA@example.com"}).status_code == 200
    [message] = sent()
    assert (message.to, "mia" in message.body) == (["mia@example.com"], True)
    assert "密码" in message.body
    link = link_in(message)
    assert "/accounts/login/" in choose(client, link)["Location"]
    assert not is_signed_in(client) and not is_signed_in(elsewhere)
    assert Caller(token).get("/bills/").status == 401
    assert is_signed_in(signed_in(password=NEW))
    assert choose(Client(), link, "quite-a-third-3").status_code == 200
    assert is_signed_in(signed_in(password=NEW))
    [told] = sent()
    assert (told.to, "127.0.0.1" in told.body, NEW in told.body) == ([mia.email], True, False)
    act = Act.objects.of("person", "mia").filter(verb="changed").last()
    assert act and (act.actor, set(act.changes)) == (mia, {"password"})
    require_own_hand(mia)


def test_a_link_is_over_in_time(mia: User, settings: Any) -> None:
    Client().post(LOST, {"email": mia.email})
    link = link_in(sent()[0])
    settings.PASSWORD_RESET_TIMEOUT = -1
    choose(Client(), link)
    assert is_signed_in(signed_in(password=FORMER))


def test_nobody_learns_whether_an_address_has_an_account(mia: User) -> None:
    asked = [Client().post(LOST, {"email": at}) for at in ("mia@example.com", "nia@example.com")]
    pages = [re.sub('[mn]ia@|value=".{64}"', "", answer.text) for answer in asked]
    assert pages[0] == pages[1]
    assert list(AccountMail.objects.values_list("kind", "user")) == [
        ("password_reset", None),
        ("password_reset", None),
    ]
    Client().post(LOST, {"email": "mia@example.com"})
    assert [message.to for message in sent()] == [["mia@example.com"]]
    assert not EmailAddress.objects.exists()


def test_whoever_has_no_account_makes_one_and_applies(client: Client) -> None:
    assert SIGN_UP in client.get(SIGN_IN).text
    client.post(SIGN_UP, {"email": "Nia@example.com"}, headers={"Accept-Language": "zh-hans"})
    [message] = sent()
    assert (message.to, "密码" in message.body) == (["Nia@example.com"], True)
    link = link_in(message)
    entered = {"first_name": "Nia", "password": NEW, "repeated": NEW}
    for wrong in ({"repeated": "x"}, {"password": "nia", "repeated": "nia"}, {"first_name": ""}):
        assert client.post(link, {**entered, **wrong}).status_code == 200
    assert not User.objects.exists()
    answer = client.post(link, entered, follow=True)
    assert 'value="Nia@example.com"' in answer.text
    user = User.objects.get()
    assert (user.username, user.email, user.is_staff) == ("Nia@example.com",) * 2 + (False,)
    assert is_signed_in(client) and client.get(SIGN_UP)["Location"] == "/apply/add/"
    require_own_hand(user)
    assert Client().post(link, {**entered, "password": "quite-a-third-3"}).status_code == 200
    assert is_signed_in(signed_in("Nia@example.com", NEW))


def test_who_signs_up_with_an_account_is_told_of_it_by_mail_alone(mia: User) -> None:
    asked = [Client().post(SIGN_UP, {"email": at}) for at in ("MIA@example.com", "nia@example.com")]
    pages = [re.sub('(MIA|nia)@|value=".{64}"', "", answer.text) for answer in asked]
    assert pages[0] == pages[1]
    known, unknown = sorted(sent(), key=lambda each: each.to)
    assert (known.to, unknown.to) == (["mia@example.com"], ["nia@example.com"])
    choose(Client(), link_in(known))
    assert is_signed_in(signed_in(password=NEW))


def test_links_to_sign_up_are_over_in_time_and_few(client: Client, settings: Any) -> None:
    settings.SIGN_IN_FAILURES_OF_ADDRESS = 2
    for _ in range(2):
        client.post(SIGN_UP, {"email": "nia@example.com"})
    assert client.post(SIGN_UP, {"email": "noa@example.com"}).status_code == 429
    [message] = sent()
    settings.PASSWORD_RESET_TIMEOUT = -1
    entered = {"first_name": "Nia", "password": NEW, "repeated": NEW}
    assert SIGN_UP in client.post(link_in(message), entered).text
    assert not User.objects.exists()


def test_a_password_is_changed_by_who_knows_the_former_one(mia: User, settings: Any) -> None:
    here, elsewhere = signed_in(), signed_in()
    settings.SIGN_IN_FAILURES_OF_ADDRESS = 2
    entered = {"former": FORMER, "password": NEW, "repeated": NEW}
    for wrong in ({"former": "wrong"}, {"password": "mia", "repeated": "mia"}, {"repeated": "x"}):
        assert here.post("/account/password/", {**entered, **wrong}).status_code == 200
    assert here.post("/account/password/", entered).status_code == 302
    assert is_signed_in(here) and not is_signed_in(elsewhere)
    for _ in range(2):
        here.post("/account/password/", {**entered, "former": "wrong"})
    assert here.post("/account/password/", {**entered, "former": NEW}).status_code == 429


def test_an_address_changes_once_its_reader_confirms_it(mia: User) -> None:
    here = signed_in()
    answer = here.post("/account/address/", {"email": "mia@new.example"})
    assert answer["Location"] == "/account/"
    [message] = sent()
    mia.refresh_from_db()
    assert (message.to, mia.email) == (["mia@new.example"], "mia@example.com")
    link = link_in(message)
    other = User.objects.create_user("nia", "nia@example.com", FORMER)
    assert "nia" not in signed_in("nia").post(link).text
    other.refresh_from_db()
    assert here.get(link).status_code == 200
    assert here.post(link).status_code == 302
    mia.refresh_from_db()
    assert (mia.email, other.email) == ("mia@new.example", "nia@example.com")
    assert [told.to for told in sent()] == [["mia@example.com"]]
    assert here.post(link).status_code == 200  # it has been used
    mia.refresh_from_db()
    assert mia.email == "mia@new.example"


def test_an_address_is_not_changed_from_a_session_left_open(mia: User, settings: Any) -> None:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    left = signed_in()
    answer = left.post("/account/address/", {"email": "mia@new.example"})
    assert answer["Location"].startswith("/accounts/again/")
    assert left.get(answer["Location"]).status_code == 200
    assert not AccountMail.objects.exists()


def test_names_and_language_are_ones_own(mia: User) -> None:
    entered = {"first_name": "Mia", "last_name": "Sun", "language": "en"}
    assert signed_in().post("/account/", entered).status_code == 302
    mia.refresh_from_db()
    assert (mia.get_full_name(), mia.language) == ("Mia Sun", "en")


def test_sessions_are_listed_and_ended(mia: User) -> None:
    User.objects.create_user("nia", password=FORMER)
    here, phone, third, stranger = signed_in(), signed_in(), signed_in(), signed_in("nia")
    page = here.get("/account/").text
    numbers = re.findall(r'name="session" value="(\d+)"', page)
    assert len(numbers) == 2
    stranger.post("/account/sessions/end/", {"session": numbers[0]})
    assert is_signed_in(phone) and is_signed_in(third)
    here.post("/account/sessions/end/", {"session": numbers[0]})
    assert [is_signed_in(each) for each in (here, phone, third)].count(True) == 2
    here.post("/account/sessions/end/")
    assert [is_signed_in(each) for each in (here, phone, third, stranger)] == [
        True,
        False,
        False,
        True,
    ]


def test_who_is_added_chooses_the_password_alone(mia: User) -> None:
    root = User.objects.create_superuser("root")
    ben = add_person("ben", email="ben@example.com", actor=root)
    [message] = sent()
    assert (message.to, "root" in message.body) == (["ben@example.com"], True)
    choose(Client(), link_in(message))
    assert is_signed_in(signed_in("ben", NEW)) and not ben.is_staff


def test_mail_that_cannot_be_sent_is_tried_again_and_given_up(
    mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise OSError

    monkeypatch.setattr("koogallery.account_mail.send_mail", away)
    AccountMail.objects.create(user=mia, kind="password_reset", address=mia.email)
    for _ in STEPS:
        assert send_account_mail() == 0
        [waiting] = AccountMail.objects.all()
        assert waiting.due_at > waiting.created_at
        AccountMail.objects.update(due_at=waiting.created_at - timedelta(days=1))
    send_account_mail()
    assert not AccountMail.objects.exists()


def test_a_new_browser_is_told_and_a_known_one_is_not(mia: User) -> None:
    def told() -> int:
        return AccountMail.objects.filter(user=mia, kind="new_browser").count()

    first = signed_in()
    assert told() == 0
    first.post("/accounts/logout/")
    first.post(SIGN_IN, {"username": "mia", "password": FORMER})
    assert told() == 0
    Client(headers={"user-agent": "Lynx"}).post(SIGN_IN, {"username": "mia", "password": FORMER})
    assert told() == 1
    send_account_mail()
    assert "Lynx" in mail.outbox[-1].body
    forged = Client()
    forged.cookies["browser"] = f"[{mia.pk}]"
    forged.post(SIGN_IN, {"username": "mia", "password": FORMER})
    assert told() == 1


def test_a_session_that_is_not_used_ends_sooner_for_operators(mia: User) -> None:
    User.objects.create_superuser("root", password=FORMER)
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        member, operator = signed_in(), signed_in("root")
        for hours, here in ((0.9, [True, True]), (1.8, [True, True]), (3, [True, False])):
            clock.move_to(start + timedelta(hours=hours))
            assert [is_signed_in(member), is_signed_in(operator)] == here, hours
        clock.move_to(start + timedelta(hours=15.1))
        assert not is_signed_in(member)


def test_an_old_sign_in_moves_no_money_and_shows_no_key(mia: User, settings: Any) -> None:
    settings.FRESH_SIGN_IN_MINUTES = 5
    root = User.objects.create_superuser("root", password=FORMER)
    decide = f"/admin/koogallery/user/{mia.pk}/password/decide/"
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        here = signed_in("root")
        assert here.get(decide).status_code == 200
        clock.move_to(start + timedelta(minutes=6))
        assert here.get("/admin/koogallery/user/").status_code == 200
        for answer in (here.get(decide), here.post(decide, headers={"referer": decide})):
            assert answer["Location"] == "/accounts/again/?next=" + quote(decide, safe="")
        assert here.post("/api/v1/adjustments/", {}).status_code == 403
        _, token = AccessToken.objects.create(user=root, name="erp")
        assert Caller(token).post("/adjustments/", {}).status == 400
        mia.refresh_from_db()
        assert mia.has_usable_password()
        back = here.post(answer["Location"], {"password": FORMER})
        assert back["Location"] == decide
        assert here.post(decide).status_code == 302
    mia.refresh_from_db()
    assert not mia.has_usable_password()


def test_the_pages_that_ask_again_are_pages() -> None:
    assert {str(each.name) for each in console} >= ASKED_FIRST | ASKED_ON_SENDING


def test_the_admin_has_no_door_of_its_own(mia: User) -> None:
    User.objects.create_superuser("root", password=FORMER)
    wrong = {"username": "root", "password": FORMER, "next": "/admin/"}
    answer = Client().post("/admin/login/", wrong)
    assert answer["Location"] == "/accounts/login/?next=/admin/"
    assert signed_in("root").get("/admin/login/")["Location"] == "/admin/"
    assert signed_in().get("/admin/login/").status_code == 403
    assert signed_in("root").get("/admin/password_change/")["Location"] == "/account/password/"


def test_a_session_ends_although_it_is_used(mia: User, settings: Any) -> None:
    settings.SESSION_HOURS, begun = 2, datetime.now(UTC)
    client = signed_in()
    for minutes, is_open in ((50, True), (100, True), (130, False), (131, False)):
        with time_machine.travel(begun + timedelta(minutes=minutes), tick=False):
            assert is_signed_in(client) is is_open, minutes


def test_showing_it_again_changes_the_key_of_the_session(mia: User) -> None:
    client = signed_in()
    before = client.session.session_key
    client.post("/accounts/again/", {"password": FORMER})
    assert is_signed_in(client) and client.session.session_key != before
    stolen = Client()
    stolen.cookies["sessionid"] = str(before)
    assert not is_signed_in(stolen)
    assert 'name="session"' not in client.get("/account/").text


def test_signing_out_leaves_nothing_in_the_browser(mia: User) -> None:
    client = signed_in()
    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("password", "is_refused"),
    [("KooGallery2026!", True), ("huawei-payout", True), ("koogallery four horses", False)],
)
def test_names_of_ours_make_no_password(password: str, is_refused: bool) -> None:
    refused = False
    try:
        NoNamesOfOurs().validate(password)
    except ValidationError:
        refused = True
    assert refused is is_refused
