"""What waits for a second person is approved, rejected or taken back (R4.4)."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import acts, asks
from koogallery.acts import ActsOn, Said, Who
from koogallery.approvals import ACTS, RULE, foreseen, record
from koogallery.duties import Duty
from koogallery.kit.errors import Conflict, Forbidden, InvalidInput
from koogallery.kit.seen import require_seen
from koogallery.models import Approval, ApprovalRequest, ApprovalState, User
from koogallery.models.approvals import ApprovalRequestQuerySet
from koogallery.second_person import approved

REQUESTS = ApprovalRequest.objects.select_related("requested_by")


def waiting() -> ApprovalRequestQuerySet:
    """What can be decided still: the state of what it is done to is one that the act is open in.

    Another request, one person alone or a file of the bank may have moved that meanwhile.
    """
    rows = ApprovalRequest.objects.filter(state=ApprovalState.PENDING)
    rows = rows.alias(done_to=KT("arguments__number"))
    for word, act in _of_two().items():
        if act.when:
            named = {act.rows.named_by: OuterRef("done_to"), "state__in": act.when}
            open_now = act.rows.model._base_manager.filter(**named)  # noqa: SLF001  # documented
            rows = rows.filter(~Q(act=word) | Exists(open_now))
    return rows


def _of_two() -> dict[str, acts.Act[Any, Any]]:
    """Acts on a row that may take a second person, by the word of their requests."""
    return {each.two_people.word: each for each in acts.ACTS.values() if each.two_people}


class OfTheAct(Who):
    """The duty is that of the act which is asked for."""

    def duty_for(self, row: ApprovalRequest) -> Duty:
        return ACTS[row.act].duty


DECIDERS = OfTheAct(Duty.VIEW)
by_deciders = ActsOn(REQUESTS, by=DECIDERS, rule=RULE)


def _asked_by_another(request: ApprovalRequest, actor: User) -> None:
    if request.requested_by_id == actor.pk:
        raise Forbidden(
            _("You asked for this; another person has to decide it."),
            code="another_person_approves",
            rule=RULE,
        )


def _without_a_hand_in(request: ApprovalRequest, actor: User) -> None:
    _asked_by_another(request, actor)
    if request.approvals.filter(operator=actor).exists():
        raise Conflict(
            _("You approved this already; another person has to approve it, too."),
            code="each_approves_once",
            rule=RULE,
        )
    if act := _of_two().get(request.act):
        asking = request.requested_by
        row = act.rows.visible_to(asking).get(**{act.rows.named_by: request.arguments["number"]})
        act.require(row, asking)
    if actor.pk in ACTS[request.act].excluded(request):
        raise Forbidden(
            _("You had a hand in what is to be approved; somebody else has to approve it."),
            code="another_person_approves",
            rule=RULE,
        )


@by_deciders(
    "approve",
    to=ApprovalState.APPROVED,
    unless=_without_a_hand_in,
    in_person=True,
    asks=asks.COMMENT,
    said=Said(
        label=gettext_lazy("Approve"),
        question=gettext_lazy("Let this be done?"),
        done=gettext_lazy("Your approval is recorded."),
    ),
)
def approve_request(
    request: ApprovalRequest, comment: str = "", *, seen: str | None = None, actor: User
) -> ApprovalRequest:
    """Another person's approval; with the last one due the act is done, as who asked.

    Of exactly what is shown now: `seen` is the digest of what the approver was shown. Without it
    nothing may have changed since it was asked for.
    """
    require_seen(seen or request.digest, foreseen(request), rule=RULE)
    comment = comment.strip()
    Approval.objects.create(
        request=request, operator=actor, requested_by=request.requested_by, comment=comment
    )
    if request.approvals.count() >= request.approvals_needed:
        _close(request, ApprovalState.APPROVED, actor)
        with approved(request):
            came = ACTS[request.act].run(request)
        request.result = str(came)[:120]
        request.save(update_fields=["result"])
    record(request, "approved", actor, comment=comment)
    return request


@by_deciders(
    "reject",
    to=ApprovalState.REJECTED,
    unless=_asked_by_another,
    asks=asks.reason(gettext_lazy("Who asked for it reads it.")),
    said=Said(
        label=gettext_lazy("Reject"),
        question=gettext_lazy("Shall this not be done?"),
        done=gettext_lazy("The request is rejected; nothing was done."),
        is_final=True,
    ),
)
def reject_request(request: ApprovalRequest, reason: str, *, actor: User) -> ApprovalRequest:
    """Not done, with the reason; it may be asked for again.

    By anybody with the act's duty but who asked for it.
    """
    if not reason.strip():
        raise InvalidInput(_("Give the reason."), code="required", rule=RULE, field="reason")
    _close(request, ApprovalState.REJECTED, actor, rejection_reason=reason.strip())
    record(request, "rejected", actor, reason=reason.strip())
    return request


def _asked_by_oneself(request: ApprovalRequest, actor: User) -> None:
    if request.requested_by_id != actor.pk:
        raise Forbidden(
            _("Only who asked for it withdraws it; you can reject it."),
            code="requester_only",
            rule=RULE,
        )


@by_deciders(
    "withdraw",
    to=ApprovalState.WITHDRAWN,
    unless=_asked_by_oneself,
    said=Said(
        label=gettext_lazy("Withdraw"),
        question=gettext_lazy("Do you take this back?"),
        done=gettext_lazy("The request is withdrawn; nothing was done."),
        is_final=True,
    ),
)
def withdraw_request(request: ApprovalRequest, *, actor: User) -> ApprovalRequest:
    """Who asked for it takes it back, while nobody has decided."""
    _close(request, ApprovalState.WITHDRAWN, actor)
    record(request, "withdrawn", actor)
    return request


def _close(request: ApprovalRequest, target: ApprovalState, actor: User, **columns: Any) -> None:
    request.move_to(target, closed_by=actor, closed_at=timezone.now(), **columns)
