"""Beside the name of the site: as of when the figures are that a standby answers with."""

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _


def badge(request: HttpRequest) -> tuple[str, str] | None:
    as_of = getattr(request, "as_of", None)
    if as_of is None:
        return None
    return _("As of %(as_of)s") % {"as_of": date_format(localtime(as_of), "H:i:s")}, "info"
