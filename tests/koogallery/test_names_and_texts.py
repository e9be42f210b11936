"""Wherever people write, there is a limit (R1.8): in every body, every form and every column."""

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.db import connection, models, transaction
from django.urls import get_resolver

from koogallery.api.fields import ReadTextField, TextField
from koogallery.api.serializers import StrictSerializer
from koogallery.fields import FreeTextField as FreeTextColumn
from koogallery.fields import NameField
from koogallery.guards import as_refusals
from koogallery.kit.errors import InvalidInput
from koogallery.kit.names import TEXT_LENGTH
from tests.world import a_seller

#: Texts that the portal writes itself, from what it was told or found.
COMPOSED = {
    "ApprovalRequest.why",
    "BankLine.return_text",  # the bank's, as long as its file may be
    "BankLine.text",
    "Bill.state_reason",
    "BillPreview.last_error",
    "BillPreviewSeller.reason",
    "BillRun.last_error",
    "BillRun.reason",
    "BillRunSeller.reason",
    "DeliveryAttempt.answer",
    "ExportJob.query",
    "ExportJob.reason",
    "IdempotencyKey.body",
    "InvariantResult.difference",
    "Seal.content",
    "SealRoot.content",
    "SealedChange.content",
}
#: Names whose length the service judges, so that a form tells the same.
JUDGED_LATER = {
    "AttachmentInput.content",
    "EndpointChange.description",
    "EndpointChange.url",
    "EndpointInput.description",
    "EndpointInput.url",
    "ExportInput.list",
    "ApprovalInput.seen",
    "RequestApprovalInput.seen",
    "RefundApprovalInput.seen",
}


def every(kind: Any) -> Iterator[Any]:
    for each in kind.__subclasses__():
        yield each
        yield from every(each)


def own(kinds: Iterator[Any]) -> list[Any]:
    get_resolver().url_patterns  # noqa: B018 -- loads every page and call
    mine = ("koogallery.", "sellers.", "settlement.")
    return sorted({each for each in kinds if each.__module__.startswith(mine)}, key=str)


def written_texts() -> list[tuple[str, Any]]:
    return [
        (f"{model.__name__}.{field.name}", field)
        for label in ("koogallery", "sellers", "settlement")
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.TextField)
    ]


def test_R1_8_every_text_column_is_limited_or_written_by_the_portal() -> None:
    free = {name for name, field in written_texts() if not isinstance(field, FreeTextColumn)}
    assert free - COMPOSED == set()


def test_R1_8_every_text_of_a_body_is_limited() -> None:
    unlimited = {
        f"{body.__name__}.{name}"
        for body in own(every(StrictSerializer))
        for name, field in body().get_fields().items()
        if isinstance(field, TextField) and not isinstance(field, ReadTextField)
        if not field.max_length or field.max_length > TEXT_LENGTH
    }
    assert unlimited - JUDGED_LATER == set()


def test_R1_8_every_text_of_a_form_is_limited() -> None:
    assert [
        f"{form.__module__}.{form.__name__}.{name}"
        for form in own(every(forms.Form))
        for name, field in form.base_fields.items()
        if type(field) is forms.CharField and isinstance(field.widget, forms.Textarea)
        if not field.max_length
    ] == []


@pytest.mark.django_db
@pytest.mark.parametrize("unfit", ["\x01", "\n", "\x85", "\u2028", "\u202e"])
def test_R1_8_the_database_refuses_a_name_of_two_lines(unfit: str) -> None:
    seller = a_seller()
    seller.company_name = f"Acme{unfit}Ltd"
    with pytest.raises(InvalidInput) as refusal, as_refusals(), transaction.atomic():
        seller.save()
    assert refusal.value.code == "unstorable"


@pytest.mark.django_db
def test_R1_8_the_database_checks_every_name_and_text() -> None:
    columns = {
        (model._meta.db_table, field.column): field
        for label in ("koogallery", "sellers", "settlement")
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.local_fields
        if isinstance(field, (NameField, FreeTextColumn))
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.conrelid::regclass::text, a.attname, pg_get_constraintdef(c.oid)"
            " FROM pg_constraint c JOIN pg_attribute a"
            " ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)"
            " WHERE c.contype = 'c' AND cardinality(c.conkey) = 1"
        )
        checked = {
            (table, column)
            for table, column, check in cursor.fetchall()
            if "!~" in check or "char_length" in check
        }
    assert columns and set(columns) - checked == set()
