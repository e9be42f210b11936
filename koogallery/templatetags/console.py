"""Tags of the console: each value has one way to be written."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from koogallery import dates
from koogallery.countries import country_name
from koogallery.kit import figures
from koogallery.kit.money import ZERO
from koogallery.languages import Text
from koogallery.portal import formats, navigation
from koogallery.portal.navigation import Entry
from koogallery.portal.tables import Column, SortLink, sort_link
from koogallery.settlement_time import ZONE
from koogallery.tones import Tone, tone_of

register = template.Library()

register.filter("cycle_label", dates.cycle_label)


@register.filter
def tone(row: Any) -> Tone:
    return tone_of(row).for_sellers


register.filter("long_day", dates.long_day_text)
register.filter("percent", figures.percent_text)


@register.simple_tag
def amount(
    value: Decimal, currency: str, *, named: bool = True, signed: bool = False
) -> SafeString:
    """A total. `named=False` in a column or sum whose head names the currency once."""
    text = figures.amount_text(value, currency)
    if signed and value > ZERO:
        text = f"+{text}"
    if not named:
        return _amount(text, value)
    return _amount(format_html('{} <span class="currency">{}</span>', text, currency), value)


register.filter("country", country_name)


@register.simple_tag
def exact_amount(value: Decimal, currency: str, decimals: int) -> SafeString:
    """A line's amount in a column whose longest fraction has `decimals` digits."""
    text = figures.exact_amount_text(value, currency)
    pad = formats.padding(value, currency, decimals)
    return _amount(format_html('{}<span class="pad">{}</span>', text, pad) if pad else text, value)


def _amount(shown: str, value: Decimal) -> SafeString:
    return format_html('<data class="amount" value="{}">{}</data>', f"{value:f}", shown)


@register.simple_tag
def instant(value: datetime, *, zone: bool = True) -> SafeString:
    """`zone=False` in a column whose head prints the zone once."""
    machine = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    shown = dates.instant_text(value)
    if zone:
        shown = format_html('{}<span class="zone"> ({})</span>', shown, ZONE.key)
    return format_html('<time class="instant" datetime="{}">{}</time>', machine, shown)


@register.simple_tag
def number_link(page: str, number: str, shown: str = "", *, order: str = "") -> SafeString:
    """A number that leads to its page; with `order`, to that order's lines on a bill."""
    address = reverse(f"console:{page}", args=[number])
    if order:
        address = f"{address}?{urlencode({'order': order})}#lines"
    return format_html('<a class="text-link number" href="{}">{}</a>', address, shown or number)


@register.filter
def plain(value: Decimal) -> str:
    """A quantity without the zeros its column adds."""
    return f"{value.normalize():f}"


@register.filter
def day(value: date) -> str:
    """A day of the settlement time zone: 7 Feb 2026."""
    return dates.day_text(value)


@register.simple_tag
def status(label: str, tone: Tone) -> SafeString:
    return format_html('<span class="status status-{}">{}</span>', tone, label)


@register.simple_tag
def state(row: Any) -> SafeString:
    """The one badge of a state, wherever its row is shown."""
    return status(row.get_state_display(), tone(row))


@register.simple_tag
def rule(number: str) -> SafeString:
    """The settlement rule a figure follows, as people can quote it; it leads to its text."""
    told = _("Rule\N{NO-BREAK SPACE}%(number)s") % {"number": number}
    return format_html('<a class="rule" href="{}#{}">{}</a>', reverse("rules"), number, told)


@register.simple_tag(takes_context=True)
def current_entry(context: dict[str, Any]) -> Entry | None:
    """The entry of the navigation that the page stands below."""
    return navigation.current_entry(context["request"].path, context.get("view"))


@register.simple_tag(takes_context=True)
def offered(context: dict[str, Any]) -> list[tuple[Text, list[Entry]]]:
    """What the reader's role opens; pages that do not know their reader offer all."""
    reader = context.get("reader")
    sections = (
        (each.label, [one for one in each.entries if reader is None or reader.opens(one.view)])
        for each in context["navigation"]
    )
    return [(label, entries) for label, entries in sections if entries]


@register.inclusion_tag("console/components/contact.html", takes_context=True)
def contact(context: Context, number: str) -> dict[str, str]:
    """How to ask about what the page shows."""
    page = settings.PORTAL_URL + context["request"].path
    return {"number": number, "address": contact_address(number, page)}


@register.inclusion_tag("console/components/column_head.html", takes_context=True)
def column_head(context: Context, column: Column) -> dict[str, Any]:
    """A column's heading; sortable ones link to the same list sorted by them."""
    link: SortLink | None = sort_link(column, context["request"].GET, context["ordering"])
    return {"column": column, "link": link, "zone": ZONE.key}


@register.inclusion_tag("console/components/list_sums.html", takes_context=True)
def list_sums(context: Context) -> dict[str, Any]:
    """What all rows of a list come to, a currency a row, below the columns of the amounts."""
    totals, columns = context["totals"], list(context["columns"])
    has_amounts = any(each.is_money for each in columns)
    sums = totals.sums if totals and totals.count > 1 and has_amounts else {}
    first = next((place for place, each in enumerate(columns) if each.is_money), 0)
    rows = [
        (
            currency,
            [
                (each, each.summed(summed[each.field], currency, context))
                if summed.get(each.field) is not None
                else (each, "")
                for each in columns[first:]
            ],
        )
        for currency, summed in sums.items()
    ]
    return {"rows": rows, "first": first, "label": totals and totals.label}


@register.simple_tag(takes_context=True)
def cells(context: Context, row: Any) -> SafeString:
    """A row of the list as its columns say; `beside` is what the page knows of it besides."""
    view = context["view"]
    with context.push(row=row, **view.beside(row)):
        return format_html_join("", "{}", ((each.cell(row, context),) for each in view.columns))


def contact_address(number: str, page: str) -> str:
    """Of a ticket or a mail; empty where there is none, and people ask whom they know."""
    address = settings.SUPPORT_ADDRESS
    if not address or "://" in address:
        filled = {"{number}": number, "{page}": page}
        for place, value in filled.items():
            address = address.replace(place, quote(value, safe=""))
        return str(address)
    told = {"subject": f"KooGallery {number}", "body": f"{page}\n\n"}
    return f"mailto:{address}?{urlencode(told, safe='', quote_via=quote)}"
