from django.http import QueryDict

from koogallery.portal.cells import Amount
from koogallery.portal.tables import Column, SortLink, legal_orderings, sort_link

AMOUNT = Amount("Amount", sort="-amount")
NAME = Column("Name", sort="+name")
NOTE = Column("Note")


def test_only_declared_columns_may_be_sorted() -> None:
    assert legal_orderings((AMOUNT, NOTE)) == {"amount", "-amount"}
    assert sort_link(NOTE, QueryDict(""), "name") is None


def test_the_first_click_sorts_in_the_columns_own_direction() -> None:
    assert sort_link(AMOUNT, QueryDict(""), "name") == SortLink("?sort=-amount", None)
    assert sort_link(NAME, QueryDict(""), "-amount") == SortLink("?sort=name", None)


def test_a_second_click_turns_the_direction_round() -> None:
    descending = sort_link(AMOUNT, QueryDict("sort=-amount"), "-amount")
    ascending = sort_link(AMOUNT, QueryDict("sort=amount"), "amount")

    assert descending == SortLink("?sort=amount", "descending")
    assert ascending == SortLink("?sort=-amount", "ascending")


def test_sorting_keeps_the_filters_and_starts_at_the_first_page() -> None:
    link = sort_link(NAME, QueryDict("state=paid&after=3"), "-amount")

    assert link == SortLink("?state=paid&sort=name", None)
