"""Addresses of the dashboards."""

from django.urls import path

from aftersales.dashboards import api
from aftersales.dashboards.views import sla_wall, wall_late, wall_sheet

urlpatterns = [
    path("wall", sla_wall, name="wall"),
    path("wall/late", wall_late, name="wall_late"),
    path("wall/<slug:name>.csv", wall_sheet, name="wall_sheet"),
]
api_urlpatterns = [
    path("wall", api.WallView.as_view(), name="api_wall"),
    path("wall/late", api.WallLateView.as_view(), name="api_wall_late"),
]
