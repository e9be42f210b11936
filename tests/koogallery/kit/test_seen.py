"""What an approver binds is data, whoever reads it in whichever language (R4.3, R4.4)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from koogallery.kit.seen import Changed, Fact, Seen, change, money, money_change, on_day
from koogallery.telling import fact_name, fact_value

FACTS = [
    Fact("deposit", money_change(Decimal(1000), Decimal("-0.5"), "USD")),
    Fact("run_day_of_cycle", on_day(date(2026, 4, 7)), "202603"),
    Fact("state", "operator_review"),
    Fact("settled", True),
    Fact("approved_by", []),
]


def test_R4_3_the_digest_is_of_data_and_the_same_in_every_language() -> None:
    digests = set()
    for language in ("en", "zh-hans"):
        with override(language):
            digests.add(Seen.of(FACTS).digest)
    assert len(digests) == 1
    assert "1,000.00" not in Seen.of(FACTS).written


@pytest.mark.parametrize("kept", ["1000", "1000.00", "1000.000000000000"])
def test_R4_3_an_amount_is_the_same_however_it_is_kept(kept: str) -> None:
    assert money(Decimal(kept), "USD") == {"amount": "1000.00", "currency": "USD"}


def test_R4_3_less_than_a_cent_is_another_amount() -> None:
    one, other = (Seen.of([Fact("owed", money(Decimal(text), "USD"))]) for text in ("1", "1.001"))
    assert one.digest != other.digest


def test_what_was_written_reads_the_same() -> None:
    seen = Seen.of(FACTS)
    assert Seen.read(seen.written) == seen


@pytest.mark.parametrize("text", ["[not json", "7", "[[1]]", "null", "[" * 100_000])
def test_what_cannot_be_read_showed_nothing(text: str) -> None:
    assert Seen.read(text).facts == ()


def test_two_facts_of_a_name_are_told_apart_by_what_they_are_of() -> None:
    earlier = Seen.of([Fact("lines_for", 1, "S1"), Fact("lines_for", 2, "S2")])
    now = Seen.of([Fact("lines_for", 1, "S1"), Fact("lines_for", 3, "S3")])
    assert now.changes_since(earlier) == [
        Changed("lines_for", "S3", None, 3),
        Changed("lines_for", "S2", 2, None),
    ]


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (FACTS[0], "Deposit: 1,000.00 USD → −0.50 USD"),
        (FACTS[1], "Run day of cycle March 2026: Tuesday, 7 April 2026"),
        (FACTS[2], "State: Waiting for an operator"),
        (FACTS[3], "Settled: yes"),
        (FACTS[4], "Approved by: none"),
        (Fact("cycle", change("a", "a")), "Cycle: a, unchanged"),
        (Fact("content", "0" * 64, "S1"), "Content S1: 00000000…"),
        (Fact("gone", None), "Gone: nothing"),
    ],
)
def test_an_interface_words_each_kind_of_value(fact: Fact, text: str) -> None:
    assert f"{fact_name(fact)}: {fact_value(fact.value, fact.name)}" == text


@pytest.mark.parametrize(
    "crafted",
    [{}, {"currency": "USD"}, {"amount": "x", "currency": "USD"}, {"day": 7}, {"before": 1}],
)
def test_what_is_none_of_ours_is_shown_as_it_stands(crafted: Any) -> None:
    assert fact_value(crafted) == str(crafted)
