"""How the standards of a refund are told and kept (R4.2, R4.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from koogallery.kit.language import Sentence, marked, paragraph


@dataclass(frozen=True, slots=True)
class Standard:
    """One check an operator sees beside the decision: whether it holds, and the figures why."""

    rule: str
    code: str
    holds: bool
    told: tuple[Sentence, ...]

    @property
    def detail(self) -> str:
        """In the reader's language."""
        return paragraph(self.told)

    def as_stored(self) -> dict[str, Any]:
        """As it is kept with a refund: in English, and so that it can be told in any language."""
        return {
            "rule": self.rule,
            "code": self.code,
            "holds": self.holds,
            "detail": " ".join(sentence.english for sentence in self.told),
            "told": [[sentence.message, dict(sentence.values)] for sentence in self.told],
        }


def detail_of(stored: Mapping[str, Any]) -> str:
    """What a stored standard says, in the reader's language; the oldest ones are English."""
    if "told" not in stored:
        return str(stored["detail"])
    return paragraph(Sentence(message, values) for message, values in stored["told"])


#: By whether the amount is within what is left; below zero it is neither.
WITHIN = marked(
    "%(asked)s is within the %(left)s not yet refunded, of %(paid)s paid less %(claimed)s of other "
    "refunds."
)
BEYOND = marked(
    "%(asked)s is more than the %(left)s not yet refunded, of %(paid)s paid less %(claimed)s of "
    "other refunds."
)
NOT_POSITIVE = marked(
    "A refund must be above 0, not %(asked)s; %(left)s is not yet refunded, of %(paid)s paid less "
    "%(claimed)s of other refunds."
)


#: How a delivery method is called within a sentence.
METHODS: Mapping[str, str] = {
    "license": marked("license"),
    "professional_service": marked("professional service"),
    "hardware": marked("hardware"),
    "image": marked("image"),
    "consulting": marked("consulting"),
    "content_service": marked("content service"),
    "cloud_host": marked("cloud host"),
    "supervised saas": marked("supervised SaaS"),
    "saas": marked("SaaS without supervision"),
}


#: How a supervision that is still open is called within a sentence.
OPEN_SUPERVISIONS: Mapping[str, str] = {
    "waiting_for_service": marked("waiting for service"),
    "waiting_for_acceptance": marked("waiting for acceptance"),
}


#: The image's formula, by whether what is asked is within it.
WITHIN_UNUSED = marked(
    "With earlier refunds %(total)s is asked, which is within %(most)s = %(paid)s × (1 − %(used)s "
    "used) − %(fee)s handling fee."
)
BEYOND_UNUSED = marked(
    "With earlier refunds %(total)s is asked, which is more than %(most)s = %(paid)s × (1 − "
    "%(used)s used) − %(fee)s handling fee."
)
