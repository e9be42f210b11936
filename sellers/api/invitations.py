"""Invitations to a seller's company over REST: owners offer a place, the invited answer by mail."""

from http import HTTPStatus
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import EmailField, Serializer

from koogallery.api.changed_since import ChangedSince
from koogallery.api.fields import InstantField, NumberField, OptionalTextField, TextField, WordField
from koogallery.api.filters import ByText, ByWord, Filters
from koogallery.api.second_person import OR_ASKED, answer
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import InnerViewSet, by_name
from sellers.choices import InvitationState, Role
from sellers.models import Invitation, Seller
from sellers.services.members import invitations


class InvitationFilters(Filters):
    model = Invitation
    columns = "number role state invited_by decided_at created_at expires_at"
    email = ByText("email")
    member = ByWord("accepted_by__username")
    modified_since = ChangedSince("modified_at")


class InvitationInput(StrictSerializer):
    email = EmailField(help_text="Where the invitation is mailed to; whoever reads it answers.")
    role = WordField(Role.choices)


class InvitationFields(Serializer[Invitation]):
    number = NumberField()
    email = TextField()
    role = WordField(Role.choices)
    state = WordField(InvitationState.choices)
    invited_by = TextField(source="invited_by.username")
    member = OptionalTextField(
        source="accepted_by.username", default=None, help_text="Who has accepted it."
    )
    created_at = InstantField()
    expires_at = InstantField()
    decided_at = InstantField(allow_null=True)
    modified_at = InstantField()


class InvitationViewSet(ListModelMixin, RetrieveModelMixin, InnerViewSet):
    """Places in a seller's company that are offered to an address.

    The answer is the same whoever reads that address. They accept or decline by the link in their
    mail, which works once; a password is set by themselves alone.
    """

    owners: ClassVar[Any] = Seller.objects.all()
    owner_field = "seller"
    queryset: Any = Invitation.objects.select_related("invited_by", "accepted_by", "seller")
    serializer_class = InvitationFields
    filterset_class = InvitationFilters
    ordering_fields: ClassVar = by_name("number", "created_at", "expires_at", "modified_at")
    acts = {"create": invitations.invite_member, "withdraw": invitations.withdraw_invitation}

    @extend_schema(
        request=InvitationInput, responses={HTTPStatus.CREATED: InvitationFields, **OR_ASKED}
    )
    def create(self, request: Request, seller: str) -> Response:  # noqa: ARG002
        """Invite an address in a role; its people are notified. An operator's waits: 202."""
        body = self.read_body(InvitationInput)
        came = invitations.invite_member(self.owner.number, **body, actor=self.actor)
        return answer(self, came, came.number, HTTPStatus.CREATED)
