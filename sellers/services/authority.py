"""Who may do what in the sellers' room. No actor: the operator's own commands."""

from koogallery.kit.errors import Forbidden
from koogallery.models import User


def require_operator(actor: User | None, act: str) -> None:
    """`act` completes the sentence "Only an operator may ..."."""
    if actor is not None and not actor.is_operator:
        raise Forbidden(f"Only an operator may {act}.", code="operator_only")
