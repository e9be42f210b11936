"""Every seal, checked from the stored rows (R7.3).

Rows against the log, the log against the seals, seals against their roots, and roots against their
signatures and what was published of them.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from string import Template

from django.db import connection

from koogallery.kit.language import marked
from koogallery.statements import MINOR_UNITS, columns_of, read_statement, run_statement
from settlement import seal_keys
from settlement.models import Bill, Seal, SealRoot
from settlement.readings.invariants import Finding
from settlement.readings.sealed_rows import differing_rows
from settlement.rules.canonical import canonical, digest, merkle_root
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
