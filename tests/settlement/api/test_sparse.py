"""`fields=`: who wants less gets less."""

import pytest

from tests.koogallery.api.test_scoping import LISTS, WORDS
from tests.settlement.api.test_conditions import objects, tag
from tests.settlement.api.world import World


def test_of_every_list_a_part_can_be_read(world: World) -> None:
    for path in LISTS:
        rows = world.operator.get(path).body["results"]
        if rows:
            first, *_, last = rows[0]
            wanted = {"fields": f"{last},{first}"}
            answer = world.operator.get(path, wanted)
            assert (path, answer.status) == (path, 200)
            parts = [{first: row[first], last: row[last]} for row in rows]
            if path != "/ledger/invariants/":  # proven anew
                assert answer.body["results"] == parts
            assert answer.body.keys() == world.operator.get(path).body.keys()


def test_of_every_object_a_part_can_be_read(world: World) -> None:
    """An answer of its own, such as a path or a simulation, is read as a whole."""
    read = 0
    for path in objects(world):
        whole = world.operator.get(path)
        name = list(whole.body)[-1] if whole.body else "number"
        part = world.operator.get(path, {"fields": name})
        if part.status == 400:
            assert part.errors == [("fields", "unknown_parameter", "")], path
            continue
        assert (path, part.body) == (path, {name: whole.body[name]})
        assert tag(part) == tag(whole)
        read += 1
    assert read >= len(WORDS) - 2


def test_the_next_page_is_of_the_same_fields(world: World) -> None:
    page = world.operator.get("/orders/", {"fields": "number", "page_size": "1"})
    following = world.operator.get(page.body["next"])
    assert [list(row) for row in following.body["results"]] == [["number"]]


@pytest.mark.parametrize("fields", ["nothing", "number,nothing", "number,", "number, seller"])
def test_an_unknown_field_is_refused(world: World, fields: str) -> None:
    for path in ("/bills/", f"/bills/{world.mine.bill.number}/", "/ledger/balances/"):
        answer = world.operator.get(path, {"fields": fields})
        assert (answer.status, answer.errors) == (400, [("fields", "unknown_field", "")])


def test_only_what_is_read_can_be_read_in_part(world: World) -> None:
    path = f"/bills/{world.mine.bill.number}/approve/?fields=number"
    assert world.operator.post(path).errors == [("fields", "unknown_parameter", "")]
    path = f"/recoveries/{world.mine.recovery.number}/path/"
    answer = world.operator.get(path, {"fields": "steps"})
    assert answer.errors == [("fields", "unknown_parameter", "")]
