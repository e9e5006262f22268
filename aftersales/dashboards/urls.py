"""Addresses of the dashboards."""

from django.urls import path

from aftersales.dashboards.views import sla_wall

urlpatterns = [path("wall", sla_wall, name="wall")]
