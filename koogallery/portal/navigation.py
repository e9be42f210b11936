"""What the console's navigation offers. An entry appears here when its pages work."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the navigation; `pages` are the URL names under which it counts as current."""

    label: str
    page: str
    pages: frozenset[str] = frozenset()

    def is_current(self, page: str) -> bool:
        return page == self.page or page in self.pages


@dataclass(frozen=True, slots=True)
class Section:
    label: str
    entries: tuple[Entry, ...]


NAVIGATION = (
    Section(
        "Settlement",
        (Entry("Bills", "console:bill-list", frozenset({"console:bill-detail"})),),
    ),
)

#: Where a member of a seller arrives.
FIRST_PAGE = NAVIGATION[0].entries[0].page
