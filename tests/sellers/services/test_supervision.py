"""A seller tells that a service was provided (R9.3)."""

import pytest

from koogallery.kit.errors import Forbidden, IllegalTransition, NotFound
from koogallery.models import Act, User
from sellers.choices import Role
from sellers.models import Order
from sellers.services.orders.supervision import provide_service
from tests.settlement.builders import make_member
from tests.world import a_product, a_seller, an_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    product = a_product(a_seller(), delivery="license", supervised=True)
    return an_order(product, "100", "2024-03-05", supervision="waiting_for_service")


@pytest.mark.parametrize("role", [Role.OWNER, Role.OPERATIONS])
def test_R9_3_a_provided_service_waits_for_its_acceptance(order: Order, role: Role) -> None:
    mia = make_member(order.seller, "mia", role)
    provided = provide_service(order.number, actor=mia)

    assert (provided.supervision_status, provided.cycle) == ("waiting_for_acceptance", None)
    act = Act.objects.get(verb="served")
    assert (act.actor, act.object_number) == (mia, order.number)
    with pytest.raises(IllegalTransition):
        provide_service(order.number, actor=mia)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.VIEWER])
def test_R9_3_who_does_not_provide_services_tells_nothing(order: Order, role: Role) -> None:
    with pytest.raises(Forbidden):
        provide_service(order.number, actor=make_member(order.seller, "mia", role))
    order.refresh_from_db()
    assert order.supervision_status == "waiting_for_service"


def test_R9_3_a_stranger_finds_no_order(order: Order) -> None:
    with pytest.raises(NotFound):
        provide_service(order.number, actor=User.objects.create_user("stranger"))
