"""Who is asked to join a seller's company, and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from koogallery import fields
from koogallery.scoping import ScopedQuerySet
from koogallery.states import StatefulModel
from sellers.choices import InvitationState, Role
from sellers.models.sellers import Seller


class InvitationQuerySet(ScopedQuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        return self.filter(state=InvitationState.PENDING, expires_at__gt=timezone.now())

    def overdue(self) -> "InvitationQuerySet":
        return self.filter(state=InvitationState.PENDING, expires_at__lte=timezone.now())


class Invitation(fields.Numbered, StatefulModel):
    """A place in a company, offered to who reads the mail of one address.

    The link in that mail carries a token, of which only the digest is kept: it is made as the mail
    is sent, and works once.
    """

    STATES = InvitationState

    number = fields.number()
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=10, choices=Role.choices)
    email = models.EmailField()
    invited_by = fields.actor()
    state = fields.state(InvitationState.PENDING, max_length=10)
    digest = models.CharField(
        max_length=64, null=True, blank=True, unique=True, editable=False
    )  # none before it is mailed
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    modified_at = models.DateTimeField(auto_now=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["mail_due_at"],
                condition=Q(mail_due_at__isnull=False),
                name="invitations_to_mail",
            )
        ]
        constraints = [
            fields.known(Role, "an_invitation_has_a_known_role", "role"),
            fields.known(InvitationState, "an_invitation_has_a_known_state"),
            fields.holds(
                "an_accepted_invitation_says_by_whom",
                Q(state=InvitationState.ACCEPTED, accepted_by__isnull=False)
                | Q(accepted_by=None) & ~Q(state=InvitationState.ACCEPTED),
            ),
            fields.holds(
                "an_invitation_is_decided_at_an_instant",
                Q(state=InvitationState.PENDING, decided_at=None)
                | Q(decided_at__isnull=False) & ~Q(state=InvitationState.PENDING),
            ),
            models.UniqueConstraint(
                "seller",
                Lower("email"),
                condition=Q(state=InvitationState.PENDING),
                name="an_address_is_invited_once_at_a_time",
            ),
        ]
