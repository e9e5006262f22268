"""Addresses of the dock, the inspector's desk and the labels."""

from django.urls import path

from returns.views import inspecting, labels, receiving, resolving

urlpatterns = [
    path("receive", receiving.receive, name="receive"),
    path("receive/unclaimed", receiving.shelve, name="shelve"),
    path("receive/unclaimed/<uuid:uid>", receiving.match, name="match_parcel"),
    path("inspect/<str:number>", inspecting.inspect, name="inspect"),
    path("resolve/<str:number>", resolving.resolve, name="resolve_options"),
    path("parcels/<uuid:uid>/label.pdf", labels.label, name="label"),
]
