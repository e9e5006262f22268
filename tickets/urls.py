"""Addresses of the queue and of requests."""

from django.urls import path
from django.views.generic import RedirectView

from tickets.views import acting, files, opening, page, palette, pulse, queue, saved_views, search

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="queue"), name="home"),
    path("queue", queue.queue, name="queue"),
    path("search", search.find, name="search"),
    path("palette", palette.palette, name="palette"),
    path("queue/filter", queue.edit_filter, name="queue_filter"),
    path("queue/next", queue.next_request, name="queue_next"),
    path("queue/views", saved_views.keep, name="queue_views"),
    path("queue/views/<slug:code>", saved_views.change, name="queue_view"),
    path("queue/views/<slug:code>/remove", saved_views.remove, name="queue_view_remove"),
    path("queue/views/<slug:code>/restore", saved_views.restore, name="queue_view_restore"),
    path("pulse", pulse.pulse, name="pulse"),
    path("tickets/new", opening.new_ticket, name="ticket_new"),
    path("tickets/<str:number>", page.ticket, name="ticket"),
    path("tickets/<str:number>/attachments", files.attach, name="ticket_attachments"),
    path("tickets/<str:number>/attachments/<uuid:uid>", files.download, name="attachment"),
    path("tickets/<str:number>/messages/<uuid:uid>/withdraw", acting.withdraw, name="withdraw_message"),
    path("tickets/<str:number>/<str:verb>", acting.act, name="ticket_verb"),
]
