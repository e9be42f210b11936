from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin

from koogallery.api.fields import InstantField, NumberField, TextField
from koogallery.api.viewsets import ScopedViewSet
from settlement.listings.ledger import RootFilters
from settlement.models import SealRoot
from settlement.readings.seal_checks import SealOfBill
from settlement.rules.canonical import Step


class MerkleStepSerializer(serializers.Serializer[Step]):
    """A sibling: the node above is SHA-256 of 0x01, the left one and the right one."""

    side = serializers.ChoiceField(["left", "right"], help_text="Where the sibling stands.")
    hash = TextField()


class RootSerializer(serializers.Serializer[SealRoot]):
    """The root of a Merkle tree of seals (RFC 6962), signed (Ed25519)."""

    place = serializers.IntegerField(help_text="Roots are counted from 1.")
    made_at = InstantField()
    seals = serializers.IntegerField(help_text="Leaves of its tree.")
    merkle_root = TextField()
    canonical_form = TextField(source="content", help_text="What is signed.")
    hash = TextField(help_text="SHA-256 of it, which the next root names.")
    key = TextField(help_text="The name of the key that signed it.")
    public_key = TextField()
    signature = TextField()


class SealSerializer(serializers.Serializer[SealOfBill]):
    """The seal of a bill: SHA-256 of its canonical form (RFC 8785)."""

    bill = NumberField(source="bill.number")
    seller = NumberField(source="bill.seller.number")
    seal = TextField(source="seal.hash")
    canonical_form = TextField(source="seal.content")
    place = serializers.IntegerField(source="seal.place", help_text="In its seller's chain.")
    previous = serializers.SerializerMethodField(help_text="The seal before it in the chain.")
    sealed_at = InstantField(source="seal.sealed_at")
    merkle_path = serializers.SerializerMethodField(
        help_text="From the leaf, SHA-256 of 0x00 and the seal, to the root."
    )
    root = RootSerializer(allow_null=True, help_text="Null until the day's root is signed.")

    def get_previous(self, sealed: SealOfBill) -> str | None:
        return sealed.previous

    @extend_schema_field(MerkleStepSerializer(many=True))
    def get_merkle_path(self, sealed: SealOfBill) -> Any:
        return [step._asdict() for step in sealed.path]


class SealRootViewSet(ListModelMixin, ScopedViewSet):
    """The signed roots of all seals, for everyone to keep: later ones are checked against them."""

    queryset = SealRoot.objects.all()
    serializer_class = RootSerializer
    filterset_class = RootFilters
    ordering_fields = {"place": "place", "made_at": "made_at"}
    default_ordering = "-place"
