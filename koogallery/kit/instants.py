"""Instants as machines read them."""

from datetime import UTC, datetime


def utc_text(moment: datetime) -> str:
    """ISO 8601 in UTC, as precise as it is kept: 2026-01-31T16:00:00Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
