"""How a person answers a question of the admin: read what follows, then confirm exactly that."""

from typing import Any

from django.test import Client


def answered(client: Client, address: str, **entered: Any) -> Any:
    """The answer of the confirmation; what follows is shown at once, or once the form is filled."""
    page = client.get(address)
    if page.context["asking"].foreseen is None:
        page = client.post(address, entered)
    foreseen = page.context["asking"].foreseen
    return client.post(address, {**entered, "seen": foreseen.digest, "shown": foreseen.written})
