"""The timeline of an object, as operators read it on its page."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.models import Act
from koogallery.telling import changes, last_looks, origin, sentence

HEADINGS = [_("At"), _("What was done"), _("Changed"), _("Origin")]


def timeline_of(kind: str, number: str) -> SafeString:
    return columns.table(
        HEADINGS,
        [
            (act.at, sentence(act), changes(act), origin(act))
            for act in last_looks(Act.objects.of(kind, number))
        ],
        empty=gettext("Nothing is on record of it."),
    )
