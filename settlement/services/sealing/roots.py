"""The day's seals under one signed root, which leaves the machine (R7.3)."""

import json

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils import timezone

from settlement import seal_keys as keys
from settlement.models import Seal, SealRoot
from settlement.rules.canonical import canonical, digest, merkle_root
from settlement.services.sealing.batches import seal_what_changed

_HOLD_ROOTS = "SELECT pg_advisory_xact_lock(hashtextextended('roots of seals', 0))"


def sign_day() -> SealRoot | None:
    """Seal what has changed, then put every seal that has no root yet under one."""
    seal_what_changed()
    return sign_seals()


@transaction.atomic
def sign_seals() -> SealRoot | None:
    """None where nothing was sealed since the last root."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_ROOTS)
    seals = Seal.objects.filter(root=None).select_for_update().as_leaves()
    leaves = list(seals.values_list("pk", "hash"))
    if not leaves:
        return None
    hashes = [hash_ for _, hash_ in leaves]
    last, key, now = SealRoot.objects.order_by("place").last(), keys.current_key(), timezone.now()
    place, tree = (last.place if last else 0) + 1, merkle_root(hashes)
    content = canonical(
        {
            "made_at": now.isoformat(),
            "merkle_root": tree,
            "place": str(place),
            "previous": last.hash if last else None,
            "seals": str(len(hashes)),
        }
    )
    root = SealRoot(
        place=place,
        made_at=now,
        seals=len(hashes),
        merkle_root=tree,
        content=content,
        hash=digest(content),
        key=key,
        public_key=keys.public_key(key),
        signature=keys.sign(key, content),
    )
    root.save(force_insert=True)
    Seal.objects.filter(pk__in=[pk for pk, _ in leaves]).update(root=root)
    return root


def mail_root(root: SealRoot) -> None:
    """To the addresses of SEAL_ROOT_MAIL: what has left the machine nobody alters on it."""
    if settings.SEAL_ROOT_MAIL:
        EmailMessage(
            f"KooGallery: root {root.place} of the seals",
            json.dumps(root.as_published(), indent=2),
            to=settings.SEAL_ROOT_MAIL,
        ).send()
