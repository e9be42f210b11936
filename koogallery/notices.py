"""What sellers and customers are told, once each: written with the act, sent after it (R10)."""

from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from koogallery.kinds import CURRENCY, FACTS, KINDS, Kind, Text
from koogallery.models import Notice
from koogallery.vocabulary import kind_of

SELLER, CUSTOMER = "seller", "customer"


def tell(
    kind: str,
    row: Any,
    occasion: str = "",
    *,
    recipient: str = SELLER,
    customer: Mapping[str, str] = MappingProxyType({}),
    **more: Any,
) -> None:
    """Notify of `row` with the facts that its kind promises: columns of the row, and `more`.

    `occasion` names what happened where the row's number does not name it alone. Optional facts
    that are empty are left out.
    """
    promised, own = KINDS[kind], kind_of(type(row)).replace(" ", "_")
    currency = more.pop(CURRENCY, None) or getattr(row, CURRENCY, "")
    facts = {CURRENCY: currency} if promised.has_amounts else {}
    for name in promised.facts:
        value = more.pop(name) if name in more else row if name == own else getattr(row, name)
        if name in promised.optional and (value is None or value == ""):
            continue
        assert value is not None, f"{kind} is told once {name} is known"
        facts[name] = FACTS[name].form.store(value, currency)
    assert not more, f"{kind} does not promise {', '.join(more)}"
    notify(
        key=f"{kind}:{occasion or row.number}",
        kind=kind,
        recipient=recipient,
        seller_number=_seller_of(row),
        **customer,
        **facts,
    )


def _seller_of(row: Any) -> str:
    """Rows of the foundation know it by its number alone; a seller, or who is none yet, is own."""
    if hasattr(row, "seller_number"):
        return str(row.seller_number)
    return str((getattr(row, "seller", None) or row).number)


def anew(row: Any) -> str:
    """The occasion of what can happen to the row again: as it was written last."""
    return f"{row.number}:{row.modified_at.isoformat()}"


def notify(
    *,
    key: str,
    kind: str,
    seller_number: str,
    recipient: str = SELLER,
    customer_account: str = "",
    customer_name: str = "",
    customer_email: str = "",
    **facts: Any,
) -> None:
    """Note that somebody must be told; `key` names what happened, so a repeat writes nothing.

    Facts are JSON: amounts as decimal strings with `currency` beside them, instants in ISO 8601.
    Call it at the end of an act, when the act holds its locks: a seller's notices are counted one
    after the other, in the order their acts commit.
    """
    require_facts(KINDS[kind], facts)
    notice = Notice(
        key=key,
        kind=kind,
        recipient=recipient,
        seller_number=seller_number,
        customer_account=customer_account,
        customer_name=customer_name,
        customer_email=customer_email,
        facts=facts,
    )
    Notice.objects.bulk_create([notice], ignore_conflicts=True)


def require_facts(kind: Kind, facts: Mapping[str, Any]) -> None:
    """A notice says what its kind promises: the catalogue of events is built on it."""
    promised = {*kind.facts, *([CURRENCY] if kind.has_amounts else [])}
    missing, unknown = promised - kind.optional - set(facts), set(facts) - promised
    assert not (missing or unknown), f"{kind.name}: {missing=}, {unknown=}"


def subject_of(notice: Notice) -> str:
    """One line that says what happened; rows from before subjects were formed keep theirs."""
    kind = KINDS.get(notice.kind)
    if notice.subject or kind is None:
        return notice.subject or notice.kind
    return _with_facts(kind.subject, notice)


def customer_text_of(notice: Notice) -> str:
    """What a customer reads, whole: the trading system passes it on as it is (R4.5)."""
    kind = KINDS.get(notice.kind)
    return _with_facts(kind.to_customer or kind.subject, notice) if kind else subject_of(notice)


def _with_facts(text: Text, notice: Notice) -> str:
    told = {name: write_fact(notice, name) for name in notice.facts if name in FACTS}
    return str(text) % defaultdict(str, told)


def sentence_of(notice: Notice) -> str:
    """What it means for its reader."""
    kind = KINDS.get(notice.kind)
    return str(kind.sentence) if kind else ""


def facts_of(notice: Notice) -> list[tuple[str, str]]:
    """What the notice is about, in the order it is read: label and value."""
    kind = KINDS.get(notice.kind)
    names = kind.facts if kind else tuple(FACTS)
    return [
        (str(FACTS[name].label), write_fact(notice, name)) for name in names if name in notice.facts
    ]


def write_fact(notice: Notice, name: str) -> str:
    return FACTS[name].form.write(notice.facts[name], notice.facts.get(CURRENCY, ""))


def body_of(notice: Notice) -> str:
    """The text of a message: what happened, what it means, then the facts, one a line."""
    facts = (f"{label}: {value}" for label, value in facts_of(notice))
    return "\n".join([subject_of(notice), "", sentence_of(notice), "", *facts])


def address_of(notice: Notice) -> str:
    """Where a notice leads: the first of its facts that has a page, or a page of the seller."""
    kind = KINDS.get(notice.kind)
    for name in kind.facts if kind else ():
        if (page := FACTS[name].page) and (number := notice.facts.get(name)):
            return reverse(f"console:{page}", args=[number])
    return _page_of_seller(kind.page, notice.seller_number) if kind and kind.page else ""


def _page_of_seller(page: str, seller_number: str) -> str:
    """Of its own, or the page on which whoever has several sellers chooses one."""
    try:
        return reverse(f"console:{page}", args=[seller_number])
    except NoReverseMatch:
        return f"{reverse(f'console:{page}')}?{urlencode({'seller': seller_number})}"
