from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from koogallery.events.readings import mark_read
from koogallery.models import Notice
from koogallery.notices import address_of, facts_of, sentence_of, subject_of
from sellers.listings.notices import NOTICES
from sellers.portal.pages import SellerListingPage, SellerTemplatePage


class NoticeScope(SellerTemplatePage):
    """The notices to the reader's sellers, or to who applied; an operator sees all."""

    needs_seller = False

    def notices(self) -> QuerySet[Any]:
        """Each with whether its reader has read it."""
        return NOTICES.visible_to(self.request.user)


class NoticeList(NoticeScope, SellerListingPage):
    listing = NOTICES
    template_name = "settlement/notice_list.html"

    def beside(self, row: Notice) -> dict[str, Any]:
        return {
            "subject": subject_of(row),
            "sentence": sentence_of(row),
            "facts": facts_of(row),
            "address": address_of(row),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        unread = self.notices().filter(is_read=False).count()
        return super().get_context_data(unread=unread, **kwargs)


class ReadNotices(NoticeScope):
    """Marks one notice as read, or all there are."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        rows = self.notices()
        one = request.POST.get("notice", "")
        if one:
            rows = rows.filter(pk=one) if one.isascii() and one.isdigit() else rows.none()
        mark_read(rows, self.request.user)
        if not one:
            messages.success(request, _("All notices are marked as read."))
        return redirect("console:notice-list")
