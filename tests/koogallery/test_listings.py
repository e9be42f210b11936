"""A list as it is declared: what its page, its phone cards, its filters and its file make of it."""

from dataclasses import replace

import pytest
from django.http import QueryDict
from django.template import Context, Template

from koogallery.api.filters import ByCycle
from koogallery.exports.kinds import KINDS
from koogallery.kit.errors import InvalidInput
from koogallery.listings import Listing, chosen_rows
from koogallery.portal.cells import Amount, Month, Number
from koogallery.portal.tables import Column, FileOnly
from koogallery.portal.totals import Totals, totals_of
from koogallery.urls import console
from sellers.listings.products import PRODUCTS
from sellers.models import Product
from settlement.listings.bills import LINES
from tests.world import a_product, a_seller, an_operator

#: Every list that stands on a page of the console, by its name there.
EVERY: dict[str, Listing] = {
    str(page.callback.view_class.listing.title): page.callback.view_class.listing  # type: ignore[attr-defined]
    for page in console
    if hasattr(getattr(page.callback, "view_class", None), "listing")
}
every = pytest.mark.parametrize("listing", EVERY.values(), ids=EVERY)


@every
def test_a_page_narrows_by_the_filters_of_the_interface(listing: Listing, db: None) -> None:
    """A piece of text to find is the page's own; everything else means what it means over REST."""
    own = {"find"} if listing is not LINES else {"order"}
    offered = {each.name for each in listing.narrowed_by} - own
    assert offered <= set(listing.filters.base_filters)
    form = listing.narrowed(listing.rows.none(), QueryDict()).form
    assert list(form.fields) == [each.name for each in listing.narrowed_by]
    assert [field.label for field in form.fields.values()] == [
        each.label for each in listing.narrowed_by
    ]


@every
def test_a_list_with_days_is_narrowed_from_one_to_another(listing: Listing, db: None) -> None:
    """A day counts as a whole; what ends before it starts is refused by its name."""
    has_days = any(each.is_instant or isinstance(each, Month) for each in listing.shown)
    ends = [each.name for each in listing.narrowed_by if each.name.endswith("_to")]
    assert bool(ends) is has_days
    for end in ends:
        by_cycle = isinstance(listing.filters.base_filters[end], ByCycle)
        late, early = ("202602", "202601") if by_cycle else ("2026-03-02", "2026-03-01")
        start = f"{end.removesuffix('_to')}_from"
        for first, last, refused in ((early, early, []), (late, early, [end])):
            query = QueryDict(f"{start}={first}&{end}={last}")
            assert [*listing.narrowed(listing.rows.all(), query).form.errors] == refused


@every
def test_a_list_is_sorted_by_what_is_never_missing(listing: Listing) -> None:
    columns = {each.sorted_by for each in listing.shown if each.sorted_by}
    columns.add(listing.ordering.removeprefix("-"))
    fields = {each.name: each for each in listing.rows.model._meta.get_fields()}
    assert not [each for each in columns if each in fields and fields[each].null]


@every
@pytest.mark.django_db
def test_a_list_is_counted_and_summed(listing: Listing) -> None:
    assert totals_of(listing.rows.all(), listing.shown) == Totals(0)


@every
@pytest.mark.django_db
def test_each_column_is_chosen_by_a_name_of_its_own(listing: Listing) -> None:
    """On the page and in the file; what heads a row stays, and a file's amounts their currency."""
    keys = [each.key for each in listing.offered]
    assert all(keys)
    assert len(keys) == len({*keys})
    for each in listing.offered:
        query = QueryDict(f"columns={each.key}")
        left = listing.of_choice(query)
        stay = [e for e in listing.shown if e == each or listing.draws or e.is_head]
        assert [e for e in left.shown if e in stay or e.name != "currency"] == stay
        if listing.export and each.name:
            names = listing.console(an_operator(), query).columns
            assert each.name in names
            assert not each.is_money or "currency" in names


@every
@pytest.mark.django_db
def test_every_filter_of_a_file_leads_to_a_column_of_its_rows(listing: Listing) -> None:
    exported = listing.filters.base_filters.values() if listing.export else ()
    rows = listing.read_by(listing.rows.all(), an_operator())
    for each in [filter_ for filter_ in exported if not filter_.method]:
        assert str(rows.filter(**{f"{each.field_name}__isnull": False}).query)


@every
def test_what_names_an_export_is_one(listing: Listing) -> None:
    assert not listing.export or listing.export in KINDS


@every
@pytest.mark.django_db
def test_a_file_has_every_column_once(listing: Listing) -> None:
    names = [each.name for each in listing.columns if each.name]
    assert len(names) == len(set(names))
    if listing.export:
        assert list(listing.client(an_operator(), QueryDict()).rows()) == []


@pytest.fixture
def product(db: None) -> Product:
    return a_product(a_seller(company="Contoso Cloud"))


def page_of(listing: Listing, *, several: bool = False) -> str:
    """The rows as a page draws them."""

    class View:
        columns = listing.shown

        def beside(self, row: object) -> dict[str, object]:  # noqa: ARG002
            return {}

    context = Context({"view": View(), "several_sellers": several, "rows": listing.rows.all()})
    return Template("{% load console %}{% for row in rows %}{% cells row %}{% endfor %}").render(
        context
    )


def test_a_column_more_is_one_line(product: Product) -> None:
    """It heads a column, labels its card on a phone, sorts the list and stands in the file."""
    more = Column("Told name", "name", sort="+")
    listing = replace(PRODUCTS, columns=(Number("No.", "number", "product-detail"), more))
    query = QueryDict("sort=name")

    assert f'<td data-label="Told name">{product.name}</td>' in page_of(listing)
    assert listing.ordered_by(query) == "name"
    assert listing.kind().columns == ("number", "name")
    assert list(listing.console(an_operator(), query).rows()) == [(product.number, product.name)]


def test_a_cell_has_its_kind_its_note_and_what_stands_for_nothing(product: Product) -> None:
    columns = (
        Column("Name", "name", phone="N", note=("number",), several="seller__company_name"),
        Amount("Asked", "delisted_at", empty="nothing yet", is_strong=True),
        FileOnly("created_at"),
    )
    listing = replace(PRODUCTS, columns=columns)
    note = f'<span class="line-note">{product.number}'
    empty = '<td data-label="Asked" class="amount-cell font-semibold">'

    assert page_of(listing) == (
        f'<td data-label="N"><span>{product.name} {note}</span></span></td>'
        f'{empty}<span class="muted">nothing yet</span></td>'
    )
    assert f"{note} · Contoso Cloud</span>" in page_of(listing, several=True)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("find=FIRE", True),
        ("find=nothing-like-it", False),
        ("delivery_method=saas", True),
        ("delivery_method=license", False),
        ("delivery_method=license,saas", True),
        ("delivery_method=lost", False),
        ("listed=false", True),
    ],
)
def test_a_page_is_narrowed_by_what_it_offers_alone(
    product: Product, query: str, found: bool
) -> None:
    rows = chosen_rows(PRODUCTS.narrowed(PRODUCTS.rows.all(), QueryDict(query)))
    assert list(rows) == ([product] if found else [])


def test_a_file_refuses_what_the_page_could_not_read(product: Product) -> None:
    with pytest.raises(InvalidInput) as refusal:
        PRODUCTS.console(an_operator(), QueryDict("delivery_method=lost"))
    assert [each.field for each in refusal.value.violations] == ["query.delivery_method"]
