"""Addresses of the queue and of requests."""

from django.urls import path
from django.views.generic import RedirectView

from tickets.views import acting, files, knowledge, opening, page, pulse, queue

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="queue"), name="home"),
    path("queue", queue.queue, name="queue"),
    path("pulse", pulse.pulse, name="pulse"),
    path("answers", knowledge.articles, name="knowledge"),
    path("answers/new", knowledge.new_article, name="article_new"),
    path("answers/<slug:code>", knowledge.article, name="article"),
    path("answers/<slug:code>/<slug:verb>", knowledge.article_verb, name="article_verb"),
    path("tickets/new", opening.new_ticket, name="ticket_new"),
    path("tickets/<str:number>", page.ticket, name="ticket"),
    path("tickets/<str:number>/attachments", files.attach, name="ticket_attachments"),
    path("tickets/<str:number>/attachments/<uuid:uid>", files.download, name="attachment"),
    path("tickets/<str:number>/messages/<uuid:uid>/withdraw", acting.withdraw, name="withdraw_message"),
    path("tickets/<str:number>/<str:verb>", acting.act, name="ticket_verb"),
]
