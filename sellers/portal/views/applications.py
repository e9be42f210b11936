"""A company applies to sell: pages for a person who may have no seller yet (R9.1)."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from koogallery.attachments import attachments_of
from koogallery.portal.views import DetailPage
from sellers.models import SellerApplication
from sellers.portal.applying import DraftPage
from sellers.portal.applying_forms import SellerApplicationForm
from sellers.portal.pages import ActPage, SellerPage, SellerTemplatePage
from sellers.rules.certifications import APPLICATION_DAYS
from sellers.services.companies import applications

WITH_NAMES = SellerApplication.objects.select_related("seller", "applicant", "revises")


class SellerApplicationList(SellerTemplatePage):
    """The person's own; an operator sees everybody's in the admin."""

    needs_seller = False
    template_name = "sellers/seller_application_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = WITH_NAMES.filter(applicant=self.request.user.pk)[:50]
        is_free = not any(each.is_draft or each.is_waiting for each in rows)
        may_apply = is_free and not self.request.user.is_staff
        return super().get_context_data(rows=rows, may_apply=may_apply, **kwargs)


class ApplicationDraftPage(DraftPage):
    needs_seller = False
    form_class = SellerApplicationForm
    detail = "seller-application-detail"
    submit = staticmethod(applications.submit_application)
    title = _("Apply to sell on KooGallery")
    intro = _(
        "Operations review it, usually within three working days. Then have your business "
        "information certified, and release products."
    )

    def edit_of(self, row: Any) -> str:
        return reverse("console:seller-application-edit", args=[row.number])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = reverse("console:seller-application-list")
        return super().get_context_data(back_to=back, back_label=_("Applications"), **kwargs)


class AddSellerApplication(ApplicationDraftPage):
    """A person has one at a time: whatever is open is gone on with."""

    @cached_property
    def found(self) -> SellerApplication | None:
        mine = WITH_NAMES.filter(applicant=self.request.user.pk, state__in=applications.OPEN)
        return mine.first()

    def row(self) -> SellerApplication | None:
        return self.found

    def initial(self) -> dict[str, Any]:
        user = self.request.user
        return super().initial() or {
            "contact_name": user.get_full_name(),
            "contact_email": user.email,
        }

    def save(self, content: dict[str, Any]) -> SellerApplication:
        user = self.request.user
        if self.found:
            saved = applications.edit_application(self.found.number, content, actor=user)
        else:
            saved = applications.start_application(content, actor=user)
        self.found = saved
        return saved


class EditSellerApplication(ApplicationDraftPage):
    @cached_property
    def found(self) -> SellerApplication:
        rows = WITH_NAMES.all().visible_to(self.request.user)
        found = rows.filter(number=self.kwargs["number"]).first()
        if found is None:
            raise Http404
        return found

    def row(self) -> SellerApplication:
        return self.found

    def save(self, content: dict[str, Any]) -> SellerApplication:
        saved = applications.edit_application(self.found.number, content, actor=self.request.user)
        del self.found
        return saved


class SellerApplicationDetail(SellerPage, DetailPage):
    needs_seller = False
    queryset = WITH_NAMES
    template_name = "sellers/seller_application_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row: SellerApplication = self.object
        return super().get_context_data(
            row=row,
            facts=SellerApplicationForm.facts(row.content, whole=True),
            attachments=attachments_of("seller_application", row.number),
            may_write=row.applicant_id == self.request.user.pk,
            revised_by=getattr(row, "revised_by", None),
            days=APPLICATION_DAYS,
            **kwargs,
        )


class ReviseSellerApplication(ActPage):
    needs_seller = False
    performs = applications.revise_application

    def after(self) -> str:
        return reverse("console:seller-application-edit", args=[self.came.number])
