import tomllib
from itertools import permutations

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.application import ROOT
from tools.lock import LOCKS

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def pins(lock: str) -> dict[str, str]:
    """Package -> its line of the lock, hashes included."""
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return {line.partition("==")[0]: line for line in lines}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_pyproject_asks_for(lock: str) -> None:
    groups = [PROJECT["dependency-groups"][group] for group in LOCKS[lock]]
    wanted = [Requirement(text) for text in sum(groups, PROJECT["project"]["dependencies"])]
    pinned = pins(lock)
    stale = []
    for requirement in wanted:
        line = pinned.get(canonicalize_name(requirement.name), "==0")
        version = line.partition("==")[2].split()[0]
        if version not in requirement.specifier:
            stale.append(f"{requirement}: {version}")
    assert stale == [], "./run lock"


def test_a_lock_holds_all_of_each_smaller_one() -> None:
    pairs = [
        (larger, smaller)
        for larger, smaller in permutations(LOCKS, 2)
        if set(LOCKS[smaller]) < set(LOCKS[larger])
    ]
    assert len(pairs) == 12
    for larger, smaller in pairs:
        assert pins(smaller).items() <= pins(larger).items()


def test_where_it_is_deployed_no_server_is_installed() -> None:
    servers = {Requirement(text).name for text in PROJECT["dependency-groups"]["embedded"]}
    assert servers & pins("requirements-run.lock").keys() == servers
    for lock in (
        "requirements.lock",
        "requirements-observability.lock",
        "requirements-parquet.lock",
    ):
        assert not servers & pins(lock).keys()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_known_by_its_hash_from_whatever_index(lock: str) -> None:
    assert [line for line in pins(lock).values() if "--hash=sha256:" not in line] == []
    assert "://" not in (ROOT / lock).read_text()
