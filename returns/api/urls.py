"""The API's addresses below /api/v1 that returns owns."""

from django.urls import path, register_converter

from returns.api import eligibility, parcels, resolutions


class StepConverter:
    """What can be done to a proposal by its own address."""

    regex = "approve|decline|accept"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(StepConverter, "proposal_step")

urlpatterns = [
    path("eligibility", eligibility.EligibilityView.as_view(), name="api_eligibility"),
    path("tickets/<str:number>/parcels", parcels.TicketParcelsView.as_view(), name="api_ticket_parcels"),
    path("parcels", parcels.ParcelListView.as_view(), name="api_parcels"),
    path("parcels/<uuid:uid>", parcels.ParcelView.as_view(), name="api_parcel"),
    path("parcels/<uuid:uid>/label.pdf", parcels.LabelView.as_view(), name="api_label"),
    path("parcels/<uuid:uid>/tracking", parcels.TrackingView.as_view(), name="api_tracking"),
    path("parcels/<uuid:uid>/match", parcels.MatchView.as_view(), name="api_match"),
    path("receipts", parcels.ReceiptsView.as_view(), name="api_receipts"),
    path("tickets/<str:number>/inspections", resolutions.InspectionsView.as_view(), name="api_inspections"),
    path("tickets/<str:number>/resolutions/preview", resolutions.PreviewView.as_view(), name="api_preview"),
    path(
        "tickets/<str:number>/resolutions",
        resolutions.TicketResolutionsView.as_view(),
        name="api_ticket_resolutions",
    ),
    path("resolutions/<uuid:uid>", resolutions.ResolutionView.as_view(), name="api_resolution"),
    path(
        "resolutions/<uuid:uid>/<proposal_step:step>",
        resolutions.ResolutionStepView.as_view(),
        name="api_resolution_step",
    ),
    path("refunds", resolutions.RefundListView.as_view(), name="api_refunds"),
    path("refunds/<uuid:key>", resolutions.RefundView.as_view(), name="api_refund"),
    path("refunds/<uuid:key>/result", resolutions.RefundResultView.as_view(), name="api_refund_result"),
    path("commands/<uuid:uid>/result", resolutions.CommandResultView.as_view(), name="api_command_result"),
    path("repairs/<uuid:uid>/result", resolutions.RepairResultView.as_view(), name="api_repair_result"),
]
