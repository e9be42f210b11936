"""How operators are told an act: who did it, what it changed, from where it came, what follows.

A word of the vocabulary is told in its reader's language (koogallery/vocabulary.py).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from django.utils.formats import date_format
from django.utils.html import conditional_escape, escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from koogallery.approvals import ACTS
from koogallery.dates import cycle_label, day_text, instant_text
from koogallery.exports.kinds import LABELS
from koogallery.kit.cycles import is_cycle
from koogallery.kit.errors import DomainError
from koogallery.kit.figures import figure_text, money_text
from koogallery.kit.language import marked_number
from koogallery.kit.seen import Changed, Fact, is_amount, is_share
from koogallery.models import Act, User
from koogallery.vocabulary import DONE, SENTENCES, said, word

_ANSWERS = {"yes": True, "no": False}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d|\Z)")
#: What stands for the content of something: kept on record, and told nobody anything.
_DIGEST = re.compile(r"(SHA-256 )?[0-9a-f]{64}\Z")


BILLS = marked_number("%(count)s bill", "%(count)s bills")
LINES = marked_number("%(count)s line", "%(count)s lines")
LOOKS_RECORDED = marked_number("%(count)s look is recorded.", "%(count)s looks are recorded.")


def counted(count: int, forms: tuple[str, str]) -> str:
    """1 bill, 2 bills, 1,000 bills."""
    return ngettext(*forms, count) % {"count": f"{count:,}"}


#: How facts end whose values are cycles.
CYCLES = ("cycle", "window_start", "window_end")

#: What changes nothing.
LOOKED_AT = frozenset({"exported", "downloaded"})


def last_looks(acts: Iterable[Act]) -> Iterator[Act]:
    """Of what each person only looked at, the last time."""
    every = [*acts]
    last = {(act.verb, act.actor_id): act for act in every}
    for act in every:
        if act.verb not in LOOKED_AT or last[act.verb, act.actor_id] == act:
            yield act


def who(act: Act) -> str:
    return called(act.actor) if act.actor else _("The portal")


def called(person: User) -> str:
    return person.get_full_name() or person.get_username()


def sentence(act: Act, number: str = "") -> SafeString:
    """Who did what to what; `number` is the object's as a link, where it leads to its page."""
    verb = act.verb.replace("_", " ")
    what = _filled(
        _("%(kind)s %(number)s"), kind=word(act.object_kind), number=number or act.object_number
    )
    return _filled(_(SENTENCES.get(verb, DONE)), who=who(act), verb=word(verb), what=what)


def _filled(text: str, **values: str) -> SafeString:
    told = {name: conditional_escape(value) for name, value in values.items()}
    return mark_safe(escape(text) % told)  # noqa: S308  # of escaped parts


def changes(act: Act) -> SafeString:
    """Each field with what it was and is; then what else is known."""
    return format_html_join("", '<div><span class="muted">{}</span> {}</div>', _lines(act))


def _lines(act: Act) -> Iterator[tuple[str, str]]:
    """An amount has its currency beside it, where that is on record with it."""
    currency = act.facts.get("currency")
    told = {name for name, of in act.facts.items() if currency and is_amount(name, of)}

    def shown(name: str, value: Any) -> str:
        if currency and is_amount(name, value):
            return money_text(Decimal(value), currency)
        return _shown(value, name, act.object_kind)

    for name, (before, after) in act.changes.items():
        if _DIGEST.match(str(after)):
            continue
        yield (
            word(name),
            _became(before, after)
            % {
                "before": shown(name, before),
                "after": shown(name, after),
            },
        )
    for name, value in act.facts.items():
        if name in act.changes or value in ("", None) or _DIGEST.match(str(value)):
            continue
        if not (name == "currency" and told):
            yield word(name), shown(name, value)


def _became(before: Any, after: Any) -> str:
    if before in ("", None):
        return _("now “%(after)s”")
    if after in ("", None):
        return _("no longer “%(before)s”")
    return _("from “%(before)s” to “%(after)s”")


def _shown(value: Any, name: str = "", kind: str = "") -> str:
    if value is None or value == "":
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_shown(each, name, kind) for each in value) or _("none")
    text = str(value)
    if isinstance(value, int) or is_amount(name, text) or is_share(name, text):
        return figure_text(name, Decimal(text))
    if name.endswith(CYCLES) and is_cycle(text):
        return cycle_label(text)
    return _in_the_zone(text) if _INSTANT.match(text) else _called(name, text, kind)


def _called(name: str, text: str, kind: str) -> str:
    if name == "act" and text in ACTS:
        return str(ACTS[text].label)
    if name == "list":
        return str(LABELS.get(text, text))
    return filters(text) if name == "query" else said(name, text, kind)


def filters(query: str) -> str:
    """What narrows a list, as its address says it."""
    asked = [(name, _ANSWERS.get(value, value)) for name, value in parse_qsl(query)]
    told = (
        _("%(filter)s: %(value)s") % {"filter": word(name), "value": _shown(value, name)}
        for name, value in asked
    )
    return _(", ").join(told)


def _in_the_zone(text: str) -> str:
    """Acts keep days and instants in ISO 8601; people read them in the settlement time zone."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return text
    return instant_text(instant) if "T" in text else day_text(instant.date())


def fact_name(fact: Fact | Changed) -> str:
    """Run day of cycle February 2026."""
    of = cycle_label(fact.of) if is_cycle(fact.of) else fact.of
    return f"{capfirst(word(fact.name))} {of}".strip()


def fact_value(value: Any, name: str = "") -> str:
    """Nothing where it is not there; as it stands where it is none of ours."""
    if value is None:
        return _("nothing")
    try:
        return _fact(value, name)
    except (ArithmeticError, DomainError, KeyError, RecursionError, TypeError, ValueError):
        return str(value)


def _fact(value: Any, name: str = "") -> str:
    if isinstance(value, list):
        return ", ".join(_fact(each, name) for each in value) or _("none")
    if not isinstance(value, dict):
        return f"{value:.8}…" if _DIGEST.match(str(value)) else _shown(value, name)
    if "currency" in value:
        return money_text(Decimal(value["amount"]), value["currency"])
    if "day" in value:
        return date_format(date.fromisoformat(value["day"]), "WEEKDAY_FORMAT")
    before, after = _fact(value["before"]), _fact(value["after"])
    if before == after:
        return _("%(value)s, unchanged") % {"value": before}
    return f"{before} → {after}"


def origin(act: Act) -> str:
    """The channel, and the token or the address it came by."""
    parts = [act.get_channel_display(), act.token, act.ip_address or ""]
    return _(", ").join(filter(None, parts)) or "–"
