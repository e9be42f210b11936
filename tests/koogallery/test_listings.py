"""A list as it is declared: what its page, its phone cards, its filters and its file make of it."""

from dataclasses import replace

import pytest
from django.http import QueryDict
from django.template import Context, Template

from koogallery.kit.errors import InvalidInput
from koogallery.listings import Listing, chosen_rows
from koogallery.portal.cells import Amount, Number
from koogallery.portal.tables import Column, FileOnly
from sellers.listings.messages import MESSAGES
from sellers.listings.notices import NOTICES
from sellers.listings.product_applications import PRODUCT_APPLICATIONS
from sellers.listings.products import PRODUCTS
from sellers.listings.supervisions import SUPERVISIONS
from sellers.listings.webhook_deliveries import DELIVERIES
from sellers.models import Product
from settlement.listings.bills import BILLS, LINES
from settlement.listings.deposits import DEPOSITS, MOVEMENTS
from settlement.listings.disputes import DISPUTES
from settlement.listings.invoices import INVOICES
from settlement.listings.orders import ORDERS
from settlement.listings.receivables import RECEIVABLES
from settlement.listings.recoveries import RECOVERIES
from settlement.listings.refunds import REFUNDS
from settlement.listings.usage import USAGE
from tests.world import a_product, a_seller, an_operator

EVERY = [
    BILLS, LINES, DEPOSITS, MOVEMENTS, DISPUTES, INVOICES, ORDERS, RECEIVABLES, RECOVERIES,
    REFUNDS, USAGE, MESSAGES, NOTICES, PRODUCTS, PRODUCT_APPLICATIONS, SUPERVISIONS, DELIVERIES,
]  # fmt: skip
every = pytest.mark.parametrize("listing", EVERY, ids=lambda each: str(each.title))


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
def test_a_list_is_sorted_by_what_is_never_missing(listing: Listing) -> None:
    columns = {each.sorted_by for each in listing.shown if each.sorted_by}
    columns.add(listing.ordering.removeprefix("-"))
    fields = {each.name: each for each in listing.rows.model._meta.get_fields()}
    assert not [each for each in columns if each in fields and fields[each].null]


@every
@pytest.mark.django_db
def test_a_file_has_every_column_once(listing: Listing) -> None:
    names = [each.name for each in listing.columns if each.name]
    assert len(names) == len(set(names))
    if listing.export:
        assert list(listing.client(an_operator(), {}).rows()) == []


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
