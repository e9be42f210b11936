"""Messages to a seller's server as people read them: colours, and words in their language."""

import json
from collections.abc import Mapping

from django.utils.translation import gettext as _

from koogallery.outgoing import told_fault
from sellers.choices import AttemptOutcome, InstanceStatus, Scene
from sellers.models import DeliveryAttempt, DeliveryMessage
from sellers.rules.deliveries import CODES, told

#: The titles of the words that `details` may hold.
SCENES = {str(scene): scene.label for scene in Scene}
STATUSES = {str(status): status.label for status in InstanceStatus}


def title_of(message: DeliveryMessage) -> str:
    """What the seller's server is asked to do, in words."""
    if message.is_test:
        return _("Test call")
    details = message.details
    word = SCENES.get(details.get("scene", "")) or STATUSES.get(details.get("status", ""))
    title = str(message.get_activity_display())
    return f"{title}: {word}" if word else title


def told_of(code: str, explanation: str) -> str:
    """What an answer means: a documented code in the reader's language, else as it was noted."""
    return told(explanation, code) if code in CODES else told_fault(explanation)


def written(request: Mapping[str, str]) -> str:
    """A body as people read JSON, in the order of the access guide; PostgreSQL keeps none."""
    ordered = sorted(request.items(), key=lambda field: _place_of(field[0]))
    return json.dumps(dict(ordered), ensure_ascii=False, indent=2)


def _place_of(name: str) -> tuple[bool, bool, str]:
    return (name != "activity", name == "testFlag", name)


class ReadAttempt:
    """One attempt for a page: everything it shows, worded."""

    def __init__(self, attempt: DeliveryAttempt) -> None:
        self.row = attempt
        self.tone = AttemptOutcome(attempt.outcome).tone
        self.told = told_of(attempt.result_code, attempt.explanation)
        self.request = written(attempt.request)
