"""What callers are told while the database is away, or somebody holds what they need."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client

from koogallery.models import AccessToken, User
from sellers.models import Order, Product, Seller
from tests.servers import THREADS, client_of, served
from tests.settlement.builders import make_operator, make_product, make_seller
from tools.places import run_directory

pytestmark = pytest.mark.django_db(transaction=True)

PROBLEM = "application/problem+json"
NOWHERE = "postgres://koogallery@%2Fnowhere/koogallery"
FOR_EVER = "600"
HOLD = "SELECT FROM sellers_seller WHERE id = %s FOR NO KEY UPDATE"


@pytest.fixture
def directory() -> Iterator[Path]:
    with run_directory() as found:
        yield found


@pytest.fixture
def olga(db: None) -> User:
    return make_operator("olga")


@pytest.fixture
def product(olga: User) -> Product:
    return make_product(make_seller())


def token_of(user: User) -> dict[str, str]:
    _, token = AccessToken.objects.create(user=user, name="feed")
    return {"Authorization": f"Bearer {token}"}


def an_order(product: Product, number: str) -> dict[str, Any]:
    return {
        "number": number,
        "product": product.number,
        "order_type": "purchase",
        "billing_mode": "one_time",
        "customer_name": "Fabrikam",
        "customer_account": "fabrikam@trading",
        "currency": "USD",
        "paid_amount": "100.00",
        "sales_amount": "100.00",
        "customer_wht": "0",
        "placed_at": "2026-01-05T02:00:00Z",
        "supervision_status": "waiting_for_service",
    }


@contextmanager
def held(seller: Seller) -> Iterator[None]:
    """Somebody has taken the seller's lock and forgotten it."""
    parts = connection.get_connection_params()
    address = {name: parts[name] for name in ("host", "user", "dbname")}
    with psycopg.connect(**address) as forgotten:
        forgotten.execute(HOLD, [seller.pk])
        yield
        forgotten.rollback()


def test_a_backend_that_ends_in_the_middle_of_a_copy_is_an_outage(
    product: Product, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows come by COPY, whose errors Django leaves as they are."""
    headers, write = token_of(User.objects.get()), psycopg.Copy.write_row
    parts = connection.get_connection_params()
    address = {name: parts[name] for name in ("host", "user", "dbname")}

    def cut(copy: Any, row: Any) -> None:
        with psycopg.connect(**address, autocommit=True) as admin:
            pid = copy.connection.info.backend_pid
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        write(copy, row)

    monkeypatch.setattr(psycopg.Copy, "write_row", cut)
    client.raise_request_exception = False
    order = an_order(product, "O-1")
    answer = client.post("/api/v1/orders/", order, "application/json", headers=headers)
    connection.close()
    assert (answer.status_code, answer["Content-Type"]) == (503, PROBLEM)
    assert not Order.objects.exists()


def test_whose_lock_is_held_is_busy_and_nothing_is_done(directory: Path, product: Product) -> None:
    """Whether it waited in a thread or, as the latter half, outside of them."""
    limits = {"WEB_LOCK_TIMEOUT": "1", "WEB_THREADS": str(THREADS)}
    with (
        served(directory, PORTAL_PROCESS="web", **limits) as socket,
        callers() as send,
        held(product.seller),
    ):
        answers = [each.result() for each in send(socket, product, THREADS)]

    for answer in answers:
        assert (answer.status_code, answer.headers["Content-Type"]) == (409, PROBLEM)
        assert answer.json()["type"] == "urn:koogallery:problem:busy"
        assert answer.headers["Retry-After"] == "2"
    assert not Order.objects.exists()


def test_one_sellers_lock_leaves_half_of_the_threads_to_the_others(
    directory: Path, product: Product
) -> None:
    """All wait while its holder does not let go, and all are done once it does."""
    other = make_product(make_seller())
    limits = {"WEB_LOCK_TIMEOUT": FOR_EVER, "WEB_STATEMENT_TIMEOUT": FOR_EVER}
    limits["WEB_THREADS"] = str(THREADS)
    with served(directory, PORTAL_PROCESS="web", **limits) as socket, callers() as send:
        with held(product.seller):
            calls = send(socket, product, 2 * THREADS)
            assert not wait(calls, timeout=1, return_when=FIRST_COMPLETED).done
            assert [each.result().status_code for each in send(socket, other, 1)] == [201]
        assert Counter(each.result().status_code for each in calls) == {201: 2 * THREADS}
    assert Order.objects.filter(seller=product.seller).count() == 2 * THREADS


@contextmanager
def callers() -> Iterator[Callable[[Path, Product, int], list[Future[httpx.Response]]]]:
    """Send so many orders of a product at once."""
    headers = token_of(User.objects.get())

    def order(socket: Path, product: Product, number: str) -> httpx.Response:
        with client_of(socket) as client:
            return client.post("/api/v1/orders/", json=an_order(product, number), headers=headers)

    with ThreadPoolExecutor(3 * THREADS) as pool:

        def send(socket: Path, product: Product, count: int) -> list[Future[httpx.Response]]:
            numbers = [f"{product.number}-{place}" for place in range(count)]
            return [pool.submit(order, socket, product, number) for number in numbers]

        yield send


def test_what_takes_too_long_is_given_up(directory: Path, product: Product) -> None:
    headers = token_of(User.objects.get())
    limits = {"WEB_LOCK_TIMEOUT": FOR_EVER, "WEB_STATEMENT_TIMEOUT": "1"}
    with (
        served(directory, PORTAL_PROCESS="web", **limits) as socket,
        client_of(socket) as client,
        held(product.seller),
    ):
        answer = client.post("/api/v1/orders/", json=an_order(product, "O-1"), headers=headers)

    assert (answer.status_code, answer.headers["Content-Type"]) == (503, PROBLEM)
    assert answer.json()["type"] == "urn:koogallery:problem:took_too_long"
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("path", "media_type", "said"),
    [
        ("/api/v1/me/", PROBLEM, "urn:koogallery:problem:database_away"),
        ("/api/v1/bills/?state=nonsense", PROBLEM, "urn:koogallery:problem:database_away"),
        ("/bills/", "text/html; charset=utf-8", "The database does not answer just now"),
        ("/admin/", "text/html; charset=utf-8", "The database does not answer just now"),
    ],
)
def test_without_the_database_callers_are_asked_to_come_again(
    directory: Path, olga: User, path: str, media_type: str, said: str
) -> None:
    headers, session = token_of(olga), SessionStore()
    session.create()
    cookies = {settings.SESSION_COOKIE_NAME: str(session.session_key)}
    if path.startswith("/api/"):
        cookies = {}
    else:
        headers = {}
    with served(directory, DATABASE_URL=NOWHERE) as socket, client_of(socket) as client:
        client.cookies.update(cookies)
        answer = client.get(path, headers=headers)
        alive = client.get("/health/")

    assert (answer.status_code, answer.headers["Content-Type"]) == (503, media_type)
    assert said in answer.text
    assert answer.headers["Retry-After"] == "5"
    assert alive.status_code == 200
