"""What papers have in common: both sides, where money goes, amounts that add up, the seal."""

from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from koogallery.countries import country_name
from koogallery.kit.figures import amount_text
from koogallery.papers import Party, Remark, Terms, known
from sellers.choices import BankAccountState
from sellers.models import BankAccount, Seller
from sellers.services.companies.certifications import stand_of
from settlement.models import Bill
from settlement.readings.seal_checks import check_address, seal_of


def party(
    role: str, name: str, *, number: str = "", address: str = "", tax_number: str = ""
) -> Party:
    rows = [(_("Number"), number), (_("Address"), address), (_("Tax number"), tax_number)]
    return Party(role, name, known(rows))


def with_country(address: str, country: str) -> str:
    """The country alone where no address is known."""
    return f"{address}, {country}".removeprefix(", ")


def sides_of(bill: Bill, seller: str, issuer: str) -> list[Party]:
    """In the words of the day of issue (R3.2); `seller` and `issuer` are what they are here."""
    return [
        party(
            seller,
            bill.seller_name,
            number=bill.seller.number,
            address=with_country(bill.seller_address, country_name(bill.seller_country)),
            tax_number=bill.seller_tax_number,
        ),
        party(
            issuer,
            f"{bill.issuer_name} (Huawei Cloud, KooGallery)",
            address=bill.issuer_address,
            tax_number=bill.issuer_tax_number,
        ),
    ]


def sides_today(seller: Seller, theirs: str, ours: str) -> list[Party]:
    """As certified, and as configured: of a paper that belongs to no bill."""
    certified = stand_of(seller).certified
    address, country = (certified.address, certified.country) if certified else ("", "")
    return [
        party(
            theirs,
            certified.company_name if certified else seller.company_name,
            number=seller.number,
            address=with_country(address, country_name(country or seller.country)),
            tax_number=certified.vat_number if certified else "",
        ),
        party(
            ours,
            f"{settings.INVOICE_BILL_TO} (Huawei Cloud, KooGallery)",
            address=settings.INVOICE_BILL_TO_ADDRESS,
            tax_number=settings.INVOICE_BILL_TO_TAX_NUMBER,
        ),
    ]


def account_text(account: BankAccount | None) -> str:
    """Where money goes, its number masked; empty where none is known."""
    if account is None:
        return ""
    said = (account.account_holder, account.bank_name, account.masked_account_number)
    return ", ".join(filter(None, said))


def account_at_issue(bill: Bill) -> BankAccount | None:
    """What was in use on the day of issue, whatever became of it since (R3.2)."""
    stopped = Q(state=BankAccountState.STOPPED, closed_at__gt=bill.issued_at)
    usable = bill.seller.bank_accounts.filter(
        Q(state=BankAccountState.APPROVED) | stopped, usable_from__lte=bill.issued_at
    )
    return usable.order_by("-version").first()


def terms(title: str, rows: Iterable[tuple[str, Decimal, bool]], currency: str) -> Terms:
    return Terms(
        [(label, amount_text(amount, currency), is_result) for label, amount, is_result in rows],
        title,
    )


def seal_remark(bill: Bill) -> Remark:
    """What follows from all that is on it, and where anybody checks that (R7.3)."""
    if (sealed := seal_of(bill)) is None:
        return Remark("")
    address = check_address(bill, sealed.seal.hash)
    told = [
        _("Seal (SHA-256): %(seal)s") % {"seal": sealed.seal.hash},
        _("Anybody can check it at %(address)s") % {"address": "{link}"},
    ]
    return Remark("\n".join(told), link=address.partition("?")[0], address=address)
