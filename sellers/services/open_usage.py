"""Usage as a seller's server uploads it: by instance, then as any other usage (R9.5)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sellers.models import Instance, Seller
from sellers.rules.open_usage import BadRecord, UsageRecord, read_record
from sellers.services.intake import Outcome, Result
from sellers.services.usage import NewUsage, record_usage

UNKNOWN_INSTANCE, INVALID = "MKT.9001", "MKT.9002"


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


def record_upload(seller: Seller, records: Sequence[object]) -> Upload:
    """Keep the good ones; `seller` has signed the call, and only its instances exist for it."""
    bad: dict[int, Bad] = {}
    read: dict[int, UsageRecord] = {}
    for place, record in enumerate(records):
        try:
            read[place] = read_record(record)
        except BadRecord as why:
            bad[place] = Bad(place, _serial_of(record), INVALID, str(why))
    orders = _orders_of(seller, [record.instance_id for record in read.values()])
    for place in [place for place in read if read[place].instance_id not in orders]:
        unknown = read.pop(place)
        reason = f"You have no instance {unknown.instance_id}."
        bad[place] = Bad(place, unknown.metering_sn, UNKNOWN_INSTANCE, reason)
    outcomes = _record(read, orders)
    for place, outcome in outcomes.items():
        if outcome.is_refused:
            reason = " ".join(violation.detail for violation in outcome.violations)
            bad[place] = Bad(place, outcome.key, INVALID, reason)
    results = [outcome.result for outcome in outcomes.values()]
    return Upload(
        records=len(records),
        accepted=results.count(Result.RECORDED),
        duplicates=results.count(Result.KNOWN),
        bad=[bad[place] for place in sorted(bad)],
    )


def _record(read: dict[int, UsageRecord], orders: dict[str, str]) -> dict[int, Outcome]:
    rows = [
        NewUsage(
            metering_sn=record.metering_sn,
            order=orders[record.instance_id],
            started_at=record.started_at,
            ended_at=record.ended_at,
            quantity=record.quantity,
        )
        for record in read.values()
    ]
    return dict(zip(read, record_usage(rows, actor=None), strict=True)) if rows else {}


def _orders_of(seller: Seller, instances: Sequence[str]) -> dict[str, str]:
    """An instance that was released may still tell what was used of it before."""
    rows = Instance.objects.filter(seller=seller, instance_id__in=set(instances))
    return dict(rows.values_list("instance_id", "order__number"))


def _serial_of(record: object) -> str:
    serial = record.get("metering_sn") if isinstance(record, dict) else None
    return serial[:64] if isinstance(serial, str) else ""
