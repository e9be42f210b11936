"""What a token may be: how long, from where, and never wider than the one that issues it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from koogallery.kit.errors import Violation
from koogallery.kit.language import gettext as _
from koogallery.kit.networks import covers, read_network

MOST_NETWORKS = 50
#: In use at a time, of one holder and for one seller, or for operators.
MOST_TOKENS = 50
NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class TokenTerms:
    """`networks` as they were written; none: from anywhere.

    `roles` are those of an operator's that it carries alone; none: all that its holder has.
    """

    name: str
    valid_for: timedelta
    networks: Sequence[str] = ()
    roles: Sequence[str] = ()


def term_faults(terms: TokenTerms, *, longest: timedelta) -> Iterator[Violation]:
    if not terms.name.strip():
        yield Violation("name", "required", _("A token has a name: say which program uses it."))
    if len(terms.name) > NAME_LENGTH:
        yield Violation(
            "name",
            "too_long",
            _("A name has at most %(most)s characters.") % {"most": NAME_LENGTH},
        )
    if not timedelta() < terms.valid_for <= longest:
        detail = _("A token is valid for 1 to %(days)s days.") % {"days": longest.days}
        yield Violation("valid_days", "out_of_range", detail)
    if len(terms.networks) > MOST_NETWORKS:
        yield Violation(
            "allowed_networks",
            "too_many",
            _("At most %(most)s networks.") % {"most": MOST_NETWORKS},
        )
    for place, text in enumerate(terms.networks):
        if not _is_network(text):
            detail = _("%(text)s is no address and no network such as 203.0.113.0/24.") % {
                "text": repr(text[:50])
            }
            yield Violation(f"allowed_networks.{place}", "invalid_network", detail)


def written(networks: Sequence[str]) -> list[str]:
    """Each network once, in one form."""
    return list(dict.fromkeys(str(read_network(text.strip())) for text in networks))


def role_faults(asked: Sequence[str], held: Collection[str]) -> Iterator[Violation]:
    """Where an operator's token would carry a role that its holder does not have."""
    for place, role in enumerate(asked):
        if role not in held:
            yield Violation(
                f"roles.{place}", "role_not_held", _("You are no %(role)s.") % {"role": role}
            )


def widenings(asked: TokenTerms, own: TokenTerms) -> Iterator[Violation]:
    """Where a new token would reach further than the token that asks for it."""
    if own.networks and not asked.networks:
        detail = _("The token that issues it is for certain networks; name some of those.")
        yield Violation("allowed_networks", "wider_than_issuer", detail)
    for place, network in enumerate(asked.networks):
        if own.networks and not covers(own.networks, network):
            detail = _("The token that issues it may not be used from all of %(network)s.") % {
                "network": network
            }
            yield Violation(f"allowed_networks.{place}", "wider_than_issuer", detail)
    # Days are asked for; of the last one a token lives as long as its issuer.
    if asked.valid_for - own.valid_for >= timedelta(days=1):
        detail = _("It would outlive the token that issues it; ask for fewer days, or for none.")
        yield Violation("valid_days", "wider_than_issuer", detail)
    if own.roles and not (asked.roles and set(asked.roles) <= set(own.roles)):
        detail = _("The token that issues it carries %(roles)s alone; name some.") % {
            "roles": ", ".join(own.roles)
        }
        yield Violation("roles", "wider_than_issuer", detail)


def _is_network(text: str) -> bool:
    try:
        read_network(text.strip())
    except ValueError:
        return False
    return True
