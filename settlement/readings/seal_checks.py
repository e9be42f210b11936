"""Every seal, checked from the stored rows (R7.3).

Rows against the log, the log against the seals, seals against their roots, and roots against their
signatures and what was published of them.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from string import Template
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.urls import reverse

from koogallery.kit.language import marked
from koogallery.statements import MINOR_UNITS, columns_of, read_statement, run_statement
from settlement import seal_keys
from settlement.models import Bill, Seal, SealRoot
from settlement.readings.invariants import Finding
from settlement.readings.sealed_rows import differing_rows
from settlement.rules.canonical import Step, canonical, digest, merkle_path, merkle_root
from settlement.sealed_tables import LINES

RULE = "R7.3"
SENTENCES = {
    "every_row_is_as_it_was_logged": marked("Every row is as it was last logged."),
    "every_line_is_as_it_was_sealed": marked("Every line of a bill is as it was sealed."),
    "every_seal_is_over_its_changes": marked(
        "Every seal is over its changes and follows the one before."
    ),
    "every_seal_has_its_root": marked(
        "Every root is over its seals, signed, and as it was published."
    ),
}

#: A root as it was published: its canonical form, its signature and whatever else.
Published = Mapping[str, str]


def check_seals(published: Iterable[Published] = ()) -> list[Finding]:
    """Over all that is on record; `published` are roots that were kept elsewhere."""
    rows, wrong = differing_rows()
    chained = columns_of(run_statement("settlement/seals_beside_their_changes", {}))
    checks = (
        (rows, wrong),
        (Bill.objects.count(), list(differing_lines())),
        (Seal.objects.count(), chained),
        (SealRoot.objects.count(), [*_differing_roots(), *_differing_from(published)]),
    )
    return [
        Finding(name, sentence, RULE, not wrong, checked, "\n".join(wrong))
        for (name, sentence), (checked, wrong) in zip(SENTENCES.items(), checks, strict=True)
    ]


def differing_lines() -> Iterator[str]:
    """The bills whose lines differ, then which of them, as far as their transactions say it."""
    run = Template(read_statement("settlement/run_of_lines")).substitute(
        bill="s.bill_id", lines=LINES
    )
    statement = Template(read_statement("settlement/lines_beside_their_seals"))
    with connection.cursor() as cursor:
        cursor.execute(statement.substitute(run=run))
        for (number,) in cursor.fetchall():
            yield f"{LINES} of {number} are others than were sealed"
    units = {"minor_units": MINOR_UNITS}
    yield from columns_of(run_statement("settlement/lines_beside_their_facts", units))


def _differing_roots() -> Iterator[str]:
    before = None
    for place, root in enumerate(SealRoot.objects.order_by("place"), start=1):
        for what in _wrong_with(root, place, before):
            yield f"settlement_sealroot {root.place} {what}"
        before = root.hash


def _wrong_with(root: SealRoot, place: int, before: str | None) -> Iterator[str]:
    hashes = list(root.sealed.as_leaves().values_list("hash", flat=True))
    if not hashes or merkle_root(hashes) != root.merkle_root:
        yield f"is over other seals than are on record: {root.seals} then, {len(hashes)} now"
    says = {
        "made_at": root.made_at.isoformat(),
        "merkle_root": root.merkle_root,
        "place": str(root.place),
        "previous": before,
        "seals": str(root.seals),
    }
    if root.content != canonical(says) or root.hash != digest(root.content) or root.place != place:
        yield "does not say what it is, or does not follow the one before"
    if root.public_key != seal_keys.public_key(root.key):
        yield "names another key than signs here"
    if not seal_keys.is_signed_by(root.public_key, root.content, root.signature):
        yield "is not signed by its key"


def _differing_from(published: Iterable[Published]) -> Iterator[str]:
    kept = {root.place: root for root in SealRoot.objects.all()}
    for each in published:
        place = int(json.loads(each["canonical_form"])["place"])
        root = kept.get(place)
        if root is None:
            yield f"settlement_sealroot {place} was published and is missing"
        elif (root.content, root.signature) != (each["canonical_form"], each["signature"]):
            yield f"settlement_sealroot {place} is another one than was published"


# A bill's seal, and the way from it to a signed root (R7.3).


@dataclass(frozen=True, slots=True)
class SealOfBill:
    """The link that the close of its cycle put into its seller's chain."""

    bill: Bill
    seal: Seal
    path: list[Step]
    root: SealRoot | None

    @property
    def previous(self) -> str | None:
        """The seal before it in its seller's chain."""
        said: dict[str, str | None] = json.loads(self.seal.content)
        return said["previous"]


def seal_of(bill: Bill) -> SealOfBill | None:
    """None for a bill that was issued before bills were sealed."""
    seal = Seal.objects.filter(bill=bill).select_related("root").first()
    return SealOfBill(bill, seal, path_of(seal), seal.root) if seal else None


def is_seal_of(bill: str, seal: str) -> bool:
    """Whether a bill of this number was issued with this seal."""
    return Seal.objects.filter(bill__number=bill, hash=seal.lower()).exists()


def check_address(bill: Bill, seal: str) -> str:
    """Where anybody can check them, without an account."""
    query = urlencode({"bill": bill.number, "seal": seal})
    return f"{settings.PORTAL_URL}{reverse('verify')}?{query}"


def path_of(seal: Seal) -> list[Step]:
    if seal.root is None:
        return []
    leaves = list(seal.root.sealed.as_leaves().values_list("hash", flat=True))
    return merkle_path(leaves, leaves.index(seal.hash))
