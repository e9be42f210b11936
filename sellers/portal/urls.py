from django.urls import path

from sellers.portal.views.products import ProductDetail, ProductList
from sellers.portal.views.supervision import SupervisionList

urlpatterns = [
    path("products/", ProductList.as_view(), name="product-list"),
    path("products/<str:number>/", ProductDetail.as_view(), name="product-detail"),
    path("supervision/", SupervisionList.as_view(), name="supervision-list"),
]
