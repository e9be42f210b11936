"""What the two secrets of a deployment have to be before anything starts with them."""

from collections.abc import Collection, Iterator
from typing import Final

FEWEST_BYTES: Final = 32
#: What a developer's own machine uses under DEBUG. They are public: nobody else may use them.
DEVELOPMENT: Final = {
    "SECRET_KEY": "development-only-secret-key-that-everybody-can-read",
    "KEY_MASTER": "development-only-key-master-that-everybody-can-read",
}
_PUBLIC: Final = {
    *DEVELOPMENT.values(),
    "development-only-key-that-no-server-may-use-in-production",
}


def faults_of_secrets(
    secret_keys: Collection[str], key_masters: Collection[str], *, development: bool
) -> Iterator[str]:
    """Each collection has the one in use first, then its fallbacks."""
    for name, keys in (("SECRET_KEY", secret_keys), ("KEY_MASTER", key_masters)):
        for place, key in enumerate(keys):
            called = f"{name}_FALLBACKS" if place else name
            yield from _faults_of(called, key, development=development, former=place > 0)
    used_twice = set(key_masters) & set(secret_keys)
    if used_twice - {""} and next(iter(key_masters)) in used_twice:
        yield "KEY_MASTER is a SECRET_KEY: each has to be a secret of its own."


def _faults_of(name: str, key: str, *, development: bool, former: bool) -> Iterator[str]:
    if not key:
        yield f"{name} is missing: set it to {FEWEST_BYTES} random bytes or more, as text."
    elif key in _PUBLIC and not development:
        yield f"{name} is the development key, which is public."
    elif len(key.encode()) < FEWEST_BYTES and not former:
        yield f"{name} has {len(key.encode())} bytes; it takes {FEWEST_BYTES} at least."
