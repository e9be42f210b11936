"""Four eyes, one service for every act (R4.4): asked for, shown, approved by another, done once.

An act is made known by `takes_a_second_person` on its service. The service says where one person
is not enough (`NeedsSecondPerson`); the call then records a request and returns it instead of what
it else returns. Whoever approves it is shown what follows from it now, and the very service runs:
koogallery/approving.py.
"""

import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, wraps
from typing import Any, ParamSpec, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.duties import Duty
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict
from koogallery.kit.seen import Fact, Seen, is_amount, money
from koogallery.models import ApprovalRequest, ApprovalState, User
from koogallery.numbering import next_number
from koogallery.own_hand import require_own_hand
from koogallery.second_person import NeedsSecondPerson, approval_under_way

RULE = "R4.4"
KIND = "approval request"

P = ParamSpec("P")
Result = TypeVar("Result")
Facts = Iterable[Fact]


@dataclass(frozen=True)
class Act:
    """A service that may take a second person. `effect` tells what follows from it, tried now.

    `excluded` are those who may not approve, besides who asked for it.
    """

    word: str
    label: str | Promise
    duty: Duty
    service: Callable[..., Any]
    effect: Callable[[ApprovalRequest], Facts]
    excluded: Callable[[ApprovalRequest], Iterable[int]]

    @cached_property
    def signature(self) -> inspect.Signature:
        return inspect.signature(self.service, eval_str=True)

    def arguments_of(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """As they are kept: of JSON's kinds alone."""
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        given = {name: value for name, value in bound.arguments.items() if name in self.kept}
        kept: dict[str, Any] = json.loads(json.dumps(given, cls=DjangoJSONEncoder))
        return kept

    @cached_property
    def kept(self) -> Mapping[str, Any]:
        """The arguments that decide what is done, with their types."""
        return {
            name: parameter.annotation
            for name, parameter in self.signature.parameters.items()
            if name not in {"actor", "using"}
        }

    def run(self, request: ApprovalRequest) -> Any:
        """As who asked for it: they need its duty still."""
        given = {name: _typed(self.kept[name], told) for name, told in request.arguments.items()}
        return self.service(**given, actor=request.requested_by)


def _typed(annotation: Any, told: Any) -> Any:
    if isinstance(told, str) and Decimal in _kinds(annotation):
        return Decimal(told)
    if isinstance(told, str) and datetime in _kinds(annotation):
        return datetime.fromisoformat(told)
    if isinstance(told, str) and date in _kinds(annotation):
        return date.fromisoformat(told)
    return told


def _kinds(annotation: Any) -> tuple[Any, ...]:
    return getattr(annotation, "__args__", (annotation,))


#: Every act that may take a second person, by its name.
ACTS: dict[str, Act] = {}


def _nothing(_: ApprovalRequest) -> Facts:
    return ()


def takes_a_second_person(
    word: str,
    label: str | Promise,
    duty: Duty,
    *,
    effect: Callable[[ApprovalRequest], Facts] = _nothing,
    excluded: Callable[[ApprovalRequest], Iterable[int]] = lambda _: (),
) -> Callable[[Callable[P, Result]], Callable[P, Result | ApprovalRequest]]:
    """Make a service known as an act. Around its transaction, below nothing else."""

    def decorate(service: Callable[P, Result]) -> Callable[P, Result | ApprovalRequest]:
        act = ACTS[word] = Act(word, label, duty, service, effect, excluded)

        @wraps(service)
        def do_or_ask(*args: P.args, **kwargs: P.kwargs) -> Result | ApprovalRequest:
            try:
                with transaction.atomic():
                    return service(*args, **kwargs)
            except NeedsSecondPerson as need:
                if approval_under_way():
                    raise
                return _ask(act, need, act.arguments_of(*args, **kwargs), _actor(kwargs))

        return do_or_ask

    return decorate


def done(came: Result | ApprovalRequest) -> Result:
    """What came of an act that was done at once, for callers who know that it was."""
    assert not isinstance(came, ApprovalRequest), f"{came} waits for a second person"
    return came


def _actor(kwargs: Mapping[str, Any]) -> User:
    actor = kwargs["actor"]
    assert isinstance(actor, User), "what one person may not do alone is done by a person"
    return actor


@as_refusals()
@transaction.atomic
def _ask(
    act: Act, need: NeedsSecondPerson, arguments: dict[str, Any], actor: User
) -> ApprovalRequest:
    require_own_hand(actor)
    kind, number = need.about
    same = {"act": act.word, "object_number": number, "arguments": arguments}
    waiting = ApprovalRequest.objects.filter(**same, state=ApprovalState.PENDING).first()
    if waiting:
        raise Conflict(
            _("%(request)s asks for the same already.") % {"request": waiting},
            code="asked_for_already",
            rule=RULE,
        )
    request = ApprovalRequest(
        **same,
        number=next_number("AQ"),
        seller_number=need.seller,
        object_kind=kind,
        currency=need.currency,
        amount=need.amount,
        why=need.said.kept,
        requested_by=actor,
    )
    seen = foreseen(request)
    request.shown, request.digest = [list(fact) for fact in seen.facts], seen.digest
    request.save(force_insert=True)
    record(request, "asked for", actor, act=act.word)
    return request


def foreseen(request: ApprovalRequest) -> Seen:
    """What is asked for, and what would follow from it now."""
    given = [
        Fact(name, _in_currency(name, told, request.currency))
        for name in ACTS[request.act].kept
        if (told := request.arguments.get(name)) not in (None, "", request.object_number)
        if not isinstance(told, Mapping)  # its effect says it field by field
        if (name, told) != ("number", request.seller_number)  # whose it is stands beside it
    ]
    moved = [Fact("moves", money(request.amount, request.currency))] if request.amount else []
    about = [Fact("act", request.act), Fact(request.object_kind, request.object_number), *moved]
    return Seen.of([*about, *given, *ACTS[request.act].effect(request)])


def _in_currency(name: str, told: Any, currency: str) -> Any:
    return money(Decimal(told), currency) if currency and is_amount(name, told) else told


def record(request: ApprovalRequest, verb: str, actor: User, **facts: Any) -> None:
    of = {request.object_kind.replace(" ", "_"): request.object_number}
    audit.note(actor, verb, request, **of, **facts)
