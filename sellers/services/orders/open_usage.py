"""Usage as a seller's server uploads it: by instance, then as any other usage (R9.5)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from sellers.models import Instance, Seller
from sellers.models import UsageRecord as Recorded
from sellers.rules.open_usage import LONGEST_AGO, BadRecord, UsageRecord, read_record
from sellers.services.intake import Outcome, Result
from sellers.services.orders.usage import NewUsage, record_usage

UNKNOWN_INSTANCE, INVALID, TOO_OLD, UNKNOWN_PACKAGE = "MKT.9001", "MKT.9002", "MKT.9004", "MKT.9005"


@dataclass(frozen=True, slots=True)
class Bad:
    """`place` counts from 0, as the records were sent."""

    place: int
    metering_sn: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Upload:
    records: int
    accepted: int
    duplicates: int
    bad: list[Bad]


def record_upload(seller: Seller, records: Sequence[object], *, has_serials: bool = True) -> Upload:
    """Keep the good ones; `seller` has signed the call, and only its instances exist for it."""
    bad: dict[int, Bad] = {}
    read: dict[int, UsageRecord] = {}
    for place, record in enumerate(records):
        try:
            read[place] = read_record(record, has_serial=has_serials)
        except BadRecord as why:
            serial = record.get("metering_sn") if isinstance(record, dict) else None
            bad[place] = Bad(
                place, serial[:64] if isinstance(serial, str) else "", INVALID, str(why)
            )
    # By instance. One that was released may still tell what was used of it before.
    named = {
        name for each in read.values() for name in (each.instance_id, each.package_instance) if name
    }
    rows = Instance.objects.filter(seller=seller, instance_id__in=named)
    orders = dict(rows.values_list("instance_id", "order__number"))
    for place, (code, reason) in _refused(seller, read, orders).items():
        bad[place] = Bad(place, read.pop(place).metering_sn, code, reason)
    outcomes = _record(read, orders)
    for place, outcome in outcomes.items():
        if outcome.is_refused:
            reason = " ".join(violation.detail for violation in outcome.violations)
            is_of_package = outcome.violations[0].field == "package"
            code = UNKNOWN_PACKAGE if is_of_package else INVALID
            bad[place] = Bad(place, outcome.key, code, reason)
    results = [outcome.result for outcome in outcomes.values()]
    return Upload(
        records=len(records),
        accepted=results.count(Result.RECORDED),
        duplicates=results.count(Result.KNOWN),
        bad=[bad[place] for place in sorted(bad)],
    )


def _refused(
    seller: Seller, read: Mapping[int, UsageRecord], orders: Mapping[str, str]
) -> dict[int, tuple[str, str]]:
    """By their places: why records that are right in themselves are not taken here."""
    now = timezone.now()
    old = {place: each.metering_sn for place, each in read.items() if each.is_too_old(now)}
    known = _recorded(seller, old.values())
    refused = {}
    for place, record in read.items():
        if record.instance_id not in orders:
            refused[place] = UNKNOWN_INSTANCE, f"You have no instance {record.instance_id}."
        elif record.package_instance and record.package_instance not in orders:
            refused[place] = UNKNOWN_PACKAGE, f"You have no instance {record.package_instance}."
        elif place in old and record.metering_sn not in known:
            refused[place] = TOO_OLD, f"begin_time is more than {LONGEST_AGO.days} days ago."
    return refused


def _recorded(seller: Seller, serials: Collection[str]) -> set[str]:
    """A repeat is acknowledged, however old it is."""
    if not serials:
        return set()
    rows = Recorded.objects.filter(metering_sn__in=serials, seller=seller)
    return set(rows.values_list("metering_sn", flat=True))


def _record(read: Mapping[int, UsageRecord], orders: Mapping[str, str]) -> dict[int, Outcome]:
    rows = [
        NewUsage(
            metering_sn=record.metering_sn,
            order=orders[record.instance_id],
            started_at=record.started_at,
            ended_at=record.ended_at,
            quantity=record.quantity,
            package=orders.get(record.package_instance),
        )
        for record in read.values()
    ]
    return dict(zip(read, record_usage(rows, actor=None), strict=True)) if rows else {}
