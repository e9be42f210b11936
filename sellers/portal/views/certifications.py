"""Settings > Company: where the certification stands, its form, its attempts (R9.1)."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from koogallery.attachments import attachments_of
from koogallery.duties import Duty
from sellers.models import Certification
from sellers.portal.applying import DraftPage
from sellers.portal.applying_forms import CertificationForm, SectionForm
from sellers.portal.pages import SellerDetailPage
from sellers.portal.views.settings import SettingsPage
from sellers.rules.certifications import CERTIFICATION_DAYS, MOST_REJECTIONS
from sellers.services.authority import TREASURERS, may_read_accounts
from sellers.services.companies import certifications
from sellers.services.companies.bank_accounts import account_in_use
from sellers.services.companies.certifications import Stand, needs_bank_account, stand_of


class Company(SettingsPage):
    template_name = "sellers/company.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stand = stand_of(self.seller)
        pk = self.seller.pk
        return super().get_context_data(
            stand=stand,
            standing_tone=stand.standing.tone.for_sellers,
            may_certify=self.reader.may(certifications.WRITERS, pk) and not stand.is_locked,
            may_change_account=self.reader.may(TREASURERS | Duty.MANAGE_SELLERS, pk),
            whole=may_read_accounts(self.request.user, self.seller),
            account=account_in_use(self.seller),
            changes=self.seller.bank_accounts.all().underway(),
            earlier=self.seller.certifications.exclude(state="discarded")[:10],
            days=CERTIFICATION_DAYS,
            left=MOST_REJECTIONS - stand.rejections,
            **kwargs,
        )


class EditCertification(DraftPage, SettingsPage):
    """One form for the first draft, for going on with it and for the next attempt."""

    menu = "company"
    performs = certifications.edit_certification
    form_class = CertificationForm
    detail = "certification-detail"
    submit = staticmethod(certifications.submit_certification)
    title = _("Certification of your business information")
    intro = _(
        "Operations compare it with your documents, usually within one working day. What you sell "
        "is billed once it is certified."
    )

    @cached_property
    def stand(self) -> Stand:
        return stand_of(self.seller)

    def row(self) -> Certification | None:
        return self.stand.open

    def initial(self) -> dict[str, Any]:
        return self.stand.open.content if self.stand.open else self._known()

    def rejected(self) -> Certification | None:
        last = self.stand.last
        return last if last and last.is_rejected else None

    def _known(self) -> dict[str, Any]:
        return certifications.known_content(self.seller, self.stand)

    def build_form(self, *data: Any) -> SectionForm:
        form = super().build_form(*data)
        if not needs_bank_account(self.seller):
            for name in CertificationForm.BANK:
                del form.fields[name]
        return form

    def save(self, content: dict[str, Any]) -> Certification:
        if self.stand.open:
            number = self.stand.open.number
            row = certifications.edit_certification(number, content, actor=self.request.user)
        else:
            row = certifications.start_certification(
                self.seller.number, content, actor=self.request.user
            )
        del self.stand
        return row

    def edit_of(self, row: Any) -> str:  # noqa: ARG002
        return self.address("certification-edit")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = self.address("company")
        return super().get_context_data(back_to=back, back_label=_("Company"), **kwargs)


class CertificationDetail(SellerDetailPage):
    menu = "company"
    queryset = Certification.objects.select_related("seller", "revises")
    template_name = "sellers/certification_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row: Certification = self.object
        pk = row.seller_id
        whole = may_read_accounts(self.request.user, row.seller)
        may_write = self.reader.may(certifications.WRITERS, pk)
        return super().get_context_data(
            row=row,
            facts=CertificationForm.facts(row.content, whole=whole),
            attachments=attachments_of("certification", row.number),
            reads_documents=whole or may_write,
            may_write=may_write,
            is_last=stand_of(row.seller).last == row,
            days=CERTIFICATION_DAYS,
            **kwargs,
        )
