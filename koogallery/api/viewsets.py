"""The base of every endpoint: scoped rows, strict input, and who may act as data."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, ClassVar

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.throttling import BaseThrottle
from rest_framework.viewsets import GenericViewSet

from koogallery.acts import Act
from koogallery.api.asked import call_of
from koogallery.api.changed_since import HEADER as GO_ON_FROM
from koogallery.api.conditions import answer_unless_known, require_match, tag_of
from koogallery.api.deprecation import Deprecation
from koogallery.api.fields import InstantField
from koogallery.api.filters import DeclaredFilters, refuse_unknown_parameters
from koogallery.api.idempotency import act_once
from koogallery.api.paging import CursorPages
from koogallery.api.parsers import StrictJSONParser
from koogallery.api.permissions import MayAct
from koogallery.api.problems import InvalidQuery
from koogallery.api.reading import NUMBER
from koogallery.api.schema import ProblemSchema
from koogallery.api.sparse import only, wanted_fields
from koogallery.api.throttling import CostlyThrottle, TokenThrottle
from koogallery.duties import Duty
from koogallery.models import AccessToken, User
from koogallery.replica import answered
from koogallery.scoping import ScopedQuerySet

#: What answers a call: an action of a view set, bound to it.
Call = Callable[..., HttpResponse]


class ScopedViewSet(GenericViewSet[Any]):
    """Serves only rows the caller may see: a stranger's row is a 404, never a 403.

    Rows are addressed by their public number. `acts` are declared where they are done; of other
    calls `open_to_sellers` names the acts that are not the
    operators' alone, `open_to_readers` those that change nothing but what the caller asked for,
    `for_operators` what sellers cannot even read; `duties` says of every act, and of what not every
    operator reads, which duty it takes of an operator. `ordering_fields` are the columns a list can
    be ordered by, under their public names.
    """

    lookup_field = "number"
    lookup_value_regex = NUMBER
    parser_classes = [StrictJSONParser]
    permission_classes = [IsAuthenticated, MayAct]
    filter_backends = [DeclaredFilters]
    pagination_class: type[CursorPages] | None = CursorPages
    schema = ProblemSchema()
    metadata_class = None

    #: What is done to its rows, by the name of the action; one that the view set has is kept.
    acts: ClassVar[Mapping[str, Act[..., Any]]] = {}
    open_to_sellers: ClassVar[frozenset[str]] = frozenset()
    open_to_readers: ClassVar[frozenset[str]] = frozenset()
    for_operators: ClassVar[frozenset[str]] = frozenset()
    duties: ClassVar[Mapping[str, Duty | None]] = {}
    ordering_fields: ClassVar[Mapping[str, str]] = {}
    default_ordering: ClassVar[str] = "-pk"
    #: The column of the number that `/search/` finds a row by; None where rows have none.
    search_field: ClassVar[str | None] = None
    #: Whose object the acts change, if it is not the row that the address names.
    changes: ClassVar["type[ScopedViewSet] | None"] = None
    #: Fields of an answer that a replay of the call does not show again, and no table holds.
    shown_once: ClassVar[frozenset[str]] = frozenset()
    #: The field of an answer that names what a call could not take; it may be sent again.
    refused_part: ClassVar[str] = ""
    #: Fields that change by being looked at, so to say: no part of what a tag stands for.
    untagged: ClassVar[frozenset[str]] = frozenset()
    #: What is computed while the caller waits, at some cost: it has a limit of calls of its own.
    costly: ClassVar[frozenset[str]] = frozenset()
    #: What is merely read and yet depends on a state: answered 409 in another one.
    conflicting: ClassVar[frozenset[str]] = frozenset()
    #: Acts that will be given up, with what to call instead.
    deprecated: ClassVar[Mapping[str, Deprecation]] = {}
    #: Query parameters of acts that are not lists.
    parameters: ClassVar[Mapping[str, frozenset[str]]] = {}
    #: What the call said, once it is read.
    body: Mapping[str, Any] = MappingProxyType({})
    #: Of a list that was asked what changed: the instant to ask from next time.
    go_on_from: datetime | None = None

    def __init_subclass__(cls, **options: Any) -> None:
        """Calls, duties and what sellers may call follow from `acts`."""
        super().__init_subclass__(**options)
        for name, act in cls.acts.items():
            if not hasattr(cls, name):
                setattr(cls, name, call_of(act, name, cls.serializer_class))
        cls.duties = {**{name: act.by.duty for name, act in cls.acts.items()}, **cls.duties}
        cls.open_to_sellers |= {name for name, act in cls.acts.items() if act.by.roles}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unknown_parameters(request, self)
        method = str(request.method).lower()
        if self.action and method in CONVENTIONS:
            setattr(self, method, partial(CONVENTIONS[method], self, getattr(self, method)))

    @cached_property
    def throttles(self) -> Sequence[BaseThrottle]:
        usual = super().get_throttles()
        is_costly = getattr(self, "action", None) in self.costly
        return [*usual, CostlyThrottle()] if is_costly else usual

    def get_throttles(self) -> list[BaseThrottle]:
        """The same ones for the whole call, so that its answer tells what they counted."""
        return list(self.throttles)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Every answer tells the caller's limit, and whether the call will be given up."""
        answer: HttpResponse = super().finalize_response(request, response, *args, **kwargs)
        told = [each.told() for each in self.throttles if isinstance(each, TokenThrottle)]
        outgoing = self.deprecated.get(getattr(self, "action", None) or "")
        if self.go_on_from:
            answer.headers[GO_ON_FROM] = InstantField().to_representation(self.go_on_from)
        for headers in (*told, outgoing.told() if outgoing else {}):
            for name, value in headers.items():
                answer.headers[name] = value
        return answer

    def options(self, *_: Any, **__: Any) -> Response:
        """Which methods there are; the header says it, the schema the rest."""
        return Response(status=HTTPStatus.NO_CONTENT)

    def get_queryset(self) -> ScopedQuerySet[Any]:
        rows: ScopedQuerySet[Any] = super().get_queryset()  # type: ignore[assignment]
        return rows.visible_to(self.request.user)

    def get_object(self) -> Any:
        """One row is found by its number alone; filters belong to lists."""
        row = self.get_queryset().filter(**{self.lookup_field: self.row_number}).first()
        if row is None:
            raise Http404
        return row

    def require_visible(self) -> None:
        """404 where the address names a row that the caller does not see."""
        if (self.lookup_url_kwarg or self.lookup_field) in self.kwargs:
            self.get_object()

    @property
    def row_number(self) -> str:
        """The number in the address, of a row that the caller may or may not see."""
        return str(self.kwargs[self.lookup_url_kwarg or self.lookup_field])

    @property
    def actor(self) -> User:
        user = self.request.user
        assert isinstance(user, User), "permissions let nobody else in"
        return user

    @property
    def using(self) -> AccessToken | None:
        """The token that signed the call; None where a browser did."""
        return self.request.auth if isinstance(self.request.auth, AccessToken) else None

    def read_body(self, serializer: type[BaseSerializer[Any]]) -> dict[str, Any]:
        """The validated body of a call; 400 with a pointer to everything wrong with it."""
        body = serializer(data=self.request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        self.body = dict(body.validated_data)
        return dict(self.body)

    def read_query(self, serializer: type[BaseSerializer[Any]]) -> dict[str, Any]:
        """The same for the query string of a call that is no list."""
        query = serializer(data=self.request.query_params.dict())
        if not query.is_valid():
            told: Any = query.errors
            raise InvalidQuery(told)
        return dict(query.validated_data)

    def answer_row(self, number: str, status: int = HTTPStatus.OK) -> Response:
        """One row as it now stands, read anew with everything that its answer shows."""
        row = self.get_queryset().get(**{self.lookup_field: number})
        answer = Response(self.represent(row), status=status)
        if self.changes is None:
            answer["ETag"] = self.tag_of(answer.data)
        return answer

    def tag_of(self, representation: Any) -> str:
        if not self.untagged:
            return tag_of(representation)
        left = {name: told for name, told in representation.items() if name not in self.untagged}
        return tag_of(left)

    def represent(self, row: Any) -> Any:
        """The object as GET answers it; what its tag is a digest of."""
        return self.get_serializer(row).data

    def changed_object(self) -> "ScopedViewSet | None":
        """The view that reads the one object this call changes; None for a call that adds one."""
        kind = self.changes or (type(self) if self.detail else None)
        if kind is None:
            return None
        return kind(request=self.request, kwargs=self.kwargs, action="retrieve", format_kwarg=None)

    def tag_held(self) -> str:
        """The tag of the object, which nobody else changes until the transaction ends."""
        row = self.get_object()
        type(row).objects.all().hold(row.pk)
        return self.tag_of(self.represent(self.get_object()))


class ReadViewSet(ListModelMixin, RetrieveModelMixin, ScopedViewSet):
    """Rows to be listed and to be read one by one."""


def by_name(*columns: str, arrived: str = "") -> Mapping[str, str]:
    """To order by columns under their own names; when rows `arrived` is the order of their ids."""
    return {**({arrived: "pk"} if arrived else {}), **{name: name for name in columns}}


def read_in_part(view: ScopedViewSet, act: Call, request: Request, **kwargs: Any) -> Any:
    """The tag is the whole object's, whatever part of it is asked for."""
    wanted = wanted_fields(request, view)
    ask = partial(act, request, **kwargs)
    answer = answered(request._request, ask) or ask()  # noqa: SLF001 -- DRF hands it out nowhere
    if view.detail and isinstance(answer, Response):
        answer = answer_unless_known(request, answer, view.tag_of(answer.data))
    if wanted and isinstance(answer, Response):
        answer.data = only(wanted, answer.data)
    return answer


def act_if_unchanged(view: ScopedViewSet, act: Call, request: Request, **kwargs: Any) -> Any:
    """`If-Match` is judged under the locks that the act needs: of two callers one passes."""
    if "If-Match" not in request.headers:
        return act(request, **kwargs)
    with transaction.atomic():
        changed = view.changed_object()
        require_match(request, changed.tag_held() if changed else None)
        return act(request, **kwargs)


def act_once_if_unchanged(view: ScopedViewSet, act: Call, request: Request, **kwargs: Any) -> Any:
    """A call that has been answered is not judged again."""
    return act_once(view, partial(act_and_say_where, view, act, request, **kwargs))


def act_and_say_where(view: ScopedViewSet, act: Call, request: Request, **kwargs: Any) -> Any:
    """What was made, or is being worked on, has an address of its own: `Location`."""
    answer = act_if_unchanged(view, act, request, **kwargs)
    if view.action == "create" and answer.status_code in MADE and hasattr(view, "retrieve"):
        named = answer.data.get("number") or answer.data.get("id")
        if named:
            answer["Location"] = request.build_absolute_uri(f"{request.path}{named}/")
    return answer


MADE = {HTTPStatus.CREATED, HTTPStatus.ACCEPTED}

#: What every call of a method does besides its act.
CONVENTIONS: Mapping[str, Callable[..., Any]] = {
    "get": read_in_part,
    "head": read_in_part,
    "patch": act_once_if_unchanged,
    "delete": act_if_unchanged,
    "post": act_once_if_unchanged,
}


class InnerViewSet(ScopedViewSet):
    """Rows inside another row, such as the lines of a bill: hidden wherever that one is hidden."""

    owners: ClassVar[ScopedQuerySet[Any]]
    owner_field: ClassVar[str]

    @cached_property
    def owner(self) -> Any:
        found = self.owners.visible_to(self.request.user)
        return get_object_or_404(found, number=self.kwargs[self.owner_field])

    def require_visible(self) -> None:
        assert self.owner

    def get_queryset(self) -> ScopedQuerySet[Any]:
        """Who sees the owner sees its rows; to ask of each would join them all with members."""
        rows: ScopedQuerySet[Any] = GenericViewSet.get_queryset(self)  # type: ignore[assignment]
        return rows.filter(**{self.owner_field: self.owner})
