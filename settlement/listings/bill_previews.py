from koogallery.api.filters import Filters
from settlement.models import BillPreview, BillPreviewSeller


class StoredPreviewFilters(Filters):
    model = BillPreview
    columns = "cycle state everyone created_at"


class PreviewPartFilters(Filters):
    model = BillPreviewSeller
    columns = (
        "seller currency state look settlement_amount net_payable difference from_deposit "
        "to_receivable"
    )
