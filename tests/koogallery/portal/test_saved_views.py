"""Views that people save of a list: links; one may come first, some are shared."""

import pytest
from django.test import Client

from koogallery import saved_views
from koogallery.kit.errors import Conflict
from koogallery.models import Act, SavedView, User
from sellers.models import Seller
from tests.settlement.builders import make_member
from tests.world import a_product, a_seller, an_order

pytestmark = pytest.mark.django_db
PAGE = "/orders/"
QUERY = "customer_name=fabrikam&columns=placed_at&columns=sales_amount&sort=sales_amount&rows=50"


@pytest.fixture
def seller() -> Seller:
    return a_seller()


@pytest.fixture
def lina(seller: Seller) -> User:
    return make_member(seller, "lina")


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def save(user: User, name: str = "Fabrikam", query: str = QUERY, **more: str) -> list[str]:
    """What the list then says."""
    form = {"page": "order-list", "name": name, "query": query, "next": f"{PAGE}?{query}", **more}
    answer = browser_of(user).post("/views/add/", form, follow=True)
    return [str(each) for each in answer.context["messages"]]


def links(user: User) -> list[str]:
    page = browser_of(user).get(f"{PAGE}?sort=number")
    return [each.name for each in page.context["view"].views]


def test_a_view_is_a_link_with_all_that_the_page_showed(lina: User, seller: Seller) -> None:
    an_order(a_product(seller), "5", "2026-03-05")
    assert save(lina) == ["The view is saved."]
    shown = browser_of(lina).get(f"{PAGE}?{SavedView.objects.get().query}")
    heads = [str(each.label) for each in shown.context["columns"]]
    assert heads == ["Order", "Placed", "Sales amount"]
    assert shown.context["view"].size == 50
    assert 'aria-current="true">Fabrikam</a>' in shown.text
    assert Act.objects.filter(verb="saved", object_kind="saved view").count() == 1


def test_the_default_is_what_its_owner_finds_and_there_is_one(lina: User) -> None:
    save(lina, "first", default="on")
    save(lina, "second", "sort=number", default="on")
    found = browser_of(lina).get(PAGE)
    assert (found.status_code, found.headers["Location"]) == (302, f"{PAGE}?sort=number")
    assert browser_of(lina).get(f"{PAGE}?sort=-number").status_code == 200
    assert SavedView.objects.filter(is_default=True).count() == 1


def test_every_way_out_of_a_default_leads_out(lina: User, seller: Seller) -> None:
    """An address that asks for nothing would lead back to it."""
    an_order(a_product(seller), "5", "2026-03-05")
    save(lina, query="columns=placed_at", default="on")
    view = browser_of(lina).get(f"{PAGE}?columns=placed_at").context["view"]
    assert view.all_columns == "?sort=-placed_at"
    assert view.unnarrowed == "?sort=-placed_at&columns=placed_at"


def test_one_saved_again_is_replaced_and_two_names_are_never_one(lina: User) -> None:
    save(lina)
    save(lina, query="sort=number")
    view = SavedView.objects.get()
    assert view.query == "sort=number"
    save(lina, "other")
    answer = browser_of(lina).post(f"/views/{view.pk}/", {"name": "other"}, follow=True)
    assert "You have a view of this name." in answer.text
    browser_of(lina).post(f"/views/{view.pk}/", {"name": "renamed"})
    assert links(lina) == ["other", "renamed"]
    browser_of(lina).post(f"/views/{view.pk}/", {"delete": "1"})
    assert links(lina) == ["other"]


def test_it_is_shared_with_members_of_one_s_own_seller_alone(lina: User, seller: Seller) -> None:
    kit, stranger = make_member(seller, "kit"), make_member(a_seller(), "stranger")
    save(lina, "mine")
    save(lina, "ours", seller=seller.number)
    assert [links(each) for each in (lina, kit, stranger)] == [["mine", "ours"], ["ours"], []]
    assert save(stranger, "theirs", seller=seller.number) == ["Share it with a seller of yours."]
    ours = SavedView.objects.get(name="ours")
    browser_of(kit).post(f"/views/{ours.pk}/", {"delete": "1"})
    assert links(kit) == ["ours"], "it is not theirs to delete"
    seller.members.filter(user=lina).delete()
    assert links(kit) == [], "whoever left shares nothing any more"


@pytest.mark.parametrize("form", [{"name": ""}, {"query": ""}, {"page": "order list"}])
def test_a_view_without_its_parts_is_not_saved(lina: User, form: dict[str, str]) -> None:
    save(lina, **{"name": "x", **form})
    assert not SavedView.objects.exists()


def test_there_is_a_most_of_views_of_one_list(lina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST", 1)
    save(lina, "first")
    assert save(lina, "second") == ["You have 1 views of this list; delete one first."]
    with pytest.raises(Conflict) as refusal:
        saved_views.save_view("order-list", "second", QUERY, actor=lina)
    assert refusal.value.code == "too_many_views"
    assert save(lina, "first") == ["The view is saved."]
