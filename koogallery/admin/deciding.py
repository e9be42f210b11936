"""Rows that wait for an operator: the queue, the page of one, the question before each act."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet, TextChoices
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from koogallery import approving
from koogallery.acts import Act
from koogallery.admin import columns
from koogallery.admin.filters import ChoiceFilter
from koogallery.admin.new_work import refuse_in
from koogallery.admin.reading import ReadOnlyAdmin, operator_of, page
from koogallery.duties import Duty, require_duty
from koogallery.kit.errors import DomainError, InvalidInput
from koogallery.kit.seen import Changed, ChangedSinceSeen, Seen
from koogallery.languages import Text
from koogallery.models import Act as Recorded
from koogallery.models import ApprovalRequest, User
from koogallery.portal.asked import form_of
from koogallery.tones import tone_of


@dataclass(frozen=True, slots=True)
class Decision:
    """What an operator can do with a row: a question, a form and one service.

    It takes `duty`; `refusal` says why this user cannot take it now, though they are on duty, and
    nothing where it is open to them. `foresee` tells from the same arguments as `act` what would
    follow: it is shown before the act, which gets the digest of what was shown as `seen`. It is
    shown at once, or once the form is filled in (`is_entered_first`).
    """

    verb: str
    duty: Duty
    label: Text
    question: Text
    form: type[forms.Form]
    act: Callable[..., Any]
    refusal: Callable[[Any, User], str]
    done: Text
    consequence: Text = ""
    is_final: bool = False
    foresee: Callable[..., Seen] | None = None
    is_entered_first: bool = True


def refused_by(require: Callable[[Any, User], None]) -> Callable[[Any, User], str]:
    """A service's own reason why this user may not do it now; nothing where they may."""

    def refusal(row: Any, user: User) -> str:
        try:
            require(row, user)
        except DomainError as error:
            return error.detail
        return ""

    return refusal


def decision_of(act: Act[..., Any], /, **more: Any) -> Decision:
    """As `act` is declared; `more` replaces or adds, such as what follows from it."""
    assert act.by.duty, "operators decide what is their duty"
    declared: dict[str, Any] = {
        "verb": act.verb,
        "duty": act.by.duty,
        "label": act.said.label,
        "question": act.said.question,
        "form": form_of(act.asks, for_admin=True),
        "act": act,
        "refusal": act.refusal,
        "done": act.said.done,
        "consequence": act.said.consequence,
        "is_final": act.said.is_final,
    }
    return Decision(**{**declared, **more})


def by_verb(*decisions: Decision) -> Mapping[str, Decision]:
    """In the order of their buttons."""
    return {decision.verb: decision for decision in decisions}


def _refusal(decision: Decision, row: Any, user: User) -> str:
    """Why this user cannot take the decision; nothing where they can."""
    try:
        require_duty(user, decision.duty)
    except DomainError as refusal:
        return refusal.detail
    return decision.refusal(row, user)


@dataclass(slots=True)
class Asking:
    """A question on its way to an answer: the form, and what was and is shown to follow from it."""

    decision: Decision
    form: forms.Form
    sent: QueryDict
    is_stale: bool = False
    foreseen: Seen | None = None

    @property
    def arguments(self) -> dict[str, Any]:
        seen = {"seen": self.sent["seen"]} if self.decision.foresee else {}
        return {**self.form.cleaned_data, **seen}

    def is_answered(self) -> bool:
        """Filled in rightly, and what follows was shown where it has to be."""
        return self.form.is_valid() and (self.decision.foresee is None or "seen" in self.sent)

    def look_ahead(self, name: str, actor: User) -> None:
        """Foresee the effect, if all that it depends on is known."""
        decision = self.decision
        if decision.foresee is None:
            return
        if not decision.is_entered_first:
            self._foresee(name, {}, actor)
        elif self.form.is_bound and self.form.is_valid():
            self._foresee(name, self.form.cleaned_data, actor)

    def _foresee(self, name: str, entered: Mapping[str, Any], actor: User) -> None:
        assert self.decision.foresee, "asked by the caller"
        try:
            self.foreseen = self.decision.foresee(name, **entered, actor=actor)
        except DomainError as refusal:
            self.refuse(refusal)

    def refuse(self, refusal: DomainError) -> None:
        if self.form.is_bound:
            refuse_in(self.form, refusal)

    @property
    def is_to_be_foreseen(self) -> bool:
        """What follows has to be shown, and is not yet."""
        return self.decision.foresee is not None and self.foreseen is None

    @property
    def is_confirming(self) -> bool:
        """The form is filled in; only its effect is still to be confirmed."""
        return self.foreseen is not None and self.decision.is_entered_first

    @property
    def changes(self) -> list[Changed]:
        """What is different from what was shown before."""
        if not (self.is_stale and self.foreseen):
            return []
        return self.foreseen.changes_since(Seen.read(self.sent.get("shown", "")))


class QueueFilter(ChoiceFilter):
    """Opens with what waits for an operator; any other state on demand."""

    title = _("state")
    parameter_name = "state"
    states: ClassVar[type[TextChoices] | None] = None
    waiting: ClassVar[str]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        if self.states is None:
            return super().lookups(request, model_admin)
        return [("all", gettext("All")), *self.states.choices]

    def value(self) -> str:
        return str(super().value() or self.waiting)

    @property
    def shown_label(self) -> str:
        return str(dict(self.lookup_choices).get(self.value(), self.value()))

    def hides(self, request: HttpRequest, shown: Any) -> int:
        """How many rows fit the search and every other filter, and stand in another state."""
        if self.value() == "all":
            return 0
        every = shown.get_queryset(request, exclude_parameters=[self.parameter_name])
        return int(every.count() - shown.queryset.count())

    def choices(self, changelist: Any) -> Any:
        for value, label in self.lookup_choices:
            yield {
                "selected": value == self.value(),
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.states is None or self.value() == "all":
            return super().queryset(request, queryset)
        return queryset.filter(state=self.value())


def opens_with(waiting: TextChoices) -> type[QueueFilter]:
    """Rows in this state until another one is chosen."""
    return type("Queue", (QueueFilter,), {"states": type(waiting), "waiting": waiting})


class DecidingAdmin(ReadOnlyAdmin):
    """Read like any other, and decided: templates `page` and `decide` below the model's name.

    They find the row under the model's name, the colour of its state as `tone`.
    """

    decisions: ClassVar[Mapping[str, Decision]]

    def page_context(self, row: Any, user: User) -> dict[str, Any]:
        """What the page shows beside the row."""
        raise NotImplementedError

    def question_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What a question shows beside the row and the form."""
        return {}

    def open_to(self, row: Any, user: User) -> list[Decision]:
        return [each for each in self.decisions.values() if not _refusal(each, row, user)]

    def response_action(self, request: HttpRequest, queryset: Any) -> Any:
        """Rows ticked one by one are answered for, also those the filter no longer shows.

        Somebody else may have decided them since the list was shown.
        """
        if request.POST.get("select_across", "0") == "0":
            queryset = self.get_queryset(request)
        return super().response_action(request, queryset)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method == "POST":
            raise PermissionDenied
        row, user = self._row(request, object_id), operator_of(request)
        context = {
            "decisions": self.open_to(row, user),
            "acts": Recorded.objects.of(self.kind_of_acts, self.number_of(row)),
            "awaits": approving.waiting()
            .visible_to(user)
            .filter(object_kind=self.kind_of_acts, object_number=self.number_of(row)),
            **self.page_context(row, user),
        }
        return self._page(request, "page", row, title=str(row), **context)

    @method_decorator(sensitive_post_parameters())
    @page("<str:pk>/<str:verb>/decide/", "{}_decide")
    def decide_view(self, request: HttpRequest, pk: str, verb: str) -> HttpResponse:
        """Ask first; a POST runs the one service. What is not open to this user is refused."""
        row, decision = self._row(request, pk), self._decision(verb)
        actor = operator_of(request)
        if refusal := _refusal(decision, row, actor):
            return self._leave(request, row, refusal, messages.ERROR)
        form = decision.form(*sent_of(request), **self.form_options(request, row, decision))
        asking = Asking(decision, form, request.POST)
        try:
            if asking.is_answered():
                came = decision.act(self.name_of(row), **asking.arguments, actor=actor)
                return self.answer(request, row, decision, came)
        except ChangedSinceSeen:
            asking.is_stale = True
        except InvalidInput as refusal_of_form:
            asking.refuse(refusal_of_form)
        except DomainError as refusal_of_act:
            return self._leave(request, row, refusal_of_act.detail, messages.ERROR)
        asking.look_ahead(self.name_of(row), actor)
        context = {
            "decision": decision,
            "form": form,
            "asking": asking,
            **self.question_context(request, row),
        }
        return self._page(request, "decide", row, title=decision.question, **context)

    def answer(
        self,
        request: HttpRequest,
        row: Any,
        decision: Decision,
        came: Any,
    ) -> HttpResponse:
        """To the page of the row, which says that it is done; `came` is what the act returned.

        What takes a second person is not done yet: on to the request for it (R4.4).
        """
        if isinstance(came, ApprovalRequest) and came != row:
            told = gettext("Not done yet: another operator has to approve %(request)s. %(why)s") % {
                "request": came,
                "why": came.told_why,
            }
            self.message_user(request, told, messages.WARNING)
            return redirect("admin:koogallery_approvalrequest_change", came.pk)
        return self._leave(request, row, decision.done, messages.SUCCESS)

    def name_of(self, row: Any) -> str:
        """By which the services know the row."""
        return str(row.number)

    def form_options(self, request: HttpRequest, row: Any, decision: Decision) -> dict[str, Any]:
        """What the form of a decision is made with, besides what was sent."""
        return {}

    def _row(self, request: HttpRequest, object_id: Any) -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        row: Model | None = self.get_object(request, str(object_id))
        if row is None:
            raise Http404
        return row

    def _decision(self, verb: str) -> Decision:
        if verb not in self.decisions:
            raise Http404
        return self.decisions[verb]

    def _leave(self, request: HttpRequest, row: Any, text: Text, level: int) -> HttpResponse:
        self.message_user(request, text, level)
        return redirect(self.page_address(row))

    def _page(self, request: HttpRequest, name: str, row: Any, **context: Any) -> TemplateResponse:
        model = self.opts.model_name
        assert model is not None, "every model has a name"
        return self.framed(
            request,
            f"admin/{self.opts.app_label}/{model}/{name}.html",
            **{
                "original": row if self.address_column == "pk" else str(row),  # its breadcrumb
                "row": row,
                "address": getattr(row, self.address_column),
                "note": self.note_address(row) if self.number_of(row) else "",
                model: row,
                "tone": columns.colour_of(tone_of(row)) if hasattr(row, "STATES") else "",
                **context,
            },
        )


def sent_of(request: HttpRequest) -> tuple[Any, ...]:
    """What a form is bound to: data and files of a POST, nothing of a first look."""
    return (request.POST, request.FILES) if request.method == "POST" else ()
