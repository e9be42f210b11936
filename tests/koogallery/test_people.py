"""Who manages people gives no rights to themselves and leaves nobody without a superuser."""

from typing import Any

import pytest

from koogallery.duties import Duty, require_duty
from koogallery.kit.errors import DomainError, Forbidden
from koogallery.models import User
from koogallery.people import set_rights
from tests.books import snapshot
from tests.settlement.builders import make_operator

pytestmark = pytest.mark.django_db

RIGHTS = {"is_active": True, "is_staff": True, "is_superuser": True, "operator_roles": []}


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser("root")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"operator_roles": ["refund_officer"]}, "own_rights"),
        ({"operator_roles": ["emperor"]}, "unknown_role"),
        ({"is_superuser": False}, "last_superuser"),
        ({"is_active": False}, "last_superuser"),
        ({"is_staff": False}, "last_superuser"),
    ],
)
def test_R4_4_rights_that_are_not_given_or_taken(
    root: User, changed: dict[str, Any], code: str
) -> None:
    before = snapshot()
    with pytest.raises(DomainError) as refusal:
        set_rights("root", **{**RIGHTS, **changed}, actor=root)
    assert (refusal.value.code, snapshot()) == (code, before)


def test_what_is_operators_is_no_sellers() -> None:
    with pytest.raises(Forbidden) as refusal:
        require_duty(User.objects.create_user("lina"), Duty.RUN_BILLS, "close a cycle", rule="R1.6")
    assert (refusal.value.code, refusal.value.rule) == ("operator_only", "R1.6")
    require_duty(make_operator(), Duty.RUN_BILLS)
