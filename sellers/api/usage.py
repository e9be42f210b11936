"""A call with many usage records, each answered for itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rest_framework.exceptions import ValidationError

from koogallery.api.problems import Error, errors_within
from koogallery.models import User
from sellers.api.serializers import UsageInput
from sellers.services.intake import Result
from sellers.services.orders.usage import NewUsage, record_usage


@dataclass(frozen=True, slots=True)
class Rejected:
    metering_sn: str | None
    errors: list[Error]


@dataclass(frozen=True, slots=True)
class Report:
    accepted: int
    duplicates: int
    rejected: list[Rejected]


def report_usage(records: Sequence[Any], *, actor: User) -> Report:
    """Read and record what can be; whoever reads the report finds all others in the order sent."""
    readings = {place: _read(place, record) for place, record in enumerate(records)}
    valid = {place: read for place, read in readings.items() if isinstance(read, NewUsage)}
    outcomes = dict(zip(valid, record_usage([*valid.values()], actor=actor), strict=True))
    rejected = {place: read for place, read in readings.items() if isinstance(read, Rejected)}
    for place, outcome in outcomes.items():
        if outcome.is_refused:
            errors = errors_within(_pointer(place), outcome.violations)
            rejected[place] = Rejected(outcome.key, errors)
    results = [outcome.result for outcome in outcomes.values()]
    return Report(
        accepted=results.count(Result.RECORDED),
        duplicates=results.count(Result.KNOWN),
        rejected=[rejected[place] for place in sorted(rejected)],
    )


def _read(place: int, record: Any) -> NewUsage | Rejected:
    body = UsageInput(data=record)
    try:
        body.is_valid(raise_exception=True)
    except ValidationError as error:
        serial = record.get("metering_sn") if isinstance(record, dict) else None
        return Rejected(
            serial if isinstance(serial, str) else None, errors_within(_pointer(place), error)
        )
    return NewUsage(**body.validated_data)


def _pointer(place: int) -> str:
    return f"/records/{place}"
