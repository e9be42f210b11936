"""How operators are told an act: who did it, what it changed, from where it came, what follows."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from koogallery.dates import instant_text
from koogallery.kit.errors import DomainError
from koogallery.kit.figures import money_text
from koogallery.kit.seen import Changed, Fact
from koogallery.models import Act

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
#: A state or another word of the vocabulary, as it is stored.
_WORD = re.compile(r"[a-z]+(_[a-z]+)+\Z")
#: What stands for the content of something: kept on record, and told nobody anything.
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


def counted(count: int, one: str, many: str = "") -> str:
    """1 bill, 2 bills, 1,000 bills; `many` where an s does not make it."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def who(act: Act) -> str:
    return str(act.actor) if act.actor else "the portal"


def changes(act: Act) -> SafeString:
    """Each field with what it was and is; then what else is known."""
    return format_html_join("", '<div><span class="muted">{}</span> {}</div>', _lines(act))


def _lines(act: Act) -> Iterator[tuple[str, Any]]:
    for name, (before, after) in act.changes.items():
        yield _name(name), format_html("{} → {}", _shown(before), _shown(after))
    for name, value in act.facts.items():
        if name not in act.changes and value not in ("", None) and not _DIGEST.match(str(value)):
            yield _name(name), _shown(value)


def _name(name: str) -> str:
    return name.replace("_", " ")


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, str) and _WORD.match(value):
        return value.replace("_", " ")
    return _in_the_zone(value) if isinstance(value, str) and _INSTANT.match(value) else str(value)


def _in_the_zone(text: str) -> str:
    """Acts keep instants in ISO 8601; people read them in the settlement time zone."""
    try:
        return instant_text(datetime.fromisoformat(text))
    except ValueError:
        return text


def fact_name(fact: Fact | Changed) -> str:
    """Run day of cycle 202602."""
    return f"{_name(fact.name).capitalize()} {fact.of}".strip()


def fact_value(value: Any) -> str:
    """Nothing where it is not there; as it stands where it is none of ours."""
    if value is None:
        return "nothing"
    try:
        return _fact(value)
    except (ArithmeticError, DomainError, KeyError, RecursionError, TypeError, ValueError):
        return str(value)


def _fact(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_fact, value)) or "none"
    if not isinstance(value, dict):
        return f"{value:.8}…" if _DIGEST.match(str(value)) else _shown(value)
    if "currency" in value:
        return money_text(Decimal(value["amount"]), value["currency"])
    if "day" in value:
        return f"{date.fromisoformat(value['day']):%A, %d %B %Y}"
    before, after = _fact(value["before"]), _fact(value["after"])
    return f"{before}, unchanged" if before == after else f"{before} → {after}"


def origin(act: Act) -> str:
    """The channel, and the token or the address it came by."""
    parts = [act.get_channel_display(), act.token, act.ip_address or ""]
    return ", ".join(filter(None, parts)) or "–"
