"""What the console's navigation offers: the apps that own the pages say it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import resolve, reverse

from koogallery.languages import Text


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the navigation, to the page of this URL name."""

    label: Text
    page: str

    @property
    def address(self) -> str:
        return _address(self.page)

    @property
    def view(self) -> Any:
        """The class of the page."""
        return _view(self.page)


@dataclass(frozen=True, slots=True)
class Section:
    """Without a label: pages that stand for themselves."""

    label: Text
    entries: tuple[Entry, ...]


def entry(label: Text, page: str) -> Entry:
    return Entry(label, f"console:{page}")


#: In the order in which they stand.
NAVIGATION: list[Section] = []

#: Where a member of a seller arrives.
FIRST_PAGE = "console:overview"


def current_entry(path: str, view: object) -> Entry | None:
    """The entry that a page stands below: the one its view names as `menu`, else by its address."""
    named = getattr(view, "menu", "")
    found = [each for each in _entries() if named == each.page.partition(":")[2]]
    found = found or [each for each in _entries() if path.startswith(each.address)]
    return max(found, key=lambda each: len(each.address), default=None)


@cache
def _address(page: str) -> str:
    return reverse(page)


@cache
def _view(page: str) -> Any:
    return resolve(_address(page)).func.view_class  # type: ignore[attr-defined]


def _entries() -> Iterator[Entry]:
    for section in NAVIGATION:
        yield from section.entries
