"""The canonical form of what is sealed, and the tree over a day's seals (R7.3). Plain Python.

Canonical is RFC 8785: names sorted, no blanks. Every value is text or null, so that a script of the
standard library writes the same bytes.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

#: A leaf is never taken for a node (RFC 6962).
LEAF, NODE = b"\0", b"\1"


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


class Step(NamedTuple):
    """A sibling on the way from a leaf to the root, and on which side it stands."""

    side: str
    hash: str


def merkle_root(hashes: Sequence[str]) -> str:
    """Of hashes in hex; of an odd number the last one goes up as it is."""
    return _levels(hashes)[-1][0].hex()


def merkle_path(hashes: Sequence[str], place: int) -> list[Step]:
    path = []
    for level in _levels(hashes)[:-1]:
        sibling = place ^ 1
        if sibling < len(level):
            path.append(Step("left" if sibling < place else "right", level[sibling].hex()))
        place //= 2
    return path


def root_of_path(leaf: str, path: Sequence[Step]) -> str:
    node = _leaf(leaf)
    for step in path:
        sibling = bytes.fromhex(step.hash)
        node = _node(sibling, node) if step.side == "left" else _node(node, sibling)
    return node.hex()


def _levels(hashes: Sequence[str]) -> list[list[bytes]]:
    levels = [[_leaf(each) for each in hashes]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [below[place : place + 2] for place in range(0, len(below), 2)]
        levels.append([_node(*pair) if len(pair) > 1 else pair[0] for pair in pairs])
    return levels


def _leaf(hash_: str) -> bytes:
    return sha256(LEAF + bytes.fromhex(hash_)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(NODE + left + right).digest()
