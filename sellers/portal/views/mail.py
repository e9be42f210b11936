"""Which notices a member wants by e-mail; all of them stand in the console anyway (R10)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from koogallery.events.mail_choices import wanted_mail
from sellers.portal.views.settings import SettingsPage
from sellers.portal.webhook_forms import KindsForm
from sellers.services.members.mail_choices import choose_own_mail


class MailChoices(SettingsPage):
    """Of the reader alone: nobody chooses for somebody else."""

    template_name = "sellers/mail_choices.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = wanted_mail(self.request.user, self.seller.number)
        form = KindsForm(initial={"kinds": wanted})
        return super().get_context_data(form=form, is_member=self._is_member, **kwargs)

    @property
    def _is_member(self) -> bool:
        return self.reader.sellers is not None

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = KindsForm(request.POST)
        if form.is_valid() and self._is_member:
            choose_own_mail(self.seller, form.cleaned_data["kinds"], actor=self.request.user)
            messages.success(request, _("Your choice is saved."))
        else:
            messages.error(request, _("Nothing was saved."))
        return redirect(self.address("mail-choices"))
