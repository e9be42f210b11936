"""Chance that falls the same way at every load."""

import random

Dice = random.Random

SEED = "koogallery demo"


def dice_for(*what: object) -> Dice:
    """Each purpose has dice of its own, so that a change of one part leaves the others alone."""
    return random.Random(" ".join([SEED, *map(str, what)]))  # noqa: S311 - nothing is secret here
