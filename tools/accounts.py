"""Whom PostgreSQL runs as: it refuses root, and no account is made for it."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Existing accounts without rights of their own, the best first.
UNPRIVILEGED = ("postgres", "nobody", "daemon", "bin")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)

    def popen_options(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def account_for(data: Path) -> Account | None:
    """None for the caller's own; for root, the owner of the data, or one without rights."""
    if os.geteuid() != 0:
        return None
    owner = data.stat()
    if owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise SystemExit(
        f"PostgreSQL refuses root, and none of {', '.join(UNPRIVILEGED)} is an account here."
    )
