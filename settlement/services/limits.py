"""The limits of what one person moves alone, kept in the database from the settings (R4.4)."""

from django.conf import settings
from django.db import transaction

from settlement.models import ApprovalLimit
from settlement.rules.approvals import SECOND_APPROVAL_FROM, limit_of


@transaction.atomic
def keep_limits() -> int:
    """Write the settings down where services and triggers read them; how many rows differed."""
    kept = {limit.currency: limit for limit in ApprovalLimit.objects.all()}
    wanted = [_wanted(currency) for currency in SECOND_APPROVAL_FROM]
    changed = [each for each in wanted if _differs(each, kept.get(each.currency))]
    ApprovalLimit.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["currency"],
        update_fields=["amount", "of_a_person", "hours"],
    )
    return len(changed)


def _wanted(currency: str) -> ApprovalLimit:
    limit = limit_of(
        currency, settings.SECOND_APPROVAL_PERSON_MULTIPLE, settings.SECOND_APPROVAL_FROM
    )
    return ApprovalLimit(
        currency=currency,
        amount=limit.amount,
        of_a_person=limit.of_a_person,
        hours=settings.SECOND_APPROVAL_HOURS,
    )


def _differs(wanted: ApprovalLimit, kept: ApprovalLimit | None) -> bool:
    columns = ("amount", "of_a_person", "hours")
    return kept is None or any(getattr(wanted, each) != getattr(kept, each) for each in columns)
