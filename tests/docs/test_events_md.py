"""docs/api/events.md: the catalogue is the registry, the example verifies."""

import json
import re
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from koogallery.events import backoff
from koogallery.events.payloads import event_of
from koogallery.kinds import FACTS, KINDS
from koogallery.models import Notice
from tests.docs.tables import read

DOCUMENT = read("api/events.md")


def fenced(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", DOCUMENT.text, flags=re.DOTALL)
    return str(found)


def test_R10_every_kind_with_its_facts_is_in_the_catalogue() -> None:
    told = {row["Kind"]: (row["Facts"], row["Means"]) for row in DOCUMENT.tables["kinds"]}
    assert told == {
        kind.name: (
            ", ".join(f"({fact})" if fact in kind.optional else fact for fact in kind.facts),
            str(kind.sentence).rstrip(":"),
        )
        for kind in KINDS.values()
    }


def test_R10_every_fact_is_in_the_catalogue() -> None:
    told = {row["Fact"]: row["Is"].strip("`") for row in DOCUMENT.tables["facts"]}
    assert told == {name: fact.form.stored.strip("`") for name, fact in FACTS.items()}


def test_R10_the_example_is_an_event_as_we_write_it() -> None:
    example = json.loads(fenced("json"))
    facts = {name: value for name, value in example["data"].items() if name != "links"}
    notice = Notice(
        kind=example["type"],
        seller_number=example["seller"],
        recipient="seller",
        sequence=example["sequence"],
        facts=facts,
        created_at=datetime.fromisoformat(example["occurred_at"]),
    )
    assert event_of(notice) == example


def test_R10_the_waits_are_those_on_the_page() -> None:
    seconds = [round(step.total_seconds()) for step in backoff.STEPS]
    told = ["5 s", "5 min", "30 min", "2 h", "5 h", "10 h", "14 h", "20 h", "20 h"]
    units = {"s": 1, "min": 60, "h": 3600}
    assert ", ".join(told[:-1]) + f" and {told[-1]}" in DOCUMENT.text
    for step, text in zip(seconds, told, strict=True):
        number, unit = text.split()
        assert abs(step - int(number) * units[unit]) <= units[unit] / 2


def test_R10_the_receiver_on_the_page_takes_what_is_signed_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {}
    exec(fenced("python"), space)  # of our own page
    receive, seen = space["receive"], space["seen"]
    body, now = b'{"type":"test.ping"}', datetime.now(UTC)

    def headers(secret: str) -> dict[str, str]:
        signed = Webhook(secret).sign("EV-1", now, body.decode())
        return {
            "webhook-id": "EV-1",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signed,
        }

    ours, theirs = space["SECRET"], f"whsec_{b64encode(b'x' * 32).decode()}"
    assert [receive(headers(ours), body) for _ in range(2)] == [204, 204]
    assert receive(headers(theirs), body) == receive(headers(ours), body + b" ") == 400
    assert receive({}, body) == 400
    assert seen.execute("SELECT * FROM event").fetchall() == [("EV-1", body.decode())]
    seen.close()
