"""Files that somebody sent to be read by a worker, beside the files of exports."""

from datetime import timedelta

from django.core.files.storage import storages
from django.utils import timezone

#: A folder of the storage of exports.
UPLOADS = "uploads"
KEPT_FOR = timedelta(days=2)


def delete_old_uploads() -> int:
    """Those that were matched, and those that were never asked for; returns how many."""
    storage, before = storages["exports"], timezone.now() - KEPT_FOR
    if not storage.exists(UPLOADS):
        return 0
    _folders, files = storage.listdir(UPLOADS)
    old = [
        path
        for path in (f"{UPLOADS}/{name}" for name in files)
        if storage.get_modified_time(path) < before
    ]
    for path in old:
        storage.delete(path)
    return len(old)
