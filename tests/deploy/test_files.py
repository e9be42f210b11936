"""The files of deploy/ name settings, commands and paths that there are, and agree."""

import ast
import re
from collections.abc import Iterator
from socket import gethostname
from typing import Any

import pytest
import yaml

from koogallery.front import MIB, largest_body
from tests.deploy.debian import blocks
from tests.deploy.units import read_unit
from tests.docs.tables import read
from tests.docs.test_operations_md import settings
from tools.application import ROOT

DEPLOY = ROOT / "deploy"
PARTS = ("web", "worker", "caller", "beat")
MIGRATE = "python manage.py migrate"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
KUBERNETES = [
    each
    for name in ("portal.yaml", "migrate.yaml")
    for each in yaml.safe_load_all((DEPLOY / "kubernetes" / name).read_text())
]
CONTAINERFILE = (DEPLOY / "Containerfile").read_text()
#: gunicorn.conf.py reads it, as gunicorn itself does.
KNOWN = settings().keys() | {"WEB_CONCURRENCY"}
OF_PYTHON = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}


def unit(part: str) -> dict[str, list[str]]:
    name = "koogallery-web@1.service" if part == "web" else f"koogallery-{part}.service"
    return read_unit(name, DEPLOY / "systemd")["Service"]


def pods() -> dict[str, dict[str, Any]]:
    specs = [
        each["spec"]["template"]["spec"]
        for each in KUBERNETES
        if "template" in each.get("spec", {})
    ]
    return {spec["containers"][0]["name"]: spec["containers"][0] for spec in specs}


def variables() -> Iterator[tuple[str, str]]:
    """(file, variable) of each that a process of the portal gets."""
    for line in (DEPLOY / "environment").read_text().splitlines():
        if line and not line.startswith("#"):
            yield "environment", line.partition("=")[0]
    for service in (*PARTS, "migrate"):
        for name in COMPOSE["services"][service]["environment"]:
            yield f"compose {service}", name
    [config] = [each["data"] for each in KUBERNETES if each["kind"] == "ConfigMap"]
    for name in config:
        yield "kubernetes", name
    for words in re.findall(r"^ENV ((?:.*\\\n)*.*)", CONTAINERFILE, flags=re.MULTILINE):
        for name in re.findall(r"(\w+)=", words):
            yield "Containerfile", name


def test_every_variable_is_a_setting() -> None:
    told = list(variables())
    assert {file.split()[0] for file, _ in told} == {
        "environment",
        "compose",
        "kubernetes",
        "Containerfile",
    }
    assert [each for each in told if each[1] not in KNOWN | OF_PYTHON] == []


@pytest.mark.parametrize("part", PARTS)
def test_each_way_starts_the_same_command(part: str) -> None:
    [row] = [row for row in read("operations.md").tables["parts"] if row["Part"] == part]
    command = row["Command"].partition("`")[0]
    in_unit = unit(part)["ExecStart"][-1].removeprefix("/opt/koogallery/current/.venv/bin/")
    in_compose = COMPOSE["services"][part].get("command", "gunicorn")
    in_pod = " ".join(pods()[part]["command"])
    found = {
        each.replace(f"@{gethostname()}", "@%h")
        .removesuffix(" --bind 0.0.0.0:8000")
        .removesuffix(" --pidfile=")
        for each in (in_unit, in_compose, in_pod)
    }
    assert found == {command}


def test_each_way_migrates_as_the_owner_and_before_the_parts() -> None:
    owner = unit("migrate")
    assert owner["ExecStart"] == [f"/opt/koogallery/current/.venv/bin/{MIGRATE}"]
    assert owner["EnvironmentFile"] == ["/etc/koogallery/environment", "/etc/koogallery/owner"]
    service = COMPOSE["services"]["migrate"]
    assert service["command"] == MIGRATE
    assert "koogallery_owner" in service["environment"]["DATABASE_URL"]
    for part in PARTS:
        after = COMPOSE["services"][part]["depends_on"]["migrate"]
        assert after == {"condition": "service_completed_successfully"}
    assert " ".join(pods()["migrate"]["command"]) == MIGRATE
    assert pods()["migrate"]["envFrom"][-1] == {"secretRef": {"name": "koogallery-owner"}}


def test_nothing_runs_as_root_or_writes_where_it_is_installed() -> None:
    for part in (*PARTS, "migrate"):
        options = unit(part)
        assert (options["User"], options["ProtectSystem"]) == (["koogallery"], ["strict"])
        assert COMPOSE["services"][part]["read_only"] is True
        assert pods()[part]["securityContext"]["readOnlyRootFilesystem"] is True
    specs = [
        each["spec"]["template"]["spec"]
        for each in KUBERNETES
        if "template" in each.get("spec", {})
    ]
    assert all(spec["securityContext"]["runAsNonRoot"] for spec in specs)
    assert CONTAINERFILE.rindex("USER 10001") > CONTAINERFILE.rindex("RUN ")


def test_the_image_has_what_is_there() -> None:
    copied = [
        word
        for words in re.findall(r"^COPY (?!--from|\$)(.*) \S+$", CONTAINERFILE, flags=re.MULTILINE)
        for word in words.split()
    ]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "tools"}
    assert packages < set(copied)
    [lock] = re.findall(r"^ARG LOCK=(\S+)$", CONTAINERFILE, flags=re.MULTILINE)
    assert (ROOT / lock).exists() and "--require-hashes" in CONTAINERFILE


def test_probes_ask_addresses_that_there_are() -> None:
    web = pods()["web"]
    asked = {
        web[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "liveness", "readiness")
    }
    assert asked == {"/health/", "/ready/"}
    assert web["livenessProbe"]["httpGet"]["path"] == "/health/"
    assert "/ready/" in str(COMPOSE["services"]["web"]["healthcheck"]["test"])


def test_the_proxy_lets_through_what_the_portal_takes() -> None:
    text = (DEPLOY / "nginx" / "portal.conf").read_text()
    [limit] = re.findall(r"client_max_body_size (\d+)m;", text)
    assert int(limit) * MIB >= largest_body()
    [socket] = re.findall(r"server unix:(\S+);", text)
    listening = read_unit("koogallery-web.socket", DEPLOY / "systemd")["Socket"]
    assert listening["ListenStream"] == [socket]


def test_what_is_typed_is_there() -> None:
    typed = blocks()
    assert list(typed) == ["install", "configure", "start", "upgrade"]
    named = {path for text in typed.values() for path in re.findall(r"\bdeploy/[\w/.-]+\w", text)}
    assert named and [path for path in named if not (ROOT / path).exists()] == []
    filled = set(re.findall(r"@(\w+)@", typed["configure"]))
    assert filled == set(re.findall(r"@([A-Z_]+)@", (DEPLOY / "environment").read_text()))
    given = set(re.findall(r":'(\w+)'", (DEPLOY / "postgresql" / "roles.sql").read_text()))
    assert given == set(re.findall(r"-v (\w+_password)=", typed["configure"]))
    assert given == set(
        re.findall(r"--set (\w+_password)=", (DEPLOY / "postgresql" / "first_start.sh").read_text())
    )


def test_gunicorn_reads_settings_by_their_names() -> None:
    tree = ast.parse((ROOT / "gunicorn.conf.py").read_text())
    read_ = {
        ast.literal_eval(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "get"
    }
    assert read_ and read_ <= KNOWN
