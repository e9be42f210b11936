"""Who has looked at a bill already, and what its second approver is shown (R4.4)."""

from koogallery.approvals import Facts
from koogallery.kit.seen import Fact, money
from koogallery.models import ApprovalRequest, User
from settlement.models import Bill

#: As the database sees it for itself (`was_previewed_by`), of the approver of each preview.
_PREVIEWERS = """
SELECT DISTINCT v.approved_by_id
FROM settlement_billrunseller p
JOIN settlement_billrun r ON r.id = p.run_id
JOIN settlement_billpreview v ON v.id = r.preview_id
JOIN settlement_bill b ON b.seller_id = p.seller_id AND b.id = %(bill)s
WHERE v.approved_by_id <> %(other_than)s AND was_previewed_by(b, v.approved_by_id)
LIMIT 1
"""


def previewed_by(bill: Bill, *, other_than: User) -> User | None:
    """Another person who approved the preview that the bill was issued from."""
    found = User.objects.raw(
        f"SELECT * FROM koogallery_user WHERE id IN ({_PREVIEWERS})",  # noqa: S608  # no input
        {"bill": bill.pk, "other_than": other_than.pk},
    )
    return next(iter(found), None)


def what_it_says(request: ApprovalRequest) -> Facts:
    """An issued bill never changes; approving it moves nothing else."""
    bill = Bill.objects.get(number=request.object_number)
    yield Fact("cycle", bill.cycle)
    for name in ("settlement_amount", "recovered", "net_payable"):
        yield Fact(name, money(getattr(bill, name), bill.currency))
    yield Fact("state", bill.state)
