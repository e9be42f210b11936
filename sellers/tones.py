"""The colour of each state for sellers, once: wherever it is shown it looks the same."""

from collections.abc import Mapping
from typing import Any

from koogallery.portal.tones import Tone
from sellers.choices import AttemptOutcome, MessageState

MESSAGE_TONES: Mapping[str, Tone] = {
    MessageState.QUEUED: Tone.INFO,
    MessageState.SENDING: Tone.INFO,
    MessageState.RETRYING: Tone.WARNING,
    MessageState.SUCCEEDED: Tone.SUCCESS,
    MessageState.FAILED: Tone.ERROR,
    MessageState.CANCELLED: Tone.NEUTRAL,
}

OUTCOME_TONES: Mapping[str, Tone] = {
    AttemptOutcome.UNDER_WAY: Tone.INFO,
    AttemptOutcome.SUCCEEDED: Tone.SUCCESS,
    AttemptOutcome.PROCESSING: Tone.INFO,
    AttemptOutcome.REFUSED: Tone.ERROR,
    AttemptOutcome.UNTRUSTED: Tone.ERROR,
    AttemptOutcome.UNREACHABLE: Tone.ERROR,
    AttemptOutcome.LOST: Tone.WARNING,
}

#: state -> how it looks; the words are the model's.
TONES = {
    "draft": Tone.NEUTRAL,
    "pending": Tone.INFO,
    "pending_review": Tone.INFO,
    "pending_approval": Tone.INFO,
    "certified": Tone.SUCCESS,
    "approved": Tone.SUCCESS,
    "rejected": Tone.ERROR,
    "discarded": Tone.NEUTRAL,
    "requested": Tone.INFO,
    "checked": Tone.INFO,
    "withdrawn": Tone.NEUTRAL,
    "stopped": Tone.ERROR,
}


def tone_of(row: Any) -> Tone:
    return TONES[row.state]
