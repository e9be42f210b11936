"""Pages on which something is written, saved as a draft and sent in."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from koogallery.attachments import Upload, attach_all, attachments_of, remove_attachment
from koogallery.kit.errors import DomainError, NotFound
from koogallery.models.attachments import AttachmentQuerySet
from sellers.models.reviews import Reviewed
from sellers.portal.applying_forms import SectionForm
from sellers.portal.pages import SellerTemplatePage
from sellers.services.reviews import kind_of


def refuse_in(form: forms.Form, refusal: DomainError) -> None:
    """Each violation at its field, whose name it need not say; what has none above the form."""
    for each in refusal.violations:
        if each.field in form.fields:
            missing = each.code == "required"
            form.add_error(each.field, _("Fill this in.") if missing else each.detail)
        else:
            form.add_error(None, each.detail)


class DraftPage(SellerTemplatePage):
    """A form over a draft: saved as often as wanted, then sent in by its second button.

    What was saved is the one draft: a form that is refused after it leads on to its own page.
    """

    template_name = "sellers/draft_form.html"
    form_class: ClassVar[type[SectionForm]]
    detail: ClassVar[str]
    submit: ClassVar[Callable[..., Reviewed]]

    def row(self) -> Reviewed | None:
        """The draft, if there is one already."""
        raise NotImplementedError

    def save(self, content: dict[str, Any]) -> Reviewed:
        raise NotImplementedError

    def rejected(self) -> Reviewed | None:
        """The attempt that this one goes on from."""
        row = self.row()
        revises: Reviewed | None = row.revises if row else None
        return revises

    def initial(self) -> dict[str, Any]:
        row = self.row()
        return row.content if row else {}

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        row = self.row()
        if row and not row.is_draft:
            return redirect(self.page_of(row))
        return self.show(self.build_form())

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        if "attachment" in request.POST:
            return self._remove(request.POST["attachment"])
        form = self.build_form(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form)
        try:
            row = self.save(form.content)
            self._attach(row, form.cleaned_data.get("documents", ()))
        except DomainError as refusal:
            refuse_in(form, refusal)
            return self.show(form)
        if "submit" not in request.POST:
            messages.success(request, _("Saved as a draft. It is not sent in yet."))
            return redirect(self.edit_of(row))
        return self._submit(row, form)

    def build_form(self, *data: Any) -> SectionForm:
        sent, files = data or (None, None)
        return self.form_class(sent, files, initial=self.shown_initial())

    def shown_initial(self) -> dict[str, Any]:
        """An account number that is there already is not shown again, only its end."""
        return {name: value for name, value in self.initial().items() if name != "account_number"}

    def show(self, form: SectionForm) -> HttpResponse:
        if "account_number" in form.fields and (number := self.initial().get("account_number")):
            kept = _("Ends in %(end)s; leave it empty to keep it.") % {"end": number[-4:]}
            form.fields["account_number"].help_text = kept
        row = self.row()
        documents = attachments_of(kind_of(row), row.number) if row else None
        return self.render_to_response(
            self.get_context_data(
                form=form,
                row=row,
                action=self.edit_of(row) if row else "",
                rejected=self.rejected(),
                attachments=documents,
            )
        )

    def page_of(self, row: Reviewed) -> str:
        return reverse(f"console:{self.detail}", args=[row.number])

    def edit_of(self, row: Reviewed) -> str:
        raise NotImplementedError

    def _attach(self, row: Reviewed, uploads: Sequence[Upload]) -> None:
        attach_all(kind_of(row), row.number, uploads, actor=self.request.user)

    def _remove(self, number: str) -> HttpResponse:
        row = self.row()
        mine = attachments_of(kind_of(row), row.number) if row else AttachmentQuerySet().none()
        try:
            if not mine.filter(number=number).exists():
                raise NotFound(_("There is no such document."))
            remove_attachment(number, actor=self.request.user)
        except DomainError as refusal:
            messages.error(self.request, refusal.detail)
        return redirect(self.request.get_full_path())

    def _submit(self, row: Reviewed, form: SectionForm) -> HttpResponse:
        try:
            type(self).submit(row.number, actor=self.request.user)
        except DomainError as refusal:
            refuse_in(form, refusal)
            told = _("It is not sent in yet: mend what is marked. Your draft %(number)s is saved.")
            messages.warning(self.request, told % {"number": row.number})
            return self.show(form)
        messages.success(self.request, _("It is sent in. You are told the result."))
        return redirect(self.page_of(row))
