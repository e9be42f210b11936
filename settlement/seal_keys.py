"""The keys that sign roots: derived from the key master, one after another, never stored (R7.3)."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from koogallery.keys import derived_key

_PURPOSE, _SUBJECT = "signing key of seals", "seals"


def current_key() -> str:
    """Its name; the setting SEAL_KEY_VERSION says which one signs from now on."""
    return str(settings.SEAL_KEY_VERSION)


def public_key(name: str) -> str:
    return _private(name).public_key().public_bytes_raw().hex()


def sign(name: str, text: str) -> str:
    return _private(name).sign(text.encode()).hex()


def is_signed_by(public: str, text: str, signature: str) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _private(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derived_key(_PURPOSE, _SUBJECT, int(name)))
