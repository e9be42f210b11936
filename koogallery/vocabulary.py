"""What kinds of rows, their columns and what is done with them are called by people.

Models and the record of acts keep English words, by which rows and acts are found in every
language. `./run messages` lists by itself the words of models, and of what is recorded and foreseen
where that is written; what it cannot see is listed here. Models get the names that people read when
Django is ready.
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

#: What was done, by whom to what, by its verb.
SENTENCES: Mapping[str, str] = {
    "accepted": marked("%(who)s accepted %(what)s"),
    "acknowledged": marked("%(who)s acknowledged %(what)s"),
    "added": marked("%(who)s added %(what)s"),
    "adjusted": marked("%(who)s corrected %(what)s by an adjustment"),
    "adjustment": marked("%(who)s adjusted %(what)s"),
    "agreed": marked("%(who)s agreed to %(what)s"),
    "approved": marked("%(who)s approved %(what)s"),
    "asked for": marked("%(who)s asked a colleague for %(what)s"),
    "asked to prove": marked("%(who)s had %(what)s proven"),
    "attached": marked("%(who)s attached a document to %(what)s"),
    "attributed": marked("%(who)s said what %(what)s pays"),
    "cancelled": marked("%(who)s cancelled %(what)s"),
    "certified": marked("%(who)s certified by %(what)s"),
    "changed": marked("%(who)s changed %(what)s"),
    "checked": marked("%(who)s checked %(what)s"),
    "chose mail": marked("%(who)s chose the e-mails of %(what)s"),
    "consented": marked("%(who)s consented to %(what)s"),
    "corrected": marked("%(who)s took back what was said of %(what)s"),
    "cooled down": marked("The cooling-down of %(what)s is over: %(who)s put it into use"),
    "created": marked("%(who)s created %(what)s"),
    "declined": marked("%(who)s declined %(what)s"),
    "delivered": marked("%(who)s delivered %(what)s"),
    "disabled": marked("%(who)s switched %(what)s off"),
    "discarded": marked("%(who)s discarded %(what)s"),
    "downloaded": marked("%(who)s downloaded a document of %(what)s"),
    "due date changed": marked("%(who)s changed the due date of %(what)s"),
    "enabled": marked("%(who)s switched %(what)s on"),
    "ended": marked("%(who)s ended %(what)s"),
    "erased": marked("%(who)s erased the data of %(what)s"),
    "exported": marked("%(who)s took %(what)s as a file"),
    "failed": marked("%(what)s failed, as %(who)s recorded"),
    "failed to sign in": marked("Somebody failed to sign in as %(what)s"),
    "granted": marked("%(who)s granted %(what)s"),
    "handed over": marked("%(who)s handed %(what)s over"),
    "held back": marked("%(who)s held %(what)s back"),
    "invited": marked("%(who)s invited somebody: %(what)s"),
    "issued": marked("%(who)s issued %(what)s"),
    "left": marked("%(what)s left KooGallery, recorded by %(who)s"),
    "loaded": marked("%(who)s loaded %(what)s"),
    "let go": marked("%(who)s put %(what)s into nobody's hands"),
    "looked at": marked("%(who)s looked at %(what)s"),
    "moved to bill": marked("%(who)s moved %(what)s to the next bill"),
    "noted": marked("%(who)s noted something on %(what)s"),
    "opened": marked("%(who)s opened %(what)s"),
    "overruled": marked("%(who)s overruled the calendar: %(what)s"),
    "paid": marked("%(who)s recorded a payment of %(what)s"),
    "penalty": marked("%(who)s took a penalty from %(what)s"),
    "planned": marked("%(who)s planned %(what)s"),
    "planned again": marked("%(who)s planned %(what)s again"),
    "proposed": marked("%(who)s proposed %(what)s"),
    "put back": marked("%(who)s put %(what)s back into suspense"),
    "recorded": marked("%(who)s recorded %(what)s"),
    "refunded": marked("%(who)s recorded that the customer was paid %(what)s"),
    "refused": marked("%(who)s refused %(what)s"),
    "rejected": marked("%(who)s rejected %(what)s"),
    "released": marked("%(who)s released %(what)s"),
    "reminded": marked("%(who)s reminded the seller of %(what)s"),
    "removed": marked("%(who)s removed from %(what)s"),
    "replayed": marked("%(who)s had events sent again to %(what)s"),
    "requested": marked("%(who)s requested %(what)s"),
    "restored": marked("%(who)s restored %(what)s"),
    "resubmitted": marked("%(who)s submitted %(what)s for approval again"),
    "retried": marked("%(who)s had %(what)s tried again"),
    "return": marked("%(who)s returned money of %(what)s"),
    "reversal": marked("%(who)s took a top-up of %(what)s back"),
    "reversed": marked("%(who)s reversed %(what)s"),
    "revoked": marked("%(who)s revoked %(what)s"),
    "rotated": marked("%(who)s replaced %(what)s"),
    "rotated secret": marked("%(who)s replaced the secret of %(what)s"),
    "saved": marked("%(who)s saved %(what)s"),
    "sent": marked("%(who)s sent %(what)s to the bank"),
    "sent again": marked("%(who)s had %(what)s sent again"),
    "served": marked("%(who)s provided the service of %(what)s"),
    "set status": marked("%(who)s had the status of %(what)s changed"),
    "shown": marked("%(who)s had %(what)s shown"),
    "signed in": marked("%(who)s signed in"),
    "signed out": marked("%(who)s signed out"),
    "stopped": marked("%(who)s stopped %(what)s"),
    "submitted": marked("%(who)s submitted %(what)s"),
    "switched off": marked("%(who)s switched %(what)s off"),
    "switched on": marked("%(who)s switched %(what)s on"),
    "taken": marked("%(who)s took %(what)s in"),
    "tested": marked("%(who)s tested %(what)s"),
    "top up": marked("%(who)s recorded a top-up of %(what)s"),
    "unlocked": marked("%(who)s unlocked %(what)s"),
    "used": marked("%(who)s used %(what)s"),
    "verified": marked("%(who)s verified %(what)s"),
    "was locked out": marked("After too many failures nobody can sign in as %(what)s for a while"),
    "withdrawn": marked("%(who)s withdrew %(what)s"),
}
#: By any other.
DONE = marked("%(who)s: %(verb)s, %(what)s")
#: To what, where it is the name of no model.
KINDS = (
    marked("demo"),
    marked("invitation"),
    marked("person"),
    marked("yearly statement"),
)
#: What is told of it, where it is the name of no column.
NAMES = (
    marked("approval"),
    marked("began at"),
    marked("company"),
    marked("created"),
    marked("dispute"),
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
    marked("is active"),
    marked("is staff"),
    marked("last name"),
    marked("pay"),
    marked("test"),
    marked("standard inside guarantee period"),
    marked("standard method supported"),
    marked("standard order paid"),
    marked("standard within amount paid"),
    marked("to a receivable if nothing more is sold by"),
    marked("token key"),
    marked("username"),
)

#: What a journal moves, where it is no model's name.
JOURNALS = (
    marked("allocation"),
    marked("bank balance"),
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
