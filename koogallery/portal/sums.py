"""Sums written out and drawn: the picture is made of the same lines as the text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from koogallery.kit.money import ZERO


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a picture, in thousandths of its width; the stylesheet colours its kind."""

    start: int
    length: int
    kind: str


@dataclass(frozen=True, slots=True)
class SumLine:
    """One line of a sum written out: a signed term, or the result of the terms above it.

    `why` has a formula, a reason and a rule for whoever asks.
    """

    name: str
    label: str
    amount: Decimal
    rule: str
    note: str = ""
    is_result: bool = False
    is_final: bool = False
    why: Any = None
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BarRow:
    """A row of a table drawn as a bar; its label leads to the address."""

    label: str
    amount: Decimal
    bar: Bar
    address: str = ""


@dataclass(frozen=True, slots=True)
class Upright:
    """One of several bars beside each other, in a picture of `HEIGHT`; from zero up, or down."""

    x: int
    y: int
    height: int
    kind: str


#: The width that bars are measured in.
WHOLE = 1000
#: Of a picture of upright bars, and from one bar to the next.
HEIGHT, STEP = 40, 10


def waterfall(lines: Sequence[SumLine]) -> list[SumLine]:
    """The same lines, each with the bar from where the one before it ended."""
    ends, running = [], ZERO
    for line in lines:
        begin = ZERO if line.is_result else running
        running = line.amount if line.is_result else running + line.amount
        ends.append((begin, running))
    low = min((min(pair) for pair in ends), default=ZERO)
    span = max((max(pair) for pair in ends), default=ZERO) - min(low, ZERO)
    return [
        replace(line, bar=_bar(line, begin, end, min(low, ZERO), span))
        for line, (begin, end) in zip(lines, ends, strict=True)
    ]


def bar_of(amount: Decimal, largest: Decimal) -> Bar:
    """A bar from zero; an amount below zero is drawn as long, in another colour."""
    length = _thousandths(amount.copy_abs(), largest)
    return Bar(0, length, "less" if amount < ZERO else "result")


def bar_rows(rows: Iterable[tuple[str, Decimal, str]]) -> list[BarRow]:
    """Rows of (label, amount, address), the longest bar for the amount furthest from zero."""
    drawn = list(rows)
    largest = max((abs(amount) for _, amount, _ in drawn), default=ZERO)
    return [BarRow(label, amount, bar_of(amount, largest), to) for label, amount, to in drawn]


def uprights(amounts: Sequence[Decimal]) -> list[Upright]:
    """What is not nothing is at least as high as a line."""
    high = max((*amounts, ZERO))
    span = high - min((*amounts, ZERO))
    drawn = []
    for place, amount in enumerate(amounts):
        if amount:
            top, bottom = (
                int((high - end) * HEIGHT / span) for end in (max(amount, ZERO), min(amount, ZERO))
            )
            height, hangs = max(bottom - top, 1), amount < ZERO
            y = top if hangs else bottom - height
            drawn.append(Upright(place * STEP, y, height, "less" if hangs else "result"))
    return drawn


def _bar(line: SumLine, begin: Decimal, end: Decimal, low: Decimal, span: Decimal) -> Bar:
    kind = "result" if line.is_result else "less" if end < begin else "more"
    start = _thousandths(min(begin, end) - low, span)
    return Bar(start, max(_thousandths(abs(end - begin), span), 2 if end != begin else 0), kind)


def _thousandths(part: Decimal, whole: Decimal) -> int:
    return int(part * WHOLE / whole) if whole > ZERO else 0
