"""Documents of settlement's rows: who adds them while, who reads them."""

from koogallery.attachments import Belonging, Holder, hold_attachments
from koogallery.kit.errors import Conflict
from koogallery.models import User
from settlement.choices import DisputeState
from settlement.models import Dispute
from settlement.services.authority import require_accountant


def _while_it_is_open(dispute: Dispute, actor: User) -> None:
    """By the seller, or by an operator who records or answers it."""
    require_accountant(actor, dispute.seller)
    if dispute.state != DisputeState.OPEN:
        detail = f"This dispute is {dispute.state}; its documents stay as they are."
        raise Conflict(detail, code="documents_stay", rule="R3.4")


hold_attachments(
    "dispute",
    Holder(
        rows=lambda: Dispute.objects.select_related("seller"),
        belongs_to=lambda dispute: Belonging(dispute.seller.number),
        require_adding=_while_it_is_open,
    ),
)
