"""The API's addresses below /api/v1 that history owns."""

from django.urls import path

from aftersales.history.api import FactsView, ReportView

urlpatterns = [
    path("reports/facts", FactsView.as_view(), name="api_report_facts"),
    path("reports/<slug:panel>", ReportView.as_view(), name="api_report"),
]
