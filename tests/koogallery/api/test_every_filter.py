"""Every list can be narrowed by every field that it shows, or a reason is given here."""

from typing import Any

import pytest

from koogallery.api.urls import router

#: Why a list is not filtered by a field, wherever it stands.
REASONS: dict[str, set[str]] = {
    "prose, to be read": {
        "reason", "state_reason", "rejection_reason", "seller_comment", "special_agreement",
        "explanation", "description", "business", "disabled_reason", "look_comment", "details",
        "failure", "release_reason", "verification_reason",
    },
    "computed when it is asked for, not kept": {
        "unbilled_reasons", "eta", "sellers_total", "sellers_done", "sellers_parked",
        "sellers_blocked", "lines", "rows_total", "rows_done", "approvals_given", "seal",
        "invoice_due_on", "held", "bills", "in_guarantee", "planned_recoveries", "issued",
        "progressed_at", "taken_up_at", "stands_since", "last_error", "last_error_at", "looks",
        "previous_settlement",
    },
    "the same for every row": {"time_zone"},
    "rows or data inside the row": {
        "checks", "checks_at_request", "allocations", "payments", "data", "facts", "changes",
        "attempts", "content", "kinds", "billing_modes", "file", "roles", "allowed_networks",
        "paid",
    },
    "`modified_since` asks for it": {"modified_at"},
    "follows from the bill, which is filtered by": {
        "withholding_tax_rate", "digital_service_tax_rate",
    },
    "a detail of a party or of its bank, found by the party": {
        "website", "contact_name", "contact_phone", "address", "bank_address", "bank_name",
        "bank_country", "account_number", "account_holder", "swift_code",
        "vat_number", "bill_to",
    },
}  # fmt: skip
#: The same of one list.
OF_ONE_LIST: dict[str, set[str]] = {
    "seller": {"withholding_tax_rate", "digital_service_tax_rate"},
    "attachment": {"size"},
    "self-billing-consent": {"exemption"},  # what stands beside a `vat_rate` of 0
    "bill": {"issued_to", "issued_by"},  # the parties' words of that day; asked for by `seller`
    "customer-notice": {"text"},  # in two languages; asked for by `kind`
    "export": {"number", "size", "finished_at"},
    "platform-event": {"id", "event"},  # `sequence`, and `seller` with its own sequence
    "event": {"id", "type"},  # `sequence` and `kind` are what is asked by
    "webhook-endpoint": {
        "number", "disabled_at", "failing_since", "queued_through", "secret_version",
        "secret_rotated_at",
    },
    "webhook-delivery": {
        "number", "endpoint", "webhook_id", "event", "type", "due_at", "finished_at",
    },
    "delivery-message": {"attempts_made", "next_attempt_at"},
    "bill-preview": {"number", "digest", "run", "started_at", "finished_at", "approved_at"},
    "bill-preview-seller": {
        "line_count", "sales_amount", "platform_fee", "recovered", "company_name", "bill",
    },
    "seal-root": {"canonical_form", "public_key", "seals", "signature"},  # what is to be checked
    "bill-line": {"adjustment"},
    "deposit-movement": {"currency"},  # the seller's
    # what follows from `amount` and `tax`, too
    "invoice": {"number", "company_name", "taxes", "gross"},
    "refund": {"requested_by", "agreed_by", "rejected_by", "approvals"},  # to sellers `operator`
    "bill-look": {"comment"},
    # computed, or rows inside; the account is the seller's
    "payout": {
        "bank_account", "deposits", "opening_balance", "closing_balance", "came_in",
    },
    "payout-batch": {"count", "payer_account", "approvals", "approvals_needed"},
    "bank-statement": {"gap", "matched", "suspense", "statuses"},  # computed; rows inside
    "bank-statement-line": {"line_no", "deposit_reference", "return_text", "comment"},
    "bank-line": {"line_no", "deposit_reference", "return_text", "comment"},  # `seller`, `text`
    "fee-ratio": {"version", "ratio", "valid_from"},  # a few rows, read whole
    "recovery": {"bill"},  # of a negative balance, found by `basis` and `cycle`
    "deposit": {"open_receivables", "top_up_asked"},  # computed when it is asked for
    "receivable": {"paid"},  # `outstanding` says the same
    "approval-request": {
        "arguments", "why", "shown", "seen", "approvals_needed", "approvals", "closed_by", "result",
    },
}  # fmt: skip
#: Lists without `modified_since`, and why.
NEVER_MODIFIED: dict[str, str] = {
    "event": "never changes; `sequence` goes on from the last one read",
    "customer-notice": "`after` goes on from the last one read, `acknowledged` has those left",
    "platform-event": "never changes; `after` goes on from the last one read",
    "webhook-delivery": "its endpoint's list, followed by `created_at`",
    "bill-preview": "followed by its state until it is ready",
    "bill-preview-seller": "part of a preview, which does not change once it is ready",
    "fee-ratio": "a few rows, read whole; a version never changes",
    "member": "a few rows, read whole; who changed them is on record",
    "forecast": "computed when it is asked for",
}

LISTS: list[tuple[str, Any]] = [
    (name, viewset)
    for _, viewset, name in router.registry
    if getattr(viewset, "pagination_class", None) and hasattr(viewset, "list")
]
EVERYWHERE = set().union(*REASONS.values())


def filters_of(viewset: Any) -> set[str]:
    filters = getattr(viewset, "filterset_class", None)
    return set(filters.base_filters) if filters else set()


@pytest.mark.parametrize(("name", "viewset"), LISTS)
def test_a_list_is_filtered_by_every_field_or_says_why_not(name: str, viewset: Any) -> None:
    serializer = (
        viewset.serializer_class
        or viewset(action="list", request=None, kwargs={}).get_serializer_class()
    )
    asked = filters_of(viewset)
    covered = {
        field
        for field in serializer().fields
        if field in asked or any(each.startswith(field) for each in asked)
    }
    left = set(serializer().fields) - covered - EVERYWHERE - OF_ONE_LIST.get(name, set())
    assert not left, f"{name} is not filtered by {sorted(left)}"


@pytest.mark.parametrize(("name", "viewset"), LISTS)
def test_a_list_tells_what_changed_or_says_why_not(name: str, viewset: Any) -> None:
    told = "modified_since" in filters_of(viewset)
    assert told is (name not in NEVER_MODIFIED)
