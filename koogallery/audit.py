"""The record of acts: one call at the end of every service that changes something."""

from typing import Any

from koogallery.models import Act, User


def record(
    actor: User | None,
    verb: str,
    kind: str,
    number: str,
    *,
    seller: str = "",
    **facts: Any,
) -> None:
    """Write who did what. Facts must be JSON: amounts as strings, instants in ISO 8601."""
    Act.objects.create(
        actor=actor,
        verb=verb,
        object_kind=kind,
        object_number=number,
        seller_number=seller,
        facts={
            name: value if isinstance(value, (int, bool)) else str(value)
            for name, value in facts.items()
        },
    )
