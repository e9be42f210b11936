"""Documents in forms and pages: sent with an act, fetched as files."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from koogallery.attachments import Upload
from koogallery.downloads import send_attachment
from koogallery.kit.documents import TYPES
from koogallery.kit.errors import Forbidden, NotFound
from koogallery.models import User

MEGABYTE = 1024 * 1024
ACCEPTED = ",".join(f".{ending}" for ending in TYPES)
#: Files that one form takes at once.
MOST_AT_ONCE = 10


@login_required
@require_safe
def download(request: HttpRequest, number: str) -> FileResponse:
    assert isinstance(request.user, User), "signed in"
    try:
        return send_attachment(number, actor=request.user)
    except NotFound:
        raise Http404 from None
    except Forbidden as refusal:
        raise PermissionDenied(refusal.detail) from None


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class AttachmentsField(forms.FileField):
    """Any number of files; `attach_all` takes what it gives."""

    widget = FilesInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Documents"))
        options.setdefault(
            "help_text",
            format_lazy(
                gettext_lazy("PDF, PNG, JPEG, XLSX, DOCX, CSV, XML or text, up to {size} MB each."),
                size=settings.ATTACHMENT_MAX_BYTES // MEGABYTE,
            ),
        )
        options.setdefault("required", False)
        super().__init__(**options)
        self.widget.attrs["accept"] = ACCEPTED

    def clean(self, data: Any, initial: Any = None) -> Sequence[Upload]:
        files = [each for each in (data or []) if each]
        if len(files) > MOST_AT_ONCE:
            raise ValidationError(
                _("Send at most %(most)s files at once.") % {"most": MOST_AT_ONCE}
            )
        if self.required and not files:
            raise ValidationError(_("Attach a document."))
        return [super(AttachmentsField, self).clean(each, initial) for each in files]
