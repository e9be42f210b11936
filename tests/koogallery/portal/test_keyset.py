import pytest
from django.db.models import QuerySet
from django.http import QueryDict

from koogallery.models import User
from koogallery.portal.keyset import KeysetPage, keyset_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def users() -> QuerySet[User]:
    User.objects.bulk_create(User(pk=pk, username=f"user-{pk}") for pk in range(1, 6))
    return User.objects.all()


def keys(page: KeysetPage[User]) -> list[int]:
    return [user.pk for user in page.rows]


def test_pages_follow_each_other_without_gap(users: QuerySet[User]) -> None:
    first = keyset_page(users, QueryDict(""), key="pk", size=2)
    second = keyset_page(users, QueryDict(f"after={first.after}"), key="pk", size=2)
    third = keyset_page(users, QueryDict(f"after={second.after}"), key="pk", size=2)

    assert [keys(first), keys(second), keys(third)] == [[1, 2], [3, 4], [5]]
    assert (first.before, third.after) == (None, None)


def test_going_back_shows_the_same_pages(users: QuerySet[User]) -> None:
    second = keyset_page(users, QueryDict("before=5"), key="pk", size=2)
    first = keyset_page(users, QueryDict(f"before={second.before}"), key="pk", size=2)

    assert [keys(first), keys(second)] == [[1, 2], [3, 4]]
    assert (first.before, second.after) == (None, 4)


@pytest.mark.parametrize(
    "asked", ["after=x", "after=-1", "after=99999999999", "before=", "after=²"]
)
def test_an_unreadable_key_means_the_first_page(users: QuerySet[User], asked: str) -> None:
    assert keys(keyset_page(users, QueryDict(asked), key="pk", size=2)) == [1, 2]


def test_beyond_the_end_is_an_empty_page(users: QuerySet[User]) -> None:
    assert keyset_page(users, QueryDict("after=5"), key="pk", size=2) == KeysetPage([], None, None)
