"""Addresses of the queue and of requests."""

from django.urls import path
from django.views.generic import RedirectView

from tickets.views import acting, drafts, files, opening, page, pulse, queue, replies

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="queue"), name="home"),
    path("queue", queue.queue, name="queue"),
    path("pulse", pulse.pulse, name="pulse"),
    path("replies", replies.replies, name="replies"),
    path("replies/new", replies.new_reply, name="new_reply"),
    path("replies/<int:pk>", replies.reply, name="reply"),
    path("replies/<int:pk>/remove", replies.remove, name="remove_reply"),
    path("tickets/new", opening.new_ticket, name="ticket_new"),
    path("tickets/<str:number>", page.ticket, name="ticket"),
    path("tickets/<str:number>/attachments", files.attach, name="ticket_attachments"),
    path("tickets/<str:number>/attachments/<uuid:uid>", files.download, name="attachment"),
    path("tickets/<str:number>/messages/<uuid:uid>/withdraw", acting.withdraw, name="withdraw_message"),
    path("tickets/<str:number>/draft", drafts.draft, name="ticket_draft"),
    path("tickets/<str:number>/<str:verb>", acting.act, name="ticket_verb"),
]
