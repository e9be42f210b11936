"""Documents of rows: what is taken, who reads it, that it stays."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from koogallery import attachments
from koogallery.attachments import Belonging, Document, Holder, attach, remove_attachment
from koogallery.kit.documents import document_violations, tidy_name
from koogallery.kit.errors import Conflict, DomainError, Forbidden
from koogallery.models import Act, Attachment, User
from sellers.models import Product
from tests.books import execute, refused_by
from tests.callers import seller_caller
from tests.settlement.builders import make_member, make_operator, make_product, make_seller
from tests.tables import every_table

PDF = b"%PDF-1.7 licence"
KIND = "product"


@pytest.fixture
def directory(tmp_path: Path, settings: Any) -> Path:
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"
    return tmp_path


@pytest.fixture
def product(db: None, directory: Path, monkeypatch: pytest.MonkeyPatch) -> Product:
    """A kind of row that holds documents as long as it is listed; `viewer` does not read them."""

    def require_adding(row: Product, user: User) -> None:
        if not row.is_listed:
            raise Conflict("It is delisted.")

    def require_reading(row: Product, user: User) -> None:
        if user.username == "viewer":
            raise Forbidden("Not for viewers.")

    holder = Holder(
        Product.objects.all,
        lambda row: Belonging(row.seller.number),
        require_adding,
        require_reading,
    )
    monkeypatch.setitem(attachments.HOLDERS, KIND, holder)
    return make_product(make_seller())


@pytest.fixture
def lina(product: Product) -> User:
    return make_member(product.seller, "lina")


@pytest.fixture
def licence(product: Product, lina: User) -> Attachment:
    return attach(KIND, product.number, Document("licence.pdf", PDF), actor=lina)


def address(attachment: Attachment) -> str:
    return f"/attachments/{attachment.number}/"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", PDF, ""),
        ("a.PDF", PDF, ""),
        ("a.png", b"\x89PNG\r\n\x1a\n..", ""),
        ("a.jpg", b"\xff\xd8\xff..", ""),
        ("a.xlsx", b"PK\x03\x04..", ""),
        ("a.csv", "größe;1".encode(), ""),
        ("a.pdf", b"", "empty_document"),
        ("a.pdf", b"%PDF-" + b"x" * 100, "document_too_large"),
        ("a.pdf", b"MZ\x90 program", "content_of_another_type"),
        ("a.txt", b"\xff\xfe\x00", "content_of_another_type"),
        ("a.csv", b"a\0b", "content_of_another_type"),
        ("a.html", b"<html>", "unknown_document_type"),
        ("a.svg", b"<svg>", "unknown_document_type"),
        ("pdf.exe", PDF, "unknown_document_type"),
        ("none", PDF, "unknown_document_type"),
    ],
)
def test_a_document_is_of_a_known_type_by_name_and_content(
    name: str, content: bytes, code: str
) -> None:
    found = document_violations(name, content, most_bytes=50)
    assert [each.code for each in found] == ([code] if code else [])


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\papers\\a.pdf", "a.pdf"),
        ('a"\r\nSet-Cookie: x.pdf', "aSet-Cookie x.pdf"),
        ("x" * 200 + ".pdf", "x" * 116 + ".pdf"),
        ("许可证.pdf", "许可证.pdf"),
    ],
)
def test_a_name_is_nothing_but_a_name(name: str, tidy: str) -> None:
    assert tidy_name(name) == tidy


def test_it_is_fetched_as_a_download_and_never_shown(client: Client, licence: Attachment) -> None:
    client.force_login(User.objects.get(username="lina"))
    answer = client.get(address(licence))
    assert answer["Content-Disposition"] == 'attachment; filename="licence.pdf"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]


def test_another_sellers_documents_do_not_exist(client: Client, licence: Attachment) -> None:
    stranger = make_member(make_seller(), "stranger")
    client.force_login(stranger)
    assert client.get(address(licence)).status_code == 404
    assert client.get("/attachments/AT99999999/").status_code == 404
    caller = seller_caller(stranger, stranger.memberships.get().seller.number, may_write=True)
    before = every_table()
    path = f"/attachments/{licence.number}/"
    assert [caller.get(each).status for each in (path, f"{path}content/")] == [404, 404]
    assert caller.post(f"{path}remove/", {}).status == 404
    assert caller.every("/attachments/") == []
    sent = {"object_kind": KIND, "object_number": licence.object_number, "name": "a.pdf"}
    refused = caller.post("/attachments/", {**sent, "content": b64encode(PDF).decode()})
    assert (refused.status, every_table()) == (404, before)


def test_a_token_for_one_seller_shows_its_documents_alone(licence: Attachment, lina: User) -> None:
    other = make_seller()
    other.members.create(user=lina, role="owner")
    assert seller_caller(lina, other.number).every("/attachments/") == []
    mine = seller_caller(lina, licence.seller_number)
    assert [each["number"] for each in mine.every("/attachments/")] == [licence.number]


def test_who_sees_the_row_may_still_not_read_its_documents(
    client: Client, licence: Attachment, product: Product
) -> None:
    viewer = make_member(product.seller, "viewer")
    client.force_login(viewer)
    assert client.get(address(licence)).status_code == 403
    caller = seller_caller(viewer, product.seller.number)
    assert caller.get(f"/attachments/{licence.number}/content/").status == 403


def test_an_operators_download_leaves_a_trace(client: Client, licence: Attachment) -> None:
    client.force_login(make_operator())
    assert b"".join(client.get(address(licence)).streaming_content) == PDF  # type: ignore[attr-defined]
    act = Act.objects.latest("pk")
    assert (act.verb, act.object_number) == ("downloaded", licence.object_number)
    assert act.facts["attachment"] == licence.number


def test_nobody_in_particular_signs_in_first(client: Client, licence: Attachment) -> None:
    assert client.get(address(licence))["Location"].startswith("/accounts/login/")


def test_it_is_sent_and_removed_over_rest(product: Product, lina: User) -> None:
    caller = seller_caller(lina, product.seller.number, may_write=True)
    body = {
        "object_kind": KIND,
        "object_number": product.number,
        "purpose": "business_license",
        "name": "licence.pdf",
        "content": b64encode(PDF).decode(),
    }
    sent = caller.post("/attachments/", body, idempotency_key="one")
    again = caller.post("/attachments/", body, idempotency_key="one")
    assert (sent.status, again.body) == (201, sent.body)
    assert Attachment.objects.count() == 1
    assert (sent.body["size"], sent.body["media_type"]) == (len(PDF), "application/pdf")
    path = f"/attachments/{sent.body['number']}/"
    fetched = caller.client.get(f"/api/v1{path}content/")
    assert b"".join(fetched.streaming_content) == PDF  # type: ignore[attr-defined]
    assert caller.post(f"{path}remove/", {}).body["removed_at"]
    assert caller.get(path).status == 404


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"content": "%%%"}, 400, "not_base64"),
        ({"content": ""}, 400, "blank"),
        ({"content": b64encode(b"MZ").decode()}, 422, "content_of_another_type"),
        ({"name": "a.exe"}, 422, "unknown_document_type"),
        ({"object_kind": "planet"}, 422, "unknown_kind"),
        ({"object_number": "P-none"}, 404, "not_found"),
    ],
)
def test_what_is_sent_wrongly_is_refused_and_nothing_kept(
    product: Product, lina: User, wrong: dict[str, Any], status: int, code: str
) -> None:
    caller = seller_caller(lina, product.seller.number, may_write=True)
    body = {
        "object_kind": KIND,
        "object_number": product.number,
        "name": "licence.pdf",
        "content": b64encode(PDF).decode(),
    }
    before = every_table()
    answer = caller.post("/attachments/", {**body, **wrong})
    assert (answer.status, every_table()) == (status, before)
    assert code in str(answer.body)


def test_a_row_that_no_longer_changes_keeps_its_documents(
    licence: Attachment, product: Product, lina: User
) -> None:
    Product.objects.update(delisted_at=product.created_at)
    with pytest.raises(Conflict):
        attach(KIND, product.number, Document("b.pdf", PDF), actor=lina)
    with pytest.raises(Conflict):
        remove_attachment(licence.number, actor=lina)
    assert Attachment.objects.get().removed_at is None


def test_what_was_removed_stays_on_record_for_operators(licence: Attachment, lina: User) -> None:
    remove_attachment(licence.number, actor=lina)
    with pytest.raises(DomainError):
        attachments.open_attachment(licence.number, actor=lina)
    _, content = attachments.open_attachment(licence.number, actor=make_operator())
    assert content.read() == PDF
    content.close()
    with pytest.raises(Conflict) as refusal:
        remove_attachment(licence.number, actor=make_operator("oscar"))
    assert refusal.value.code == "removed_already"


def test_one_row_has_only_so_many(
    product: Product, lina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MOST_ATTACHMENTS", 1)
    attach(KIND, product.number, Document("a.pdf", PDF), actor=lina)
    with pytest.raises(Conflict) as refusal:
        attach(KIND, product.number, Document("b.pdf", PDF), actor=lina)
    assert refusal.value.code == "too_many_attachments"


def test_the_same_content_is_kept_once(licence: Attachment, product: Product, lina: User) -> None:
    attach(KIND, product.number, Document("again.pdf", PDF), actor=lina)
    assert len(files()) == 1


def files() -> list[Path]:
    from django.conf import settings  # noqa: PLC0415  # as the test has set it

    return [each for each in settings.ATTACHMENTS_DIR.rglob("*") if each.is_file()]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE koogallery_attachment SET name = 'b.pdf'",
        "UPDATE koogallery_attachment SET digest = 'x', removed_at = now()",
        "DELETE FROM koogallery_attachment",
    ],
)
def test_a_document_stays_as_it_was_added(licence: Attachment, change: str) -> None:
    with refused_by("documents_stay_as_they_were"):
        execute(change)


def test_a_removed_document_stays_removed(licence: Attachment, lina: User) -> None:
    remove_attachment(licence.number, actor=lina)
    with refused_by("documents_stay_as_they_were"):
        execute("UPDATE koogallery_attachment SET removed_at = NULL")
