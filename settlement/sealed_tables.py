"""What is sealed (R7.3): every column of every table, but for what is named here with its reason.

So a new table or column is sealed by itself. `migrate` writes the triggers from it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.apps import apps
from django.db.models import ForeignKey, Model

APPS = ("koogallery", "sellers", "settlement")

_WORK = "how far a piece of work has come; what it made is sealed"
_MESSAGE = "who was notified of what; moves no money"
_SEALS = "the seals themselves, each of which holds the one before"

#: Tables that no seal covers.
LEFT_OUT: Mapping[str, str] = {
    "koogallery_accountmail": _MESSAGE,
    "koogallery_exportjob": _WORK,
    "koogallery_idempotencykey": "answers kept for a day",
    "koogallery_notice": _MESSAGE,
    "koogallery_noticecount": _MESSAGE,
    "koogallery_platformmark": _MESSAGE,
    "koogallery_mailchoice": _MESSAGE,
    "koogallery_reading": _MESSAGE,
    "koogallery_noticemail": _MESSAGE,
    "koogallery_scheduledtask": "when the schedule last ran",
    "koogallery_tokenuse": "traces of use, forgotten in time",
    "koogallery_webhookendpoint": _MESSAGE,
    "koogallery_webhookdelivery": _MESSAGE,
    "koogallery_webhookattempt": _MESSAGE,
    "sellers_deliveryinterface": "where a seller's server is called; moves no money",
    "sellers_deliverymessage": _WORK,
    "sellers_deliveryattempt": _WORK,
    "sellers_invitation": "offers of a place; the member that one makes is sealed",
    "settlement_approvallimit": "what the settings say, written down anew by every migrate",
    "settlement_keptforecast": "a forecast, computed anew",
    "settlement_invariantresult": "the last result of a proof, computed anew",
    "settlement_proof": "how far the last proof went",
    "settlement_billrun": _WORK,
    "settlement_billrunseller": _WORK,
    "settlement_billpreview": "what would be issued; who approved one is an act",
    "settlement_billpreviewseller": "what would be issued; who approved one is an act",
    "settlement_sealedchange": _SEALS,
    "settlement_seal": _SEALS,
    "settlement_sealroot": _SEALS,
}

_PERSON = "personal, and erased on request; who somebody is decides nothing"
_KEPT = "in which table the lines are kept says nothing about them"
_DUE = "in which month it is due follows from its facts and from the closes (R1.4)"

#: Columns that no seal covers.
COLUMNS_LEFT_OUT: Mapping[str, Mapping[str, str]] = {
    "koogallery_user": {
        "password": "a secret",
        "last_login": "moves with every sign-in, which is an act",
        "username": _PERSON,
        "first_name": _PERSON,
        "last_name": _PERSON,
        "email": _PERSON,
        "language": _PERSON,
    },
    "koogallery_accesstoken": {
        "digest": "a secret; the token's number names it",
        "token_key": "a secret",
    },
    "sellers_seller": {
        "open_cycle": "the month after the last bill's, proven from the bills",
        "requires_second_factor": "how its people sign in; who changed it is an act",
    },
    "sellers_order": {"due_cycle": _DUE},
    "sellers_usagerecord": {"due_cycle": _DUE},
    "settlement_bill": {"partition": _KEPT},
    "settlement_billline": {"partition": _KEPT},
}

#: Left out, and yet logged where nothing but it moves: what has changed is proven (R7.2).
WATCHED: Mapping[str, tuple[str, ...]] = {
    "sellers_order": ("due_cycle",),
    "sellers_usagerecord": ("due_cycle",),
}

#: Of these many rows come, or they hold what should stand nowhere twice: each by its digest alone.
BY_DIGEST = frozenset(
    {
        "koogallery_accesstoken",
        "koogallery_act",
        "koogallery_approvalrequest",
        "sellers_certification",
        "sellers_order",
        "sellers_sellerapplication",
        "sellers_usagerecord",
        "settlement_bankline",
    }
)

#: Sealed with their bill as they are issued: which transaction each is of, and what it comes to.
#: What else stands on a line is its transaction's, which is sealed as it arrives.
LINES = "settlement_billline"

#: Columns that name a row instead of its key.
NAMED_BY: Mapping[str, str] = {"koogallery_accesstoken": "number"}


@dataclass(frozen=True)
class SealedTable:
    """`key` names a row for ever; `seller` is the SQL that leads from a row `n` to its seller."""

    name: str
    key: str
    seller: str
    left_out: frozenset[str]
    by_digest: bool


def sealed_tables() -> Iterator[SealedTable]:
    """But for the lines of bills, which are sealed with their bill."""
    for model in _models():
        name = model._meta.db_table
        if name not in LEFT_OUT and name != LINES:
            yield SealedTable(
                name,
                NAMED_BY.get(name) or str(model._meta.pk.column),
                _seller_of(model),
                frozenset(COLUMNS_LEFT_OUT.get(name, ())),
                name in BY_DIGEST,
            )


def _models() -> Iterator[type[Model]]:
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            if model._meta.managed and not model._meta.proxy:
                yield model


def _seller_of(model: type[Model]) -> str:
    """Through the row it belongs to, where it does not say itself; NULL where it is nobody's."""
    columns = {field.column for field in model._meta.local_concrete_fields}
    if model._meta.db_table == "sellers_seller":
        return "n.id"
    if "seller_id" in columns:
        return "n.seller_id"
    if "seller_number" in columns:
        return "(SELECT s.id FROM sellers_seller s WHERE s.number = n.seller_number)"
    for field in model._meta.local_concrete_fields:
        if isinstance(field, ForeignKey) and _has_seller(field.related_model):
            owner = field.related_model._meta
            column = f"o.{owner.pk.column} = n.{field.column}"
            # Names of the models alone.
            return f"(SELECT o.seller_id FROM {owner.db_table} o WHERE {column})"  # noqa: S608
    return "NULL::bigint"


def _has_seller(model: type[Model]) -> bool:
    return any(field.column == "seller_id" for field in model._meta.local_concrete_fields)
