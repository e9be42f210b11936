"""The timeline of an object, as operators read it on its page."""

from django.utils.safestring import SafeString

from koogallery.admin import columns
from koogallery.models import Act
from koogallery.telling import changes, origin, who

HEADINGS = ["At", "Who", "What", "Changed", "From"]


def timeline_of(kind: str, number: str) -> SafeString:
    return columns.table(
        HEADINGS,
        [
            (act.at, who(act), act.verb.replace("_", " "), changes(act), origin(act))
            for act in Act.objects.of(kind, number)
        ],
        empty="Nothing is on record of it.",
    )
