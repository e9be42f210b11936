"""The vocabulary of what is sold."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from koogallery.tones import State, Tone


class Role(TextChoices):
    OWNER = "owner", _("Owner")
    FINANCE = "finance", _("Finance")
    OPERATIONS = "operations", _("Operations")
    VIEWER = "viewer", _("Viewer")


class InvitationState(State):
    PENDING = "pending", Tone.INFO, _("Waiting for an answer")
    ACCEPTED = "accepted", Tone.SUCCESS, _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


InvitationState.PENDING.becomes(*set(InvitationState) - {InvitationState.PENDING})


class DeliveryMethod(TextChoices):
    SAAS = "saas", _("SaaS")
    LICENSE = "license", _("License")
    IMAGE = "image", _("Image")
    PROFESSIONAL_SERVICE = "professional_service", _("Professional service")
    HARDWARE = "hardware", _("Hardware")
    CONSULTING = "consulting", _("Consulting service")
    CONTENT_SERVICE = "content_service", _("Content service")
    CLOUD_HOST = "cloud_host", _("Cloud host")


class OrderType(TextChoices):
    PURCHASE = "purchase", _("Purchase")
    RENEWAL = "renewal", _("Renewal")
    CHANGE = "change", _("Change of specification")
    TRIAL = "trial", _("Trial")


class BillingMode(TextChoices):
    YEARLY_MONTHLY = "yearly_monthly", _("Yearly/monthly")
    ONE_TIME = "one_time", _("One-time")
    PAY_PER_USE = "pay_per_use", _("Pay-per-use")
    PACKAGE = "package", _("Pay-per-use package")


class Supervision(TextChoices):
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
    WAITING_FOR_SERVICE = (
        "waiting_for_service",
        _("Waiting for the seller to provide the service"),
    )
    WAITING_FOR_ACCEPTANCE = (
        "waiting_for_acceptance",
        _("Waiting for the customer's acceptance"),
    )
    COMPLETED = "completed", _("Completed")


#: Somebody still has to provide the service, or to accept it (R9.3).
OPEN_SUPERVISION = (Supervision.WAITING_FOR_SERVICE, Supervision.WAITING_FOR_ACCEPTANCE)


class Activity(TextChoices):
    """What a seller's server is asked to do; the words are those of the access guide (R9.4)."""

    NEW = "newInstance", _("Create the instance")
    REFRESH = "refreshInstance", _("Extend the instance")
    STATUS = "updateInstanceStatus", _("Freeze or unfreeze the instance")
    RELEASE = "releaseInstance", _("Release the instance")
    QUERY = "queryInstance", _("Ask for the instance")


class Scene(TextChoices):
    """Why an instance gets another end."""

    TRIAL_TO_FORMAL = "TRIAL_TO_FORMAL", _("The trial was bought")
    RENEWAL = "RENEWAL", _("Renewed")
    UNSUBSCRIBE_RENEWAL = "UNSUBSCRIBE_RENEWAL_PERIOD", _("The renewal was unsubscribed")


class InstanceStatus(TextChoices):
    FREEZE = "FREEZE", _("Freeze")
    UNFREEZE = "UNFREEZE", _("Unfreeze")


class MessageState(State):
    QUEUED = "queued", Tone.INFO, _("Waiting to be sent")
    SENDING = "sending", Tone.INFO, _("Being sent")
    RETRYING = "retrying", Tone.WARNING, _("Will be sent again")
    SUCCEEDED = "succeeded", Tone.SUCCESS, _("Succeeded")
    FAILED = "failed", Tone.ERROR, _("Failed")
    CANCELLED = "cancelled", _("Not needed any more")


class InstanceState(State):
    PROVISIONING = "provisioning", Tone.INFO, _("Being created")
    RUNNING = "running", Tone.SUCCESS, _("Running")
    FROZEN = "frozen", Tone.WARNING, _("Frozen")
    RELEASED = "released", _("Released")


class AttemptOutcome(State):
    """What one call came to. Without an answer nobody knows what the server did."""

    UNDER_WAY = "under_way", Tone.INFO, _("Under way")
    SUCCEEDED = "succeeded", Tone.SUCCESS, _("Succeeded")
    PROCESSING = "processing", Tone.INFO, _("Being processed")
    REFUSED = "refused", Tone.ERROR, _("Refused by the server")
    UNTRUSTED = "untrusted", Tone.ERROR, _("Answered, but not as agreed")
    UNREACHABLE = "unreachable", Tone.ERROR, _("No answer")
    LOST = "lost", Tone.WARNING, _("Cut off on our side")


_UNSENT = frozenset({MessageState.SENDING, MessageState.CANCELLED})

MessageState.QUEUED.becomes(*_UNSENT)
MessageState.SENDING.becomes(
    MessageState.SENDING,  # taken over from a worker that died
    MessageState.SUCCEEDED,
    MessageState.RETRYING,
    MessageState.FAILED,
    MessageState.CANCELLED,
)
MessageState.RETRYING.becomes(*_UNSENT)
MessageState.FAILED.becomes(MessageState.QUEUED)

InstanceState.PROVISIONING.becomes(InstanceState.RUNNING, InstanceState.RELEASED)
InstanceState.RUNNING.becomes(InstanceState.FROZEN, InstanceState.RELEASED)
InstanceState.FROZEN.becomes(InstanceState.RUNNING, InstanceState.RELEASED)


class ApplicationState(State):
    DRAFT = "draft", _("Draft")
    PENDING_REVIEW = "pending_review", Tone.OPERATORS_TURN, _("Pending review")
    APPROVED = "approved", Tone.SUCCESS, _("Approved")
    REJECTED = "rejected", Tone.ERROR, _("Rejected")
    DISCARDED = "discarded", _("Discarded")


class CertificationState(State):
    DRAFT = "draft", _("Draft")
    PENDING = "pending", Tone.OPERATORS_TURN, _("Pending review")
    CERTIFIED = "certified", Tone.SUCCESS, _("Certified")
    REJECTED = "rejected", Tone.ERROR, _("Rejected")
    DISCARDED = "discarded", _("Discarded")


class ProductApplicationState(State):
    DRAFT = "draft", _("Draft")
    PENDING_APPROVAL = "pending_approval", Tone.OPERATORS_TURN, _("Pending approval")
    APPROVED = "approved", Tone.SUCCESS, _("Approved")
    REJECTED = "rejected", Tone.ERROR, _("Rejected")
    DISCARDED = "discarded", _("Discarded")


class BankAccountState(State):
    REQUESTED = "requested", Tone.OPERATORS_TURN, _("Waiting for the first operator")
    CHECKED = "checked", Tone.OPERATORS_TURN, _("Waiting for the second operator")
    APPROVED = "approved", Tone.SUCCESS, _("Approved")
    REJECTED = "rejected", Tone.ERROR, _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    STOPPED = "stopped", Tone.ERROR, _("Stopped")


class Standing(State):
    """Where a seller's certification stands (R9.1)."""

    UNCERTIFIED = "uncertified", Tone.SELLERS_TURN, _("Not certified")
    PENDING = "pending", Tone.OPERATORS_TURN, _("Pending review")
    CERTIFIED = "certified", Tone.SUCCESS, _("Certified")
    REJECTED = "rejected", Tone.ERROR, _("Rejected")
    LOCKED = "locked", Tone.ERROR, _("Locked")


class ApplicationKind(TextChoices):
    RELEASE = "release", _("Release of a product")
    CHANGE = "change", _("Change of a released product")


def _is_reviewed(waiting: State, accepted: State) -> None:
    """Written, sent in, taken back or decided; what is decided is gone on with by a new one."""
    draft, rejected, discarded = map(type(waiting), ("draft", "rejected", "discarded"))
    draft.becomes(waiting, discarded)
    waiting.becomes(draft, accepted, rejected)


#: R9.1, R9.1, R9.2
_is_reviewed(ApplicationState.PENDING_REVIEW, ApplicationState.APPROVED)
_is_reviewed(CertificationState.PENDING, CertificationState.CERTIFIED)
_is_reviewed(ProductApplicationState.PENDING_APPROVAL, ProductApplicationState.APPROVED)

#: R9.1: a second operator, and then the seller may still stop it until it is used.
BankAccountState.REQUESTED.becomes(
    BankAccountState.CHECKED, BankAccountState.REJECTED, BankAccountState.WITHDRAWN
)
BankAccountState.CHECKED.becomes(
    BankAccountState.APPROVED, BankAccountState.REJECTED, BankAccountState.WITHDRAWN
)
BankAccountState.APPROVED.becomes(BankAccountState.STOPPED)
