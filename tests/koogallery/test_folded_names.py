"""Python and the database say the same of which names are the same (R6.3, R8.1, R9.1)."""

import unicodedata
from random import Random

import pytest
from django.db import connection

from koogallery.kit.names import folded

pytestmark = pytest.mark.django_db

FOLDED = "SELECT name, folded_name(name) FROM unnest(%s::text[]) AS name"

#: Not one by one: Unicode writes and folds each of them alike.
ALIKE = (
    range(0x3400, 0xA000),
    range(0xAC00, 0xD7A4),
    range(0x17000, 0x18D09),
    range(0x20000, 0x31350),
)
#: What a name is made of when it is written so that it looks like another.
PIECES = [
    *"aZ1.,-'&+ßẞİıſςΣÅåéЖЁԱև",
    *" \u00a0\u3000\u2003\t\u200b\u00ad\u3164\u1160\u2800\ufe0f\U000e0041\u2064\u0301\u0345\u00b4",
    *"ＡﬁⅣ㎏½ᾳᾼΐǰŉẖｶﾞがᄀ가\u0323。」’»",
]


def differing(names: list[str]) -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(FOLDED, [names])
        return [(name, of, folded(name)) for name, of in cursor.fetchall() if of != folded(name)]


def test_R6_3_the_database_folds_every_character_as_python_does() -> None:
    written = [
        chr(code)
        for code in range(1, 0x30000)
        if unicodedata.category(chr(code)) not in {"Cn", "Co", "Cs"}
        if not any(code in each for each in ALIKE)
    ]
    assert differing([f"x{each}y {each}" for each in written]) == []


def test_R6_3_the_database_folds_names_as_python_does() -> None:
    dice = Random(6)
    names = ["".join(dice.choices(PIECES, k=dice.randint(0, 9))) for _ in range(4000)]
    assert differing(names) == []
