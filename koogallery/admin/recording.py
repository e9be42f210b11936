"""Pages of the admin on which rows are entered: whatever is entered is on record."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest

from koogallery import audit
from koogallery.admin.reading import GovernedAdmin, operator_of
from koogallery.audit import Changes


class RecordedAdmin(GovernedAdmin):
    """An act for each row that is added, changed or deleted, in the same transaction.

    `recorded_as` is the kind of the acts, by default what the model is called; `number_of` what
    the row is called in them.
    """

    def number_of(self, row: Any) -> str:
        return str(row)

    def seller_of(self, row: Any) -> str:
        """The number of the seller whose row it is; none for rows of nobody."""
        return ""

    def save_model(self, request: HttpRequest, obj: Any, form: BaseForm, change: bool) -> None:  # noqa: FBT001
        before = super().get_queryset(request).get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        self.record(request, "changed" if change else "added", obj, changes_in(form, before))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.record(request, self.deleting, obj, {})
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Row by row: each deletion is an act."""
        for row in queryset:
            self.delete_model(request, row)

    #: What a deletion is called.
    deleting = "deleted"

    def record(self, request: HttpRequest, verb: str, row: Any, changes: Changes) -> None:
        audit.record(
            operator_of(request),
            verb,
            self.recorded_as or str(self.opts.verbose_name),
            self.number_of(row),
            seller=self.seller_of(row),
            changes=changes,
        )

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """The admin's own log is not kept beside the record of acts."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """As above."""

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> Any:
        """As above."""


def changes_in(form: BaseForm, before: Model | None) -> Changes:
    """Each field that was entered anew, with what it was; of a new row nothing was."""
    return {
        name: (getattr(before, name, None), form.cleaned_data[name])
        for name in form.changed_data
        if name in form.cleaned_data
    }
