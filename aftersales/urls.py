"""Every address of the desk."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from aftersales.dashboards import urls as dashboards
from aftersales.web import health
from aftersales.web.api import Nowhere

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    # Before the pages: addresses are tried in order, and systems ask more often than people.
    path("api/v1/", include("tickets.api.urls")),
    path("api/v1/", include("returns.api.urls")),
    path("api/v1/", include("surveys.api.urls")),
    path("api/v1/", include("staff.api.urls")),
    path("api/v1/", include(dashboards.api_urlpatterns)),
    path("api/v1/", include("aftersales.history.api_urls")),
    path("api/v1/openapi.json", SpectacularJSONAPIView.as_view(), name="api_schema"),
    path("api/v1/docs", SpectacularSwaggerSplitView.as_view(url_name="api_schema"), name="api_docs"),
    re_path(r"^api/(?P<rest>.*)$", Nowhere.as_view()),
    path("", include("staff.urls")),
    path("", include("aftersales.web.urls")),
    path("", include("tickets.urls")),
    path("", include("aftersales.mail.urls")),
    path("", include("aftersales.dashboards.urls")),
    path("", include("aftersales.history.urls")),
    path("", include("returns.urls")),
    path("", include("surveys.urls")),
]

handler400 = "aftersales.web.look.bad_request"
handler403 = "aftersales.web.look.forbidden"
handler404 = "aftersales.web.look.not_found"
handler500 = "aftersales.web.look.server_error"
