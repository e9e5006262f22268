"""Addresses of the queue and of requests."""

from django.urls import path
from django.views.generic import RedirectView

from tickets.views import (
    acting,
    bulks,
    files,
    opening,
    page,
    palette,
    procedure_acts,
    procedures,
    pulse,
    queue,
    saved_views,
    search,
)

HERE = "settings/procedures/<slug:shop>/<slug:code>"

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
    path("bulk", bulks.bulks, name="bulks"),
    path("bulk/new", bulks.new_bulk, name="bulk_new"),
    path("bulk/<slug:code>", bulks.bulk, name="bulk"),
    path("bulk/<slug:code>/cancel", bulks.cancel, name="bulk_cancel"),
    path("bulk/<slug:code>/undo", bulks.undo, name="bulk_undo"),
    path("pulse", pulse.pulse, name="pulse"),
    path("settings/procedures", procedures.procedures, name="procedures"),
    path(HERE, procedures.procedure, name="procedure"),
    path(f"{HERE}/try", procedures.try_procedure, name="procedure_try"),
    path(f"{HERE}/yaml", procedures.procedure_yaml, name="procedure_yaml"),
    path(f"{HERE}/draft", procedure_acts.begin, name="procedure_begin"),
    path(f"{HERE}/discard", procedure_acts.discard, name="procedure_discard"),
    path(f"{HERE}/restore", procedure_acts.restore, name="procedure_restore"),
    path(f"{HERE}/import", procedure_acts.import_file, name="procedure_import"),
    path(f"{HERE}/publish", procedure_acts.publish, name="procedure_publish"),
    path(f"{HERE}/arrange", procedure_acts.arrange, name="procedure_arrange"),
    path(f"{HERE}/heading", procedure_acts.save_heading, name="procedure_heading"),
    path(f"{HERE}/steps/<slug:step>", procedure_acts.save_step, name="procedure_step"),
    path("tickets/new", opening.new_ticket, name="ticket_new"),
    path("tickets/<str:number>", page.ticket, name="ticket"),
    path("tickets/<str:number>/attachments", files.attach, name="ticket_attachments"),
    path("tickets/<str:number>/attachments/<uuid:uid>", files.download, name="attachment"),
    path("tickets/<str:number>/messages/<uuid:uid>/withdraw", acting.withdraw, name="withdraw_message"),
    path("tickets/<str:number>/<str:verb>", acting.act, name="ticket_verb"),
]
