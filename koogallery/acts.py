"""An act is declared once, on the service that does it: to what, by whom, when, and what it says.

Called with a row's number an act finds the row, locks it, asks the declaration and does the service
in one transaction. REST actions, the admin's decisions, the console's pages and the tables of who
may do what are read from the same declaration, so a button stands where the call would be taken.
"""

import inspect
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from koogallery.approvals import Facts, takes_a_second_person
from koogallery.asks import NOTHING, Asks
from koogallery.decided import already_decided
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.errors import DomainError, Forbidden
from koogallery.languages import Text
from koogallery.models import ApprovalRequest, User
from koogallery.own_hand import require_own_hand
from koogallery.scoping import ScopedQuerySet
from koogallery.vocabulary import kind_of

Row = TypeVar("Row", bound=Model)
P = ParamSpec("P")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Who:
    """Operators with `duty`, and members of the row's seller in one of `roles`.

    Without a duty no operator does it, without roles no member. In a seller's name nobody acts by
    an account that somebody else made or changed within a day (R4.4). `named` are those members in
    words, `code` that of the refusal to others. No actor: the command line.
    """

    duty: Duty | None = None
    roles: frozenset[str] = frozenset()
    named: Text = ""
    code: str = "role_missing"

    def __or__(self, duty: Duty) -> "Who":
        """And operators with this duty, who record what the seller said."""
        return replace(self, duty=duty)

    def require(self, actor: User | None, row: Any, *, rule: str = "") -> None:
        if actor is None:
            return
        self.require_named(actor, row, rule=rule)
        if self.roles:
            require_own_hand(actor)

    def require_named(self, actor: User, row: Any, *, rule: str = "") -> None:
        """Whosever hand it is."""
        duty = self.duty_for(row)
        if duty is not None and (actor.is_operator or not self.roles):
            require_duty(actor, duty, rule=rule)
        elif not self.includes(actor, row):
            raise Forbidden(
                _("Only %(who)s of %(seller)s may do this.")
                % {"who": self.named, "seller": _seller_of(row)},
                code=self.code,
                rule=rule,
            )

    def duty_for(self, row: Any) -> Duty | None:  # noqa: ARG002
        """Of operators: the same for every row, unless a kind of `Who` says which."""
        return self.duty

    def includes(self, actor: User, row: Any) -> bool:
        """As a member of the row's seller."""
        seller = _seller_of(row)
        mine = actor.memberships.filter(seller__number=getattr(seller, "number", seller))
        return mine.filter(role__in=self.roles, user__is_active=True).exists()


def _seller_of(row: Any) -> Any:
    """Rows of the foundation know their seller by its number alone; a seller is its own."""
    return getattr(row, "seller", None) or getattr(row, "seller_number", row)


@dataclass(frozen=True)
class TwoPeople:
    """One person may not be enough (R4.4): the request's name, what follows, who may not approve.

    Whether one is enough the service says, by `NeedsSecondPerson`.
    """

    word: str
    label: Text
    effect: Callable[[ApprovalRequest], Facts]
    excluded: Callable[[ApprovalRequest], Iterable[int]] = lambda _: ()


@dataclass(frozen=True, kw_only=True)
class Said:
    """What doors say of an act: the button, the question, what follows, and that it is done."""

    label: Text = ""
    question: Text = ""
    consequence: Text = ""
    done: Text = ""
    is_final: bool = False


#: Every act, by its row and verb, such as `dispute.withdraw`.
ACTS: dict[str, "Act[..., Any]"] = {}


@dataclass(eq=False)
class Act(Generic[P, Result]):
    """`verb` names it among the acts on its rows, which it moves `to` a state.

    It is open in the states of `when`, or else in every one from which that move is declared.
    `unless` refuses for any further reason. `in_person`: not by an account that somebody else made
    or changed within a day (R4.4). `before` takes what has to be locked before the row.
    """

    verb: str
    rows: ScopedQuerySet[Any]
    service: Callable[..., Any]
    by: Who
    rule: str = ""
    to: str = ""
    when: Collection[str] = ()
    unless: Callable[[Any, User], None] | None = None
    in_person: bool = False
    before: Callable[[str, User], None] | None = None
    asks: Asks = NOTHING
    said: Said = field(default_factory=Said)
    two_people: TwoPeople | None = None

    def __post_init__(self) -> None:
        update_wrapper(self, self.service)
        known = ACTS.setdefault(f"{self.rows.model._meta.model_name}.{self.verb}", self)
        assert known is self, f"{known} and {self} are called the same"
        if self.to and not self.when:
            self.when = {state for state in self.rows.model.STATES if self.to in state.next}
        _row, *others = inspect.signature(self.service, eval_str=True).parameters.values()
        number = inspect.Parameter("number", inspect.Parameter.POSITIONAL_ONLY, annotation=str)
        self.__signature__ = inspect.Signature([number, *others])
        self._run: Callable[..., Any] = self._do
        if two := self.two_people:
            assert self.by.duty, "operators alone need a second one"
            taking_two = takes_a_second_person(
                two.word, two.label, self.by.duty, effect=two.effect, excluded=two.excluded
            )
            self._run = taking_two(self._signed)

    def __call__(self, number: str, *args: P.args, **kwargs: P.kwargs) -> Result:
        result: Result = self._run(number, *args, **kwargs)
        return result

    def _do(self, number: str, *args: Any, **kwargs: Any) -> Any:
        with as_refusals(), transaction.atomic():
            if self.before:
                self.before(number, kwargs["actor"])
            row = self.rows.held(number, actor=kwargs["actor"])
            self.require(row, kwargs["actor"])
            return self.service(row, *args, **kwargs)

    @property
    def _signed(self) -> Callable[..., Any]:
        """As `approvals` keeps its arguments."""

        def do(*args: Any, **kwargs: Any) -> Any:
            return self._do(*args, **kwargs)

        do.__signature__ = self.__signature__  # type: ignore[attr-defined]
        return do

    def require(self, row: Any, actor: User) -> None:
        """Refuse whoever may not do it to this row, or not now."""
        self.by.require(actor, row, rule=self.rule)
        if self.in_person:
            require_own_hand(actor)
        if self.when and row.state not in self.when:
            raise already_decided(row, kind_of(self.rows.model), actor, rule=self.rule)
        if self.unless:
            self.unless(row, actor)

    def refusal(self, row: Any, actor: User) -> str:
        """Why this user cannot do it to this row now; nothing where they can."""
        try:
            self.require(row, actor)
        except DomainError as error:
            return error.detail
        return ""


def act(
    verb: str, rows: ScopedQuerySet[Row], **declared: Any
) -> Callable[[Callable[Concatenate[Row, P], Result]], Act[P, Result]]:
    """Declare the decorated service an act on one of `rows`; see `Act` for what else is said."""

    def declare(service: Callable[Concatenate[Row, P], Result]) -> Act[P, Result]:
        return Act(verb, rows, service, **declared)

    return declare


class ActsOn(Generic[Row]):
    """Declares acts on the same `rows`: what they have in common is said once."""

    def __init__(self, rows: ScopedQuerySet[Row], **common: Any) -> None:
        self._rows, self._common = rows, common

    def __call__(
        self, verb: str, **declared: Any
    ) -> Callable[[Callable[Concatenate[Row, P], Result]], Act[P, Result]]:
        return act(verb, self._rows, **self._common, **declared)


def act_of_two(
    verb: str, rows: ScopedQuerySet[Row], two_people: TwoPeople, **declared: Any
) -> Callable[[Callable[Concatenate[Row, P], Result]], Act[P, Result | ApprovalRequest]]:
    """The same for what may take a second person: it then comes to a request for one."""

    def declare(service: Callable[Concatenate[Row, P], Result]) -> Act[P, Result | ApprovalRequest]:
        return Act(verb, rows, service, two_people=two_people, **declared)

    return declare
