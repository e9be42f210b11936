"""A seller's people over REST, also those it invites: owners decide, everyone in it reads."""

from http import HTTPStatus
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import EmailField, Serializer

from koogallery.api.changed_since import ChangedSince
from koogallery.api.fields import InstantField, NumberField, OptionalTextField, TextField, WordField
from koogallery.api.filters import ByText, ByWord, Filters, OneOf
from koogallery.api.second_person import OR_ASKED, answer
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import InnerViewSet, by_name
from koogallery.duties import Duty
from sellers.choices import InvitationState, Role
from sellers.models import Invitation, Member, Seller
from sellers.services.members import invitations, membership

#: As Django lets user names be written, and as long.
USERNAME = r"[\w.@+-]{1,150}"
NAMED = extend_schema(
    parameters=[OpenApiParameter("username", OpenApiTypes.STR, OpenApiParameter.PATH)]
)


class MemberFilters(Filters):
    username = ByWord("user__username")
    email = ByText("user__email")
    role = OneOf(choices=Role.choices)


class RoleInput(StrictSerializer):
    role = WordField(Role.choices)


class MemberFields(serializers.Serializer[Member]):
    username = TextField(source="user.username")
    email = OptionalTextField(source="user.email")
    role = WordField(Role.choices)


class MemberViewSet(ListModelMixin, RetrieveModelMixin, InnerViewSet):
    """The members of a seller, by their user names.

    An owner's write token manages its company's; an operator helps. Who is to become one is invited
    (`/invitations/`); anybody but the last owner may leave.
    """

    owners: ClassVar[Any] = Seller.objects.all()
    owner_field = "seller"
    queryset: Any = Member.objects.select_related("user")
    serializer_class = MemberFields
    filterset_class = MemberFilters
    lookup_field = "user__username"
    lookup_url_kwarg = "username"
    lookup_value_regex = USERNAME
    ordering_fields: ClassVar = {"username": "user__username", "role": "role"}
    default_ordering = "user__username"
    acts = {"partial_update": membership.change_role}
    open_to_sellers = frozenset({"destroy"})
    duties: ClassVar = {"destroy": Duty.MANAGE_SELLERS}

    @NAMED
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().retrieve(request, *args, **kwargs)

    @NAMED
    @extend_schema(request=RoleInput, responses={HTTPStatus.OK: MemberFields, **OR_ASKED})
    def partial_update(self, request: Request, seller: str, username: str) -> Response:  # noqa: ARG002
        """Another role; the last owner stays one. One that an operator gives waits: 202."""
        body = self.read_body(RoleInput)
        came = membership.change_role(seller, username, **body, actor=self.actor)
        return answer(self, came, username)

    @NAMED
    @extend_schema(request=None, responses={HTTPStatus.NO_CONTENT: None})
    def destroy(self, request: Request, seller: str, username: str) -> Response:  # noqa: ARG002
        """No member any more, by an owner or by oneself; the last owner stays one."""
        membership.remove_member(self.owner, username, actor=self.actor)
        return Response(status=HTTPStatus.NO_CONTENT)


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
