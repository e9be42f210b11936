"""Check the proof of a settlement bill: with Python alone, without the portal that issued it.

    python verify.py [--seal SEAL] [--roots FILE]

Reads proof.json and lines.jsonl beside it, and says everything that is not as it was sealed; ends
with 1 if anything is. SEAL is what stands on the bill; FILE has roots as they were published or
mailed, from whoever kept them. Without them the proof is only checked to agree with itself.

Canonical is RFC 8785, the tree RFC 6962, the signature Ed25519 (RFC 8032).
"""

import argparse
import json
import sys
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256, sha512
from itertools import pairwise
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
Point = tuple[int, int, int, int]
RUN = 100_000


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


# ---- Ed25519, as in RFC 8032 --------------------------------------------------------------------

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def added(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f, g * h, f * g, e * h


def times(number: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while number > 0:
        if number & 1:
            result = added(result, point)
        point = added(point, point)
        number >>= 1
    return result


def is_same(one: Point, other: Point) -> bool:
    if (one[0] * other[2] - other[0] * one[2]) % P:
        return False
    return (one[1] * other[2] - other[1] * one[2]) % P == 0


def x_of(y: int, sign: int) -> int | None:
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = x_of(BASE_Y, 0) or 0
BASE: Point = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def point_of(text: bytes) -> Point | None:
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = point_of(public), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q:
        return False
    h = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % Q
    return is_same(times(s, BASE), added(r, times(h, a)))


# ---- what is wrong ------------------------------------------------------------------------------


def wrong_with_seal(seal: Any) -> Iterator[str]:
    """With one link: what it says, the changes it is over, and the way to its root."""
    says = json.loads(seal["canonical_form"])
    name = f"seal {says['place']} of {says['seller']}"
    if digest(seal["canonical_form"]) != seal["hash"] or canonical(says) != seal["canonical_form"]:
        yield f"{name} is not the SHA-256 of what it says"
    parts: dict[str, list[str]] = {}
    for change in seal["changes"]:
        found = digest(change["content"]) if "content" in change else change["digest"]
        parts.setdefault(change["table"], []).append(found)
        if "content" in change and json.loads(change["content"])["table"] != change["table"]:
            yield f"{name}: a change of {change['table']} is of another table"
    computed = {table: digest(canonical(digests)) for table, digests in parts.items()}
    for table in sorted(computed.keys() | says["parts"].keys()):
        if computed.get(table) != says["parts"].get(table):
            yield f"{name} is over other changes of {table} than are here"
    if seal["root"]:
        yield from wrong_with_root(seal["root"])
        if way_up(seal) != json.loads(seal["root"]["canonical_form"])["merkle_root"]:
            yield f"{name} does not lead to its root"


def way_up(seal: Any) -> str:
    node = sha256(b"\0" + bytes.fromhex(seal["hash"])).digest()
    for step in seal["merkle_path"]:
        sibling = bytes.fromhex(step["hash"])
        left, right = (sibling, node) if step["side"] == "left" else (node, sibling)
        node = sha256(b"\1" + left + right).digest()
    return node.hex()


def wrong_with_root(root: Any) -> Iterator[str]:
    place = json.loads(root["canonical_form"])["place"]
    if digest(root["canonical_form"]) != root["hash"]:
        yield f"root {place} is not the SHA-256 of what it says"
    key, signature = bytes.fromhex(root["public_key"]), bytes.fromhex(root["signature"])
    if not is_signed(key, root["canonical_form"].encode(), signature):
        yield f"root {place} is not signed by its key"


def wrong_with_chain(seals: Any) -> Iterator[str]:
    """Those that stand beside each other; others of the seller may lie between."""
    for one, other in pairwise(seals):
        first, second = (json.loads(each["canonical_form"]) for each in (one, other))
        if int(second["place"]) == int(first["place"]) + 1 and second["previous"] != one["hash"]:
            yield f"seal {second['place']} does not follow the one before"


def wrong_with_rows(proof: Any) -> Iterator[str]:
    """Each row as it stands, beside its last change."""
    last: dict[tuple[str, str], Any] = {}
    for change in [*(each for seal in proof["seals"] for each in seal["changes"]), *proof["later"]]:
        if "content" in change:
            content = json.loads(change["content"])
            for key, row in zip(content["keys"], content["rows"], strict=True):
                last[content["table"], key] = None if content["operation"] == "delete" else row
    stands = {(row["table"], row["key"]): row["row"] for row in proof["rows"]}
    for table, key in sorted(last.keys() | stands.keys()):
        was, now = last.get((table, key)), stands.get((table, key))
        name = f"{table} {named(was or now, key)}"
        if was is None and now is not None:
            yield f"{name} was added"
        elif now is None and was is not None:
            yield f"{name} is missing"
        elif was != now:
            yield f"{name} was altered: {altered(was, now)}"


def named(row: Any, key: str) -> str:
    names = ("number", "key", "reference")
    held = row if isinstance(row, dict) else {}
    return next((str(held[name]) for name in names if held.get(name)), key)


def altered(was: Any, now: Any) -> str:
    if not isinstance(was, dict):
        return "it is logged by its digest"
    return ", ".join(sorted(name for name in was if was[name] != now.get(name)))


def wrong_with_lines(proof: Any, lines: list[Any]) -> Iterator[str]:
    sealed = json.loads(bill_seal(proof)["canonical_form"])["lines"]["runs"]
    forms = [sealed_form(each["line"]) for each in lines]
    runs = [forms[first : first + RUN] for first in range(0, len(forms), RUN)] or [[]]
    if len(runs) != len(sealed):
        yield f"the bill has {len(lines)} lines here, and had another number when it was sealed"
    for place, (run, known) in enumerate(zip(runs, sealed, strict=False)):
        if digest(canonical(run)) != known:
            yield f"lines {place * RUN + 1} to {place * RUN + len(run)} are others than were sealed"
    products = {
        row["key"]: row["row"]["product_id"]
        for row in proof["rows"]
        if row["table"] == "settlement_billproduct"
    }
    for number, each in enumerate(lines, start=1):
        for column in differing_columns(number, each, products):
            yield f"line {number} was altered: {column}"
    yield from wrong_with_sums(proof, [each["line"] for each in lines])


def sealed_form(line: Any) -> list[str]:
    """Which transaction a line is of, and what it comes to."""
    names = ("usage_record_id", "order_id", "adjustment_id")
    transaction = next(line[name] for name in names if line[name] is not None)
    refunded = [line["refunded_before"]] if Decimal(line["refunded_before"]) else []
    return [transaction, line["sales_amount"], line["settlement"], *refunded]


def differing_columns(number: int, each: Any, products: dict[str, str]) -> Iterator[str]:
    """What a line repeats of its transaction, and what follows (R2.1)."""
    line, order, usage = each["line"], each["sellers_order"], each["sellers_usagerecord"]
    adjustment = each["settlement_adjustment"]
    if line["line_no"] != str(number):
        yield "line_no"
    if adjustment:
        wanted = {"effective_at": adjustment["created_at"], "settlement": adjustment["amount"]}
    else:
        wanted = {
            "effective_at": usage["started_at"] if usage else order["effective_at"],
            "cycle": (usage or order)["cycle"],
            "platform_fee_ratio": order["platform_fee_ratio"],
            "order_id": usage["order_id"] if usage else order["id"],
            "settlement": settled(line),
        }
        if products.get(line["product_id"]) != order["product_id"]:
            yield "product_id"
        if not Decimal(line["refunded_before"]):
            amounts = usage or order
            wanted |= {name: amounts[name] for name in ("sales_amount", "customer_wht")}
    yield from (name for name, value in wanted.items() if line[name] != value)


def settled(line: Any) -> str:
    names = ("sales_amount", "customer_wht", "platform_fee_ratio")
    sales, wht, ratio = (Decimal(line[name]) for name in names)
    amount = ((sales - wht) * (1 - ratio)).quantize(Decimal("1e-12"), ROUND_HALF_UP)
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".")


def wrong_with_sums(proof: Any, lines: list[Any]) -> Iterator[str]:
    """What is rounded once (R2.4)."""
    bill: Any = next((row["row"] for row in proof["rows"] if row["table"] == "settlement_bill"), {})
    places = Decimal(1).scaleb(-proof["decimals"])
    for figure in ("sales_amount", "customer_wht") if bill else ():
        total = sum((Decimal(line[figure]) for line in lines), Decimal(0))
        if total.quantize(places, ROUND_HALF_UP) != Decimal(bill[figure]):
            yield f"the lines do not sum to the bill's {figure}"


def bill_seal(proof: Any) -> Any:
    return next(each for each in proof["seals"] if each["hash"] == proof["seal"])


def wrong_with_published(proof: Any, published: list[Any]) -> Iterator[str]:
    kept = {json.loads(each["canonical_form"])["place"]: each for each in published}
    for seal in proof["seals"]:
        if not seal["root"]:
            yield f"seal {seal['hash'][:12]}… has no root yet"
            continue
        place = json.loads(seal["root"]["canonical_form"])["place"]
        if place not in kept:
            yield f"root {place} is not among the published ones"
        elif kept[place]["canonical_form"] != seal["root"]["canonical_form"]:
            yield f"root {place} is another one than was published"


def everything_wrong(
    proof: Any, lines: list[Any], printed: str, published: list[Any] | None
) -> Iterator[str]:
    if printed and printed.lower() != proof["seal"]:
        yield f"the bill bears the seal {printed}, and the proof is of {proof['seal']}"
    for seal in proof["seals"]:
        yield from wrong_with_seal(seal)
    yield from wrong_with_chain(proof["seals"])
    yield from wrong_with_rows(proof)
    yield from wrong_with_lines(proof, lines)
    if published is not None:
        yield from wrong_with_published(proof, published)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seal", default="", help="the seal as it is printed on the bill")
    parser.add_argument("--roots", type=Path, help="roots as they were published or mailed (JSON)")
    options = parser.parse_args(arguments)
    proof = json.loads((HERE / "proof.json").read_text(encoding="utf-8"))
    with (HERE / "lines.jsonl").open(encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    published = None
    if options.roots:
        read = json.loads(options.roots.read_text(encoding="utf-8"))
        published = read.get("results", [read]) if isinstance(read, dict) else read
    wrong = list(everything_wrong(proof, lines, options.seal, published))
    for each in wrong:
        sys.stdout.write(f"{each}\n")
    if not wrong:
        sys.stdout.write(f"Bill {proof['bill']} is as it was sealed: {proof['seal']}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
