import pytest
from django.db.models import QuerySet
from django.http import QueryDict

from koogallery.models import User
from koogallery.portal.keyset import KeysetPage, sorted_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def users() -> QuerySet[User]:
    """Three names for five, so that some are equal in it."""
    User.objects.bulk_create(
        User(pk=pk, username=f"user-{pk}", last_name="abb"[pk % 3]) for pk in range(1, 6)
    )
    return User.objects.all()


def page(users: QuerySet[User], query: str, ordering: str = "id") -> KeysetPage[User]:
    return sorted_page(users, QueryDict(query), ordering=ordering, size=2)


def keys(shown: KeysetPage[User]) -> list[int]:
    return [user.pk for user in shown.rows]


def test_pages_follow_each_other_without_gap(users: QuerySet[User]) -> None:
    first = page(users, "")
    second = page(users, f"after={first.after}")
    third = page(users, f"after={second.after}")

    assert [keys(first), keys(second), keys(third)] == [[1, 2], [3, 4], [5]]
    assert (first.before, first.after, third.after) == (None, "2", None)


@pytest.mark.parametrize(
    ("ordering", "pages"),
    [("last_name", [[3, 1], [2, 4], [5]]), ("-last_name", [[5, 4], [2, 1], [3]])],
)
def test_equal_values_are_told_apart_by_the_id(
    users: QuerySet[User], ordering: str, pages: list[list[int]]
) -> None:
    first = page(users, "", ordering)
    second = page(users, f"after={first.after}", ordering)
    third = page(users, f"after={second.after}", ordering)
    back = page(users, f"before={third.before}", ordering)

    assert [keys(first), keys(second), keys(third)] == pages
    assert keys(back) == pages[1]


def test_going_back_shows_the_same_pages(users: QuerySet[User]) -> None:
    second = page(users, "before=5")
    first = page(users, f"before={second.before}")

    assert [keys(first), keys(second)] == [[1, 2], [3, 4]]
    assert (first.before, second.after) == (None, "4")


def test_the_last_page_is_one_step_away(users: QuerySet[User]) -> None:
    last = page(users, "before=~", "last_name")

    assert (keys(last), last.after) == ([4, 5], None)
    assert keys(page(users, f"before={last.before}", "last_name")) == [1, 2]


@pytest.mark.parametrize(
    "asked", ["after=x", "after=-1", "after=99999999999999999999", "before=", "after=²"]
)
def test_an_unreadable_place_means_the_first_page(users: QuerySet[User], asked: str) -> None:
    assert keys(page(users, asked)) == [1, 2]


@pytest.mark.parametrize("place", ["a", "a~", "a~x", "a~99999999999999999999", "a~²"])
def test_so_does_a_place_without_an_id(users: QuerySet[User], place: str) -> None:
    assert keys(page(users, f"after={place}", "last_name")) == [3, 1]


def test_beyond_the_end_is_an_empty_page(users: QuerySet[User]) -> None:
    assert page(users, "after=5") == KeysetPage([], None, None)
