"""A yearly statement's figures and facts in words: one order and one name in every paper."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery.countries import country_name
from koogallery.dates import cycle_label, instant_text
from koogallery.languages import Text
from koogallery.settlement_time import ZONE
from settlement.readings.paper_parts import with_country
from settlement.readings.yearly_parties import Party
from settlement.readings.yearly_statements import Figures, Part, YearlyStatement


@dataclass(frozen=True, slots=True)
class Term:
    """A figure by its name; those taken off are shown below 0, so that a column adds up."""

    name: str
    label: Text
    is_off: bool = False
    is_result: bool = False

    def shown(self, figures: Figures) -> Decimal:
        amount: Decimal = getattr(figures, self.name)
        return -amount if self.is_off else amount


#: From what was sold to what is still to be paid: each result is what stands above it.
TERMS = (
    Term("sales_amount", gettext_lazy("Sales amount (without VAT)")),
    Term("customer_wht", gettext_lazy("Customers' withholding tax"), is_off=True),
    Term("platform_fee", gettext_lazy("Platform fee"), is_off=True),
    Term("withholding_tax", gettext_lazy("Seller's withholding tax"), is_off=True),
    Term("digital_service_tax", gettext_lazy("Seller's digital service tax"), is_off=True),
    Term("adjustments", gettext_lazy("Adjustments")),
    Term("consideration", gettext_lazy("Consideration"), is_result=True),
    Term("carried_in", gettext_lazy("Negative amount carried over")),
    Term("settlement_amount", gettext_lazy("Settlement amount"), is_result=True),
    Term("not_covered", gettext_lazy("Below zero: carried on, or recovered")),
    Term("recovered", gettext_lazy("Recovered for refunds"), is_off=True),
    Term("net_payable", gettext_lazy("To be paid"), is_result=True),
    Term("tax", gettext_lazy("VAT of the invoices")),
    Term("paid", gettext_lazy("Paid"), is_off=True),
    Term("unpaid", gettext_lazy("Not paid yet"), is_result=True),
)


def until(statement: YearlyStatement) -> str:
    """How much of the year it is about, in words."""
    if statement.is_complete:
        return _("The whole year")
    if statement.through is None:
        return _("No month is closed yet")
    return _("Until %(cycle)s, the last closed month") % {"cycle": cycle_label(statement.through)}


def facts_of(statement: YearlyStatement) -> list[tuple[str, str]]:
    """Both sides and the accounts, as DAC7 asks for them; what is not known takes no row."""
    rows = [
        (_("Months"), until(statement)),
        (_("As of"), f"{instant_text(statement.known_at)} ({ZONE.key})"),
        (_("Platform"), f"{statement.platform.name} (KooGallery)"),
        *_party_facts(statement.platform),
    ]
    for each in statement.registrations:
        rows += [(_("Seller"), each.party.name), *_party_facts(each.party)]
        rows.append((_("Registration number"), each.registration_number))
        rows.append((_("Tax identification numbers (TIN)"), each.tax_numbers))
        if each.since:
            rows.append((_("Certified since"), f"{instant_text(each.since)} ({ZONE.key})"))
    for account in statement.accounts:
        paid_to = (account.account_holder, statement.number_of(account), account.bank_name)
        rows.append((_("Paid to"), ", ".join(filter(None, paid_to))))
    return [row for row in rows if row[1]]


def _party_facts(party: Party) -> list[tuple[str, str]]:
    address = with_country(party.address, country_name(party.country))
    return [(_("Address"), address), (_("VAT number"), party.vat_number)]


def remarks() -> str:
    return _(
        "A year is its twelve months in the time zone %(zone)s, each by the bill of that month; "
        "what is billed late counts where it is billed. Consideration is what was credited, net of "
        "what the platform kept: platform fee, withholding tax and digital service tax. Sales are "
        "not told apart by the country of the customer, which orders do not say. The bills and "
        "payouts themselves are authoritative."
    ) % {"zone": ZONE.key}


def table_of(part: Part) -> list[tuple[Term, list[Decimal]]]:
    """Every figure of the four quarters and of the year, in the order in which they add up."""
    columns = [*part.quarters, part.year]
    return [(term, [term.shown(figures) for figures in columns]) for term in TERMS]
