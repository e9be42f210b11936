"""The words of settlement, each with what it is: one page in both languages.

`docs/glossary.md` has the same words for who works on the portal; a test holds the two equal.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.utils.text import slugify
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from koogallery.kit.language import marked
from koogallery.languages import Text


@dataclass(frozen=True, slots=True)
class Word:
    """`is_linked` where a text names it; what everybody knows is not."""

    name: str
    meaning: Text
    is_linked: bool = False

    @property
    def term(self) -> str:
        return gettext(self.name)

    @property
    def anchor(self) -> str:
        return slugify(self.name)


@dataclass(frozen=True, slots=True)
class Group:
    title: Text
    words: tuple[Word, ...]


GROUPS = (
    Group(
        _("Who sells, and what"),
        (
            Word(marked("Seller"), _("who sells on KooGallery")),
            Word(marked("Seller Console"), _("the pages on which a seller works")),
            Word(marked("Customer"), _("who bought")),
            Word(
                marked("Order"),
                _("one order line: the smallest thing that is enabled, refunded and settled"),
            ),
            Word(marked("Purchase"), _("an order of something new")),
            Word(marked("Renewal"), _("an order that goes on with something for another term")),
            Word(
                marked("Change of specification"),
                _("an order of more, or less, of something there is"),
                is_linked=True,
            ),
            Word(marked("Cancelled"), _("of an order: before it was paid")),
            Word(marked("Trial"), _("never billed"), is_linked=True),
            Word(marked("Yearly/monthly"), _("a billing mode: paid ahead for a term")),
            Word(marked("One-time"), _("a billing mode: paid once, without a term")),
            Word(marked("Pay-per-use"), _("a billing mode: paid by what is consumed")),
            Word(marked("Pay-per-use package"), _("a billing mode: prepaid usage"), is_linked=True),
            Word(marked("Usage"), _("what was consumed of a pay-per-use order")),
            Word(marked("Usage record"), _("one record of usage"), is_linked=True),
            Word(
                marked("Service supervision"),
                _("the customer's acceptance of a service"),
                is_linked=True,
            ),
        ),
    ),
    Group(
        _("What a bill says"),
        (
            Word(
                marked("Cycle"), _("one calendar month in the settlement time zone"), is_linked=True
            ),
            Word(marked("Bill"), _("what one seller is settled for in one cycle")),
            Word(marked("Lines"), _("a bill's parts: each an order, usage or an adjustment")),
            Word(marked("Sales amount"), _("the price paid without VAT"), is_linked=True),
            Word(marked("Customer’s WHT"), _("tax the customer kept back"), is_linked=True),
            Word(marked("Platform fee"), _("what KooGallery keeps"), is_linked=True),
            Word(marked("Fee ratio"), _("its share of what is sold"), is_linked=True),
            Word(
                marked("Withholding tax"),
                _("kept back from what a seller's lines settle"),
                is_linked=True,
            ),
            Word(
                marked("Withholding tax certificate"),
                _("what was withheld from a bill, for the seller's tax office"),
                is_linked=True,
            ),
            Word(
                marked("Yearly statements"),
                _("a seller's year in figures, by quarter, with the fields of DAC7"),
            ),
            Word(
                marked("Consideration"),
                _("what DAC7 asks for: credited, net of what the platform kept"),
                is_linked=True,
            ),
            Word(
                marked("Digital service tax"),
                _("levied on a seller's sales amount"),
                is_linked=True,
            ),
            Word(
                marked("Adjustment"),
                _("a difference found later, on the next bill"),
                is_linked=True,
            ),
            Word(
                marked("Seal"),
                _("what a bill bears: the digest of all that is on it and of the seal before"),
                is_linked=True,
            ),
            Word(marked("Settlement amount"), _("what a bill comes to"), is_linked=True),
            Word(marked("To be paid"), _("what is paid out after recoveries")),
        ),
    ),
    Group(
        _("From the bill to the bank"),
        (
            Word(
                marked("Payout"), _("the money of one or more bills on its way to a seller's bank")
            ),
            Word(
                marked("Remittance advice"), _("what a payout pays, as a document"), is_linked=True
            ),
            Word(marked("End-to-end ID"), _("by which banks find a payment"), is_linked=True),
            Word(marked("Pending approval"), _("of a bill: Huawei checks it")),
            Word(marked("Pending invoice"), _("of a bill: it waits for the seller's invoice")),
            Word(
                marked("Invoice under review"), _("of a bill: Huawei compares the invoice with it")
            ),
            Word(marked("Payment processing"), _("of a bill: its money goes to the bank")),
            Word(marked("Paid"), _("of a bill: its money was paid to the seller")),
            Word(marked("Closed without payment"), _("of a bill: nothing was left to be paid")),
            Word(
                marked("Net amount"),
                _("what an invoice asks for before VAT: what its bills pay"),
                is_linked=True,
            ),
            Word(marked("VAT"), _("stands on top of an invoice's net amount, per rate")),
            Word(marked("Gross amount"), _("net amount and VAT: what is paid"), is_linked=True),
            Word(
                marked("E-invoice"),
                _("an invoice that programs read: UBL 2.1, CII, or within a PDF"),
                is_linked=True,
            ),
            Word(
                marked("Self-billing"),
                _("the platform issues a seller's invoice, with its consent"),
                is_linked=True,
            ),
            Word(marked("Consent"), _("a seller's word that the platform issues its invoices")),
            Word(marked("Dispute"), _("a seller's objection to a bill or a line"), is_linked=True),
        ),
    ),
    Group(
        _("Refunds and what follows from them"),
        (
            Word(marked("Unsubscriptions"), _("customers who give an order back")),
            Word(marked("Refund"), _("money that goes back to a customer")),
            Word(
                marked("Recovery"),
                _("getting a settled refund back from the seller"),
                is_linked=True,
            ),
            Word(marked("Recovered"), _("got back")),
            Word(marked("Deposit"), _("what a seller has deposited"), is_linked=True),
            Word(marked("Top-up"), _("a payment into the deposit"), is_linked=True),
            Word(
                marked("Negative balance"),
                _("what a negative bill carries to the next one"),
                is_linked=True,
            ),
            Word(
                marked("Receivable"), _("what a seller has to pay by other means"), is_linked=True
            ),
            Word(marked("Overdue"), _("not paid when it was due")),
        ),
    ),
    Group(
        _("How a month is closed"),
        (
            Word(marked("Preview"), _("of a month: what a bill run would issue")),
            Word(
                marked("Bill run"),
                _("closes a cycle for all sellers, or for those named"),
                is_linked=True,
            ),
            Word(marked("Run day"), _("the 7th, or the next working day after it"), is_linked=True),
            Word(
                marked("Held back"), _("of a seller: nothing is issued to it until it is released")
            ),
            Word(
                marked("Parked"), _("of a seller in a bill run: left out until it is tried again")
            ),
            Word(marked("In suspense"), _("of a bank line: nobody knows yet whose money it is")),
            Word(marked("Journal"), _("one movement of money, with its entries")),
            Word(marked("Standards"), _("what a refund is held against")),
        ),
    ),
    Group(
        _("People and programs"),
        (
            Word(marked("Notice"), _("something a seller is told")),
            Word(marked("Members"), _("a seller's people")),
            Word(
                marked("Invitation"),
                _("a place among them, offered to an address and taken up by who reads its mail"),
            ),
            Word(marked("Owner"), _("a member who may do everything, and manages the others")),
            Word(marked("Finance"), _("a member who sees to bills, invoices and bank accounts")),
            Word(marked("Operations"), _("a member who sees to products, delivery and refunds")),
            Word(marked("Viewer"), _("a member who reads, and changes nothing")),
            Word(marked("Huawei operations"), _("who decides at Huawei")),
            Word(marked("Tokens"), _("by which a seller's programs sign in")),
        ),
    ),
)
WORDS = tuple(word for group in GROUPS for word in group.words)


def parts_of(text: str) -> Iterator[tuple[str, str]]:
    """A text in pieces, each with the anchor of the word that it is: its first mention, or none."""
    pattern, anchors = _linked(get_language() or "en")
    told = set[str]()
    for piece in pattern.split(text):
        anchor = anchors.get(piece.casefold(), "")
        yield piece, "" if anchor in told else anchor
        told.add(anchor)


@cache
def _linked(language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """Longer words first: a withholding tax certificate is no withholding tax."""
    with override(language):
        anchors = {
            form.casefold(): word.anchor
            for word in WORDS
            if word.is_linked
            for form in (_forms(word.name) if language == "en" else (word.term,))
        }
    longest = sorted(map(re.escape, anchors), key=len, reverse=True)
    edge = r"\b" if language == "en" else ""
    return re.compile(f"{edge}({'|'.join(longest)}){edge}", re.IGNORECASE), anchors


def _forms(name: str) -> tuple[str, str]:
    """One, and several."""
    return name, f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
