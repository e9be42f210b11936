from django.urls import path

from settlement.portal.views import BillDetail, BillList

app_name = "console"
urlpatterns = [
    path("bills/", BillList.as_view(), name="bill-list"),
    path("bills/<str:number>/", BillDetail.as_view(), name="bill-detail"),
]
