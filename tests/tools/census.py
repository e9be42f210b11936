"""Which processes live, as the system tells it."""

import time
from pathlib import Path


def is_alive(pid: int) -> bool:
    """A zombie counts as dead: it only waits to be counted by its parent."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def descendants(pid: int) -> set[int]:
    """The children of a process and theirs, at every depth."""
    children: dict[int, set[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(parent, set()).add(int(stat.parent.name))
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        for child in children.get(waiting.pop(), set()) - found:
            found.add(child)
            waiting.append(child)
    return found


def survivors(pids: set[int], seconds: float) -> set[int]:
    """Who of them still lives after so long; earlier, once nobody does."""
    give_up = time.monotonic() + seconds
    while alive := {pid for pid in pids if is_alive(pid)}:
        if time.monotonic() > give_up:
            break
        time.sleep(0.05)
    return alive
