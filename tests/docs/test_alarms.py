"""Alarms and dashboard ask for figures that there are, and each alarm has its page."""

import json
import re
from collections.abc import Iterator
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client.core import Metric

from koogallery.gauges import BACKLOGS, READINGS
from koogallery.metrics import REQUESTS, TASKS
from koogallery.queues import QUEUES
from koogallery.watching import Portal
from tests.docs.tables import read
from tools.application import ROOT

pytestmark = pytest.mark.django_db

PROMETHEUS = ROOT / "deploy" / "prometheus"
[GROUP] = yaml.safe_load((PROMETHEUS / "alerts.yaml").read_text())["groups"]
ALARMS: dict[str, dict[str, Any]] = {each["alert"]: each for each in GROUP["rules"]}
DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "portal.json").read_text())
PANELS = {
    f"{panel['title']} {target['refId']}": target["expr"]
    for panel in DASHBOARD["panels"]
    for target in panel["targets"]
}
#: What Prometheus itself says of whom it asks.
OF_PROMETHEUS = {"up": {"job", "instance"}}
EVERYWHERE = {"instance", "job"}
WORDS = {
    "check": {"database", "migrations", "clock", "schedule", "worker", "broker"},
    "backlog": {each.key for each in BACKLOGS},
    "queue": {queue.key for queue in QUEUES} | {"celery", "outgoing"},
    "part": {each.__name__ for each in READINGS},
    "alarm": {"true", "false"},
    "outcome": {"success", "retry", "failure"},
}


@pytest.fixture(scope="module")
def labels(django_db_setup: None, django_db_blocker: Any) -> dict[str, set[str]]:
    """Metric -> its labels."""
    with django_db_blocker.unblock():
        gauges = {each.name: set(getattr(each, "_labelnames", ())) for each in Portal().collect()}
    counted = {
        f"{name}_{part}": {*histogram._labelnames, *(["le"] if part == "bucket" else [])}
        for histogram in (REQUESTS, TASKS)
        for name in [family(histogram).name]
        for part in ("bucket", "count", "sum")
    }
    return OF_PROMETHEUS | gauges | counted


def grouped_by(expression: str) -> set[str]:
    found = re.findall(r"by \(([^)]*)\)", expression)
    return {word.strip() for words in found for word in words.split(",")}


def family(histogram: Any) -> Metric:
    [found] = histogram.describe()
    assert isinstance(found, Metric)
    return found


def selectors(node: Any) -> Iterator[Any]:
    """Every choice of a metric in an expression."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    for name in ("lhs", "rhs", "expr", "vector_selector", "param"):
        if isinstance(child := getattr(node, name, None), promql_parser.Expr):
            yield from selectors(child)
    for child in getattr(node, "args", ()):
        yield from selectors(child)


@pytest.mark.parametrize(
    "expression",
    [*(alarm["expr"] for alarm in ALARMS.values()), *PANELS.values()],
    ids=[*ALARMS, *PANELS],
)
def test_what_is_asked_for_is_there(expression: str, labels: dict[str, set[str]]) -> None:
    chosen = list(selectors(promql_parser.parse(expression)))
    assert chosen
    for each in chosen:
        assert each.name in labels
        for matcher in each.matchers.matchers:
            assert matcher.name in labels[each.name] | EVERYWHERE
            if "!=" not in str(matcher.op) and (words := WORDS.get(matcher.name)):
                assert set(matcher.value.split("|")) <= words
    kept = EVERYWHERE.union(*(labels[each.name] for each in chosen))
    assert grouped_by(expression) <= kept


def test_each_alarm_has_its_page_and_no_page_is_left_over() -> None:
    _, _, pages = read("operations.md").text.partition("\n## Alarms\n")
    assert re.findall(r"^### (\w+)$", pages, flags=re.MULTILINE) == list(ALARMS)
    for name, alarm in ALARMS.items():
        assert alarm["annotations"]["runbook"] == f"docs/operations.md#{name.lower()}"
        assert alarm["labels"]["severity"] in {"page", "ticket"}


@pytest.mark.parametrize("name", ALARMS)
def test_it_says_only_what_its_expression_leaves(name: str) -> None:
    """A label that was summed away would be an empty word."""
    said = set(re.findall(r"\$labels\.(\w+)", ALARMS[name]["annotations"]["summary"]))
    kept = grouped_by(ALARMS[name]["expr"])
    assert said <= kept or (not kept and said <= EVERYWHERE)


def test_prometheus_is_told_of_the_alarms_and_of_the_page() -> None:
    told = yaml.safe_load((PROMETHEUS / "prometheus.yaml").read_text())
    assert told["rule_files"] == ["alerts.yaml"]
    assert {job["metrics_path"] for job in told["scrape_configs"]} == {"/metrics/"}
