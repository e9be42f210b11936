"""An e-invoice is handed in: what the file says is the invoice, and it stays with it (R8.3)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from koogallery.attachments import Document, Upload, attach
from koogallery.kit.errors import NotFound, refuse
from koogallery.models import User
from settlement.e_invoices.files import is_pdf
from settlement.e_invoices.holding import contradictions, facts_of
from settlement.models import Bill, Invoice
from settlement.readings.e_invoices import Held, held_against
from settlement.services.authority import INVOICERS
from settlement.services.bills.invoices import require_waiting, submit_invoice

#: What its file is on the record of an invoice.
PURPOSE = "e_invoice"


def read_against_bill(
    number: str, content: bytes, *, more_follow: bool = False, actor: User
) -> Held:
    """Read it and hold it against the bill; nothing is submitted."""
    bill = Bill.objects.visible_to(actor).select_related("seller").filter(number=number).first()
    if bill is None:
        raise NotFound(_("There is no bill %(number)s.") % {"number": number})
    INVOICERS.require(actor, bill, rule="R8.3")
    require_waiting(bill)
    return held_against(bill, content, more_follow=more_follow)


@transaction.atomic
def hand_in_e_invoice(
    number: str,
    content: bytes,
    *,
    given: Mapping[str, Any] | None = None,
    more_follow: bool = False,
    documents: Iterable[Upload] = (),
    actor: User,
) -> Invoice:
    """Submit the invoice that the file is; `given` adds what it leaves out, contradicts nothing."""
    held = read_against_bill(number, content, more_follow=more_follow, actor=actor)
    refuse(held.refusals)
    facts, taxes = facts_of(held.read, held.certified), held.read.taxes
    added = {name: value for name, value in (given or {}).items() if value}
    refuse(contradictions(facts, taxes, added))
    added.pop("taxes", None)
    invoice = submit_invoice(
        number,
        {**added, **facts},
        taxes=taxes,
        more_follow=more_follow,
        documents=documents,
        actor=actor,
    )
    file = Document(f"{held.read.number}.{'pdf' if is_pdf(content) else 'xml'}", content)
    attach("invoice", invoice.number, file, purpose=PURPOSE, actor=actor)
    return invoice
