"""What kinds of rows, their columns and what is done with them are called by people.

Models and the record of acts keep English words, by which rows and acts are found in every
language. `./run messages` lists the words of models by itself; what else is recorded or foreseen is
listed here. Models get the names that people read when Django is ready.
"""

import re
from collections.abc import Mapping
from functools import cache

from django.apps import apps
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from koogallery.duties import OperatorRole
from koogallery.kit.language import marked

#: Several words as programs write them.
_CODE = re.compile(r"[a-z]+(_[a-z]+)+\Z")
APPS = ("koogallery", "sellers", "settlement")

#: What was done.
VERBS = (
    marked("accepted"),
    marked("acknowledged"),
    marked("added"),
    marked("adjusted"),
    marked("adjustment"),
    marked("agreed"),
    marked("approved"),
    marked("asked for"),
    marked("asked to prove"),
    marked("attached"),
    marked("attributed"),
    marked("cancelled"),
    marked("certified"),
    marked("changed"),
    marked("checked"),
    marked("chose mail"),
    marked("consented"),
    marked("cooled down"),
    marked("created"),
    marked("declined"),
    marked("delivered"),
    marked("disabled"),
    marked("discarded"),
    marked("downloaded"),
    marked("due date changed"),
    marked("enabled"),
    marked("ended"),
    marked("erased"),
    marked("exported"),
    marked("failed"),
    marked("failed to sign in"),
    marked("granted"),
    marked("held back"),
    marked("invited"),
    marked("issued"),
    marked("left"),
    marked("loaded"),
    marked("looked at"),
    marked("moved to bill"),
    marked("opened"),
    marked("overruled"),
    marked("paid"),
    marked("penalty"),
    marked("planned"),
    marked("planned again"),
    marked("proposed"),
    marked("recorded"),
    marked("refunded"),
    marked("refused"),
    marked("rejected"),
    marked("released"),
    marked("reminded"),
    marked("removed"),
    marked("requested"),
    marked("restored"),
    marked("resubmitted"),
    marked("retried"),
    marked("return"),
    marked("revoked"),
    marked("rotated"),
    marked("rotated secret"),
    marked("saved"),
    marked("sent"),
    marked("sent again"),
    marked("served"),
    marked("set status"),
    marked("shown"),
    marked("signed in"),
    marked("signed out"),
    marked("stopped"),
    marked("submitted"),
    marked("switched off"),
    marked("switched on"),
    marked("taken"),
    marked("tested"),
    marked("top up"),
    marked("unlocked"),
    marked("used"),
    marked("verified"),
    marked("was locked out"),
    marked("withdrawn"),
)
#: To what, where it is the name of no model.
KINDS = (
    marked("books"),
    marked("customer notices"),
    marked("invitation"),
    marked("person"),
    marked("platform events"),
    marked("access key"),
    marked("webhook"),
    marked("yearly statement"),
    marked("calendar day"),
)
#: What is told of it, where it is the name of no column.
NAMES = (
    marked("acknowledged or held back"),
    marked("after"),
    marked("answer of the seller"),
    marked("approval"),
    marked("asked for by"),
    marked("attachment"),
    marked("bank charges"),
    marked("bank line"),
    marked("before"),
    marked("began at"),
    marked("blocked from the start"),
    marked("cannot be simulated"),
    marked("carried on to bill"),
    marked("code"),
    marked("company"),
    marked("contents"),
    marked("counterparty"),
    marked("created"),
    marked("deposit"),
    marked("deposit is then"),
    marked("detail"),
    marked("dispute"),
    marked("email of the member"),
    marked("events"),
    marked("evidence"),
    marked("expected account holder"),
    marked("expected account number"),
    marked("expected amount"),
    marked("expected bank address"),
    marked("expected bank name"),
    marked("expected bill to"),
    marked("expected company name"),
    marked("expected swift code"),
    marked("expected vat number"),
    marked("expiry"),
    marked("first name"),
    marked("from bill"),
    marked("from payment"),
    marked("from the deposit if nothing more is sold by"),
    marked("gross"),
    marked("held back from the start"),
    marked("held because"),
    marked("hold"),
    marked("holder of bank account"),
    marked("is active"),
    marked("is staff"),
    marked("last name"),
    marked("leaves suspense"),
    marked("left out"),
    marked("lines for"),
    marked("list"),
    marked("member"),
    marked("moves"),
    marked("networks"),
    marked("next payment with bill"),
    marked("notices"),
    marked("of"),
    marked("on"),
    marked("paid"),
    marked("parked again"),
    marked("pay"),
    marked("payout is then"),
    marked("payouts"),
    marked("reasons"),
    marked("receivable from the seller"),
    marked("receivable still open"),
    marked("returned"),
    marked("rows"),
    marked("run day of approved preview"),
    marked("run day of cycle"),
    marked("settled"),
    marked("settlement amount of bill"),
    marked("standard inside guarantee period"),
    marked("standard method supported"),
    marked("standard order paid"),
    marked("standard within amount paid"),
    marked("successor"),
    marked("supervision"),
    marked("taken from the seller"),
    marked("the order settles"),
    marked("to"),
    marked("to a receivable if nothing more is sold by"),
    marked("to be paid in"),
    marked("to be paid to"),
    marked("to be recovered from bills"),
    marked("token key"),
    marked("until"),
    marked("username"),
    marked("was"),
)

#: What a journal moves, where it is no model's name.
JOURNALS = (
    marked("allocation"),
    marked("bank balance"),
    marked("bank charges"),
    marked("bank line cleared"),
    marked("carry over"),
    marked("negative balance"),
    marked("payout undone"),
    marked("receivable moved"),
)

#: Why an order is on no bill.
REASONS = (
    marked("not effective"),
    marked("not paid"),
    marked("supervision open"),
    marked("seller not certified"),
    marked("cycle open"),
    marked("refund pending"),
    marked("fully refunded"),
    marked("trial"),
)

#: Kinds of the record that are called otherwise than their model.
_ALSO = {"person": "user", "webhook": "webhook endpoint"}


def kind_of(model: type[Model]) -> str:
    """As acts name it, in every language."""
    return model._meta.verbose_name_raw


def name_models() -> None:
    """Every model and column of ours in its reader's language; migrations see none of it."""
    for model in _models():
        options = model._meta
        options.verbose_name = gettext_lazy(str(options.verbose_name))
        options.verbose_name_plural = gettext_lazy(str(options.verbose_name_plural))
        for field in options.local_fields:
            field.verbose_name = gettext_lazy(str(field.verbose_name))


def word(code: str) -> str:
    """A kind, a name or a verb as it is stored, in the reader's language."""
    return gettext(code.replace("_", " "))


def said(name: str, value: str, kind: str = "") -> str:
    """A stored choice by its label; what people wrote stays as they wrote it.

    Without a `kind` a choice that kinds call by different labels is told as a word.
    """
    labels = _choices().get(name, {}).get(value)
    if not labels:
        return word(value) if _CODE.match(value) else value
    of = kind.replace("_", " ")
    label = labels.get(_ALSO.get(of, of))
    if label is None:
        label = next(iter(labels.values()))
        if len({str(each) for each in labels.values()}) > 1:
            return word(value)
    return str(label)


def _models() -> list[type[Model]]:
    return [model for label in APPS for model in apps.get_app_config(label).get_models()]


@cache
def _choices() -> Mapping[str, Mapping[str, Mapping[str, str | Promise]]]:
    """Of each column, and what else is told in choices: value -> kind -> label."""
    found: dict[str, dict[str, dict[str, str | Promise]]] = {}
    for model in _models():
        for field in model._meta.get_fields():
            choices = getattr(getattr(field, "base_field", field), "choices", None) or ()
            for value, label in choices:
                of_value = found.setdefault(field.name, {}).setdefault(str(value), {})
                of_value[kind_of(model)] = label
    found["roles"] = {role.value: {"": role.label} for role in OperatorRole}
    found["supervision"] = found["supervision_status"]
    found["member"] = found["role"]
    return found
