"""A seller's webhook endpoints: who may manage them, where they may lead, what is replayed."""

import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from koogallery.events.queueing import queue_new_events
from koogallery.kit.errors import Conflict, Forbidden, IllegalTransition, InvalidInput, NotFound
from koogallery.models import Act, Notice, User, WebhookDelivery, WebhookEndpoint
from koogallery.notices import subject_of
from sellers.choices import Role
from sellers.models import Seller
from sellers.services.access import webhook_replays, webhooks
from tests.books import execute, refused_by
from tests.koogallery.events.conftest import happen
from tests.settlement.builders import make_endpoint, make_member, make_operator, make_seller

pytestmark = pytest.mark.django_db

URL = "https://93.184.215.14/hooks"


@pytest.fixture
def seller() -> Seller:
    return make_seller()


@pytest.fixture
def owner(seller: Seller) -> User:
    return make_member(seller, "anna")


@pytest.fixture
def endpoint(seller: Seller, owner: User) -> WebhookEndpoint:
    return webhooks.create_endpoint(seller.number, URL, "our ERP", actor=owner)[0]


@pytest.fixture
def quiet(seller: Seller, owner: User) -> WebhookEndpoint:
    """Made before anything happened, also that it was made."""
    return make_endpoint(seller, owner, URL)


def names(addresses: list[str]) -> Callable[..., list[Any]]:
    def resolve(_host: str, port: int, **_: Any) -> list[Any]:
        families = [socket.AF_INET6 if ":" in each else socket.AF_INET for each in addresses]
        return [
            (family, socket.SOCK_STREAM, 6, "", (address, port))
            for family, address in zip(families, addresses, strict=True)
        ]

    return resolve


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.1",
        "172.16.5.5",
        "192.168.1.1",
        "127.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "[::1]",
        "[fe80::1]",
        "[fc00::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::7f00:1]",
        "2130706433",
    ],
)
def test_R10_private_targets_are_refused(seller: Seller, owner: User, host: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        webhooks.create_endpoint(seller.number, f"https://{host}/hooks", actor=owner)
    assert (refusal.value.code, refusal.value.field) == ("private_target", "url")
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["10.1.2.3", "fd00::1"], ["::ffff:169.254.169.254"]]
)
def test_R10_a_name_that_leads_to_a_private_address_is_refused(
    seller: Seller,
    owner: User,
    endpoint: WebhookEndpoint,
    addresses: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", names(addresses))
    with pytest.raises(InvalidInput) as refusal:
        webhooks.create_endpoint(seller.number, "https://hooks.seller.example/", actor=owner)
    assert refusal.value.code == "private_target"
    with pytest.raises(InvalidInput):
        webhooks.change_endpoint(
            endpoint.number, {"url": "https://hooks.seller.example/"}, actor=owner
        )


@pytest.mark.parametrize(
    "url",
    ["http://93.184.215.14/", "ftp://93.184.215.14/", "hooks", "", "https://u:p@93.184.215.14/"],
)
def test_R10_only_https_addresses_are_called(seller: Seller, owner: User, url: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        webhooks.create_endpoint(seller.number, url, actor=owner)
    assert refusal.value.code == "not_an_address"


@pytest.mark.parametrize("role", [Role.FINANCE, Role.OPERATIONS, Role.VIEWER])
def test_R10_only_owners_manage_endpoints(
    seller: Seller, endpoint: WebhookEndpoint, role: Role
) -> None:
    member = make_member(seller, "bert", role)
    acts: list[Callable[[], object]] = [
        lambda: webhooks.create_endpoint(seller.number, URL, actor=member),
        lambda: webhooks.change_endpoint(endpoint.number, {"description": "x"}, actor=member),
        lambda: webhooks.rotate_secret(endpoint.number, actor=member),
        lambda: webhooks.disable_endpoint(endpoint.number, actor=member),
        lambda: webhooks.enable_endpoint(endpoint.number, actor=member),
        lambda: webhooks.remove_endpoint(endpoint.number, actor=member),
        lambda: webhook_replays.send_test(endpoint.number, actor=member),
        lambda: webhook_replays.replay_events(endpoint.number, sequence_from=1, actor=member),
    ]
    for act in acts:
        with pytest.raises(Forbidden, match="Only an owner"):
            act()


def test_R10_a_strangers_endpoint_does_not_exist(endpoint: WebhookEndpoint) -> None:
    stranger = make_member(make_seller(), "carl")
    with pytest.raises(NotFound):
        webhooks.rotate_secret(endpoint.number, actor=stranger)
    with pytest.raises(NotFound):
        webhooks.create_endpoint(endpoint.seller_number, URL, actor=stranger)


def test_R10_where_events_go_is_the_owners_matter_alone(
    seller: Seller, endpoint: WebhookEndpoint
) -> None:
    root = make_operator("root")
    User.objects.filter(pk=root.pk).update(is_superuser=True)
    before = WebhookEndpoint.objects.values().get()
    acts: list[Callable[[User], object]] = [
        lambda user: webhooks.create_endpoint(seller.number, URL, actor=user),
        lambda user: webhooks.change_endpoint(endpoint.number, {"url": URL}, actor=user),
        lambda user: webhooks.rotate_secret(endpoint.number, actor=user),
        lambda user: webhooks.remove_endpoint(endpoint.number, actor=user),
    ]
    for user in (make_operator(), User.objects.get(pk=root.pk)):
        for act in acts:
            with pytest.raises(Forbidden) as refusal:
                act(user)
            assert refusal.value.code == "owner_only"
    assert WebhookEndpoint.objects.values().get() == before


def test_R10_the_company_hears_of_every_change_of_where_its_events_go(
    seller: Seller, endpoint: WebhookEndpoint, owner: User
) -> None:
    webhooks.change_endpoint(endpoint.number, {"description": "no other address"}, actor=owner)
    webhooks.change_endpoint(endpoint.number, {"url": f"{URL}/2"}, actor=owner)
    webhooks.rotate_secret(endpoint.number, actor=owner)
    webhooks.remove_endpoint(endpoint.number, actor=owner)
    told = Notice.objects.filter(seller_number=seller.number).order_by("sequence")
    assert [(each.kind, each.facts["change"]) for each in told] == [
        ("webhook_changed", "created"),
        ("webhook_changed", "moved"),
        ("webhook_changed", "new_secret"),
        ("webhook_changed", "removed"),
    ]
    assert {each.facts["changed_by"] for each in told} == {"anna"}
    assert subject_of(told[1]) == f"Webhook endpoint {endpoint.number}: it has another address"


def test_R10_operators_help_and_every_act_is_recorded(
    endpoint: WebhookEndpoint, owner: User
) -> None:
    olga = make_operator()
    webhooks.change_endpoint(endpoint.number, {"description": " new "}, actor=owner)
    webhooks.rotate_secret(endpoint.number, actor=owner)
    webhook_replays.send_test(endpoint.number, actor=olga)
    webhooks.disable_endpoint(endpoint.number, actor=olga)
    webhooks.enable_endpoint(endpoint.number, actor=olga)
    webhooks.remove_endpoint(endpoint.number, actor=owner)
    acts = Act.objects.filter(object_kind="webhook", object_number=endpoint.number)
    assert [act.verb for act in acts.order_by("pk")] == [
        "created",
        "changed",
        "rotated_secret",
        "tested",
        "disabled",
        "enabled",
        "removed",
    ]
    assert all("whsec_" not in str(act.facts) for act in acts)


def test_R10_a_rotation_makes_another_secret(endpoint: WebhookEndpoint, owner: User) -> None:
    secrets = {webhooks.rotate_secret(endpoint.number, actor=owner)[1] for _ in range(3)}
    assert len(secrets) == 3 and all(secret.startswith("whsec_") for secret in secrets)


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        (["refund_paid", "bill_issued", "bill_issued"], ["bill_issued", "refund_paid"]),
        (None, None),
    ],
)
def test_R10_kinds_are_chosen_from_the_catalogue(
    endpoint: WebhookEndpoint, owner: User, chosen: Any, kept: Any
) -> None:
    changed = webhooks.change_endpoint(endpoint.number, {"kinds": chosen}, actor=owner)
    assert changed.kinds == kept


@pytest.mark.parametrize(("kinds", "code"), [(["bill_isued"], "unknown_kind"), ([], "no_kind")])
def test_R10_kinds_that_do_not_exist_are_refused(
    endpoint: WebhookEndpoint, owner: User, kinds: list[str], code: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        webhooks.change_endpoint(endpoint.number, {"kinds": kinds}, actor=owner)
    assert (refusal.value.code, refusal.value.field) == (code, "kinds")


def test_R10_a_seller_has_ten_endpoints_at_most(
    seller: Seller, endpoint: WebhookEndpoint, owner: User
) -> None:
    for _ in range(9):
        webhooks.create_endpoint(seller.number, URL, actor=owner)
    with pytest.raises(Conflict, match="at most 10"):
        webhooks.create_endpoint(seller.number, URL, actor=owner)
    webhooks.remove_endpoint(endpoint.number, actor=owner)
    webhooks.create_endpoint(seller.number, URL, actor=owner)


def replayed(endpoint: WebhookEndpoint) -> list[int | None]:
    rows = WebhookDelivery.objects.filter(endpoint=endpoint, cause="replay").order_by("pk")
    return list(rows.values_list("notice__sequence", flat=True))


@pytest.fixture
def told(seller: Seller, quiet: WebhookEndpoint) -> WebhookEndpoint:
    """Told of five events already."""
    happen(seller, *range(1, 6))
    queue_new_events()
    now = timezone.now()
    WebhookDelivery.objects.update(state="delivered", finished_at=now)
    return WebhookEndpoint.objects.get()


def test_R10_a_range_is_replayed_in_order(told: WebhookEndpoint, owner: User) -> None:
    assert (
        webhook_replays.replay_events(told.number, sequence_from=2, sequence_to=4, actor=owner) == 3
    )
    assert replayed(told) == [2, 3, 4]
    # what waits already is not added
    assert webhook_replays.replay_events(told.number, sequence_from=4, actor=owner) == 1
    assert replayed(told) == [2, 3, 4, 5]


def test_R10_all_since_an_instant_are_replayed(told: WebhookEndpoint, owner: User) -> None:
    now = timezone.now()
    assert webhook_replays.replay_events(told.number, since=now, actor=owner) == 0
    assert (
        webhook_replays.replay_events(told.number, since=now - timedelta(hours=1), actor=owner) == 5
    )


def test_R10_only_what_it_subscribes_to_is_replayed(told: WebhookEndpoint, owner: User) -> None:
    webhooks.change_endpoint(told.number, {"kinds": ["bill_issued"]}, actor=owner)
    assert webhook_replays.replay_events(told.number, sequence_from=1, actor=owner) == 0


def test_R10_a_replay_says_what_and_is_bounded(
    told: WebhookEndpoint, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InvalidInput, match="from which sequence"):
        webhook_replays.replay_events(told.number, sequence_to=3, actor=owner)
    monkeypatch.setattr(webhook_replays, "MOST_REPLAYED", 4)
    with pytest.raises(InvalidInput, match="more than 4") as refusal:
        webhook_replays.replay_events(told.number, sequence_from=1, actor=owner)
    assert refusal.value.code == "too_many_events"


def test_R10_one_delivery_is_sent_again(told: WebhookEndpoint, owner: User) -> None:
    first = WebhookDelivery.objects.earliest("pk")
    again = webhook_replays.send_again(first.number, actor=owner)
    assert (again.notice, again.cause, again.state) == (first.notice, "replay", "pending")
    assert again.message_id == first.message_id
    # waiting already: it is only due now
    again.due_at += timedelta(hours=2)
    again.save()
    assert webhook_replays.send_again(again.number, actor=owner).pk == again.pk
    assert WebhookDelivery.objects.count() == 6
    with pytest.raises(NotFound):
        webhook_replays.send_again(first.number, actor=make_member(make_seller(), "carl"))


def test_R10_nothing_is_sent_to_a_disabled_endpoint(told: WebhookEndpoint, owner: User) -> None:
    webhooks.disable_endpoint(told.number, actor=owner)
    with pytest.raises(IllegalTransition):
        webhooks.disable_endpoint(told.number, actor=owner)
    with pytest.raises(IllegalTransition, match="Enable it first"):
        webhook_replays.send_test(told.number, actor=owner)
    with pytest.raises(IllegalTransition):
        webhook_replays.replay_events(told.number, sequence_from=1, actor=owner)


def test_R10_an_event_is_queued_once_per_endpoint(told: WebhookEndpoint) -> None:
    WebhookEndpoint.objects.update(read_through=0)
    with refused_by("an_event_is_queued_once_per_endpoint"):
        execute(
            "INSERT INTO koogallery_webhookdelivery (number, endpoint_id, notice_id, cause, state,"
            " attempts, due_at, created_at) SELECT 'again', endpoint_id, notice_id, cause,"
            " 'pending', 0, now(), now() FROM koogallery_webhookdelivery LIMIT 1"
        )


def test_R10_a_disabled_endpoint_says_why(endpoint: WebhookEndpoint) -> None:
    with refused_by("a_disabled_endpoint_says_why"):
        execute("UPDATE koogallery_webhookendpoint SET state = 'disabled'")
