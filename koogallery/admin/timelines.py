"""The timeline of an object, as operators read it on its page."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.handing import holder
from koogallery.models import Act
from koogallery.telling import changes, last_looks, origin, sentence

HEADINGS = [_("At"), _("What was done"), _("Changed"), _("Origin")]


def timeline_of(kind: str, number: str, note: str) -> SafeString:
    """`note` is where something is noted on it."""
    acts = list(last_looks(Act.objects.of(kind, number)))
    told = columns.table(
        HEADINGS,
        [(act.at, sentence(act), changes(act), origin(act)) for act in acts],
        empty=gettext("Nothing is on record of it."),
    )
    context = {"holder": holder(acts), "note": note}
    return render_to_string("admin/components/hands.html", context) + told
