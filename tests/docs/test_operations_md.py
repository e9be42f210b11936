"""docs/operations.md: its settings are the settings, its schedule is the schedule."""

import ast
import re
from pathlib import Path

import pytest

from koogallery.duties import ROLES
from koogallery.schedule import BEAT_SCHEDULE
from koogallery.settings import BASE_DIR
from tests.docs.tables import read

TABLES = read("operations.md").tables
#: Defaults that the page says in words.
IN_WORDS = {
    "ATTACHMENTS_DIR",
    "DATA_DIR",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "KEY_MASTER",
    "KEY_MASTER_FALLBACKS",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "CELERY_BROKER_URL",
}


def settings() -> dict[str, str]:
    """Every variable that the settings read from the environment, with its default."""
    reads = [
        node.args
        for file in Path(BASE_DIR, "koogallery").glob("settings*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
    ]
    return {ast.literal_eval(name): ast.unparse(default) for name, default in reads}


def test_every_setting_is_on_the_page() -> None:
    assert {row["Name"] for row in TABLES["settings"]} == settings().keys()


@pytest.mark.parametrize("row", TABLES["settings"], ids=lambda row: row["Name"])
def test_the_default_is_the_default(row: dict[str, str]) -> None:
    default = settings()[row["Name"]].removeprefix("Decimal(").removesuffix(")").strip("'")
    assert row["Name"] in IN_WORDS or row["Default"] == default


def test_the_schedule_is_on_the_page() -> None:
    tasks = [str(entry["task"]).rpartition(".")[2] for entry in BEAT_SCHEDULE.values()]
    assert [row["Task"] for row in TABLES["schedule"]] == tasks


def test_the_duties_are_on_the_page() -> None:
    told = {row["Duty"]: set(re.findall(r"\w+", row["Roles"])) for row in TABLES["duties"]}
    assert told == {str(duty): set(map(str, roles)) for duty, roles in ROLES.items()}
