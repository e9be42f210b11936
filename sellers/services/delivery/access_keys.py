"""The access key a seller shares with KooGallery: derived, shown to its owner, rotated (R9.4)."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import ActsOn, Said
from koogallery.keys import derived_key
from koogallery.models import User
from sellers.models import AccessKey, DeliveryInterface, Seller
from sellers.services.authority import OWNERS

by_owners = ActsOn(Seller.objects.all(), by=OWNERS, rule="R9.4")

#: What the two secrets of a seller are derived for: signatures, and the order query's AK/SK.
SIGNATURES, OPEN_API = "access key", "open API secret key"


def access_key(seller: str, version: int) -> str:
    """Signs calls to the seller's server, its answers, and its uploads of usage."""
    return derived_key(SIGNATURES, seller, version).hex()


def access_key_id(seller: str, version: int) -> str:
    """The AK of the order query; it names the seller and the version, and is no secret."""
    return f"{seller}.{version}"


def secret_key(seller: str, version: int) -> str:
    """The SK that belongs to it."""
    return derived_key(OPEN_API, seller, version).hex()


def owner_of_key_id(key_id: str) -> tuple[Seller, int] | None:
    """Whose AK it is, if that version still counts."""
    number, _, version = key_id.rpartition(".")
    if not (version.isascii() and version.isdigit() and version == str(int(version[:9]))):
        return None
    seller = Seller.objects.filter(number=number).first()
    if seller is None or int(version) not in accepted_versions(seller):
        return None
    return seller, int(version)


def current_version(seller: Seller) -> int:
    key = AccessKey.objects.filter(seller=seller).first()
    return key.version if key else 1


def accepted_versions(seller: Seller) -> list[int]:
    """The current one; an older one for some hours, and as long as an interface still uses it."""
    key = AccessKey.objects.filter(seller=seller).first()
    if key is None:
        return [1]
    interfaces = DeliveryInterface.objects.filter(seller=seller, is_on=True)
    versions = {key.version, *interfaces.values_list("key_version", flat=True)}
    grace = timedelta(hours=settings.OLD_ACCESS_KEY_HOURS)
    if key.rotated_at and timezone.now() < key.rotated_at + grace:
        versions.add(key.version - 1)
    return sorted(versions, reverse=True)


@by_owners(
    "rotate_access_key",
    said=Said(
        label=gettext_lazy("Make a new access key"),
        question=gettext_lazy("Replace the access key?"),
        consequence=gettext_lazy(
            "There will be a new access key. Calls to your server are signed with the old one "
            "until a test call with the new one has passed; your own calls with the old one are "
            "accepted for a day, and as long as an interface of yours still uses it."
        ),
        done=gettext_lazy(
            "There is a new access key. Give it to your server, then make a test call."
        ),
    ),
)
def rotate_access_key(seller: Seller, *, actor: User) -> int:
    """A new version, for its owner alone. Calls go on with the old one until a test has passed."""
    key, _ = AccessKey.objects.get_or_create(seller=seller)
    key.version, key.rotated_at = key.version + 1, timezone.now()
    key.save(update_fields=["version", "rotated_at"])
    _record(seller, "rotated", key.version, actor)
    return key.version


@by_owners(
    "show_access_key",
    said=Said(
        label=gettext_lazy("Show the access key"),
        question=gettext_lazy("Show the access key?"),
        consequence=gettext_lazy(
            "Whoever knows it can answer for your server and upload usage in your name. That it "
            "was shown to you is on record."
        ),
    ),
)
def shown_access_key(seller: Seller, *, actor: User) -> str:
    """The current key for an owner to copy; that it was shown is on record."""
    version = current_version(seller)
    _record(seller, "shown", version, actor)
    return access_key(seller.number, version)


@by_owners("show_secret_key")
def shown_secret_key(seller: Seller, *, actor: User) -> tuple[str, str]:
    """AK and SK of the order query, likewise."""
    version = current_version(seller)
    _record(seller, "shown", version, actor)
    return access_key_id(seller.number, version), secret_key(seller.number, version)


def _record(seller: Seller, verb: str, version: int, actor: User) -> None:
    audit.record(actor, verb, "access key", seller.number, seller=seller.number, version=version)
