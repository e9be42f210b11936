"""What a person reads on a page: every visible text, and what assistive technology reads out."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from babel import Locale
from django.apps import apps
from django.db.models import CharField, JSONField, TextField

from koogallery.kit.money import MINOR_UNITS

APPS = ("koogallery", "sellers", "settlement")
#: Attributes that are read like text.
READ = frozenset({"alt", "aria-label", "data-label", "placeholder", "title"})
#: `bdi`: written in its own language, which it says.
UNSEEN = frozenset({"abbr", "bdi", "code", "pre", "script", "style", "svg"})
#: A sign of this font is drawn by its name.
ICON = "material-symbols-outlined"
#: The same in every language.
EVERYWHERE = (
    "Asia/Shanghai", "UTC", "KooGallery", "PDF", "Excel", "XLSX", "CSV", "JSON", "English",
    "Authorization: Bearer …", "REST API", "HTTP", "POST", "AK", "SK", "https://", "csv", "xlsx",
    "pdf", "Parquet",
)  # fmt: skip


class Page(HTMLParser):
    """`texts` in the order they are read; attributes are texts of their own."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.attributes: list[str] = []
        self._unseen = 0
        self._is_icon = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in UNSEEN
        self._is_icon = ICON in (dict(attrs).get("class") or "")
        self.attributes += [value for name, value in attrs if name in READ and value]

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN
        self._is_icon = False

    def handle_data(self, data: str) -> None:
        if not (self._unseen or self._is_icon) and data.strip():
            self.texts.append(data)


def stored_texts() -> frozenset[str]:
    """What the database holds, and names that no message of ours tells: data on every page."""
    found: set[str] = set()
    for model in (model for app in APPS for model in apps.get_app_config(app).get_models()):
        for field in model._meta.concrete_fields:
            if isinstance(field, CharField | TextField | JSONField):
                for value in model._base_manager.values_list(field.name, flat=True).distinct():
                    found.update(_words_of(value))
    english = Locale("en").territories
    return frozenset({*found, *MINOR_UNITS, *english, *english.values()})


def _words_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _words_of(inner)


def without_data(text: str, data: frozenset[str]) -> str:
    """The text without what is data, the longest first."""
    known = [word for word in (*data, *EVERYWHERE) if len(word) > 1 and word in text]
    for word in sorted(known, key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", " ", text)
    return text
