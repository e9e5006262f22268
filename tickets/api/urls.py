"""The API's addresses below /api/v1 that tickets owns."""

from django.urls import path, re_path

from tickets.api import (
    articles,
    bulks,
    clocks,
    events,
    orders,
    procedures,
    relations,
    replies,
    saved_views,
    search,
    tickets,
    time_rules,
)

urlpatterns = [
    path("orders", orders.OrderListView.as_view(), name="api_orders"),
    path("orders/batch", orders.OrderBatchView.as_view(), name="api_order_batch"),
    path("orders/<str:external_id>", orders.OrderView.as_view(), name="api_order"),
    path("products/<str:sku>", orders.ProductView.as_view(), name="api_product"),
    path("stock/<str:sku>", orders.StockView.as_view(), name="api_stock"),
    path("tickets", tickets.TicketListView.as_view(), name="api_tickets"),
    path("tickets/<str:number>", tickets.TicketView.as_view(), name="api_ticket"),
    path("tickets/<str:number>/messages", tickets.MessagesView.as_view(), name="api_messages"),
    path("tickets/<str:number>/attachments", tickets.AttachmentsView.as_view(), name="api_attachments"),
    path("tickets/<str:number>/events", tickets.TicketEventsView.as_view(), name="api_ticket_events"),
    path("tickets/<str:number>/clocks/<slug:target>", clocks.ClockView.as_view(), name="api_clock"),
    path("tickets/<str:number>/relations", relations.RelationsView.as_view(), name="api_relations"),
    path("tickets/<str:number>/actions", tickets.ActionsView.as_view(), name="api_actions"),
    path("tickets/<str:number>/actions/<str:verb>", tickets.ActionView.as_view(), name="api_action"),
    path("bulk", bulks.BulkListView.as_view(), name="api_bulks"),
    path("bulk/<slug:code>", bulks.BulkView.as_view(), name="api_bulk"),
    path("bulk/<slug:code>/rows", bulks.BulkRowsView.as_view(), name="api_bulk_rows"),
    path("bulk/<slug:code>/cancel", bulks.BulkCancelView.as_view(), name="api_bulk_cancel"),
    path("bulk/<slug:code>/undo", bulks.BulkUndoView.as_view(), name="api_bulk_undo"),
    path("search", search.SearchView.as_view(), name="api_search"),
    path("views", saved_views.ViewListView.as_view(), name="api_views"),
    path("views/<slug:code>", saved_views.ViewView.as_view(), name="api_view"),
    path("views/<slug:code>/restore", saved_views.ViewRestoreView.as_view(), name="api_view_restore"),
    path("queue/next", saved_views.NextView.as_view(), name="api_next"),
    path("procedures", procedures.ProcedureListView.as_view(), name="api_procedures"),
    path("procedures/<str:code>", procedures.ProcedureView.as_view(), name="api_procedure"),
    path("procedures/<str:code>/draft", procedures.ProcedureDraftView.as_view(), name="api_procedure_draft"),
    path("procedures/<str:code>/diff", procedures.ProcedureDiffView.as_view(), name="api_procedure_diff"),
    path("procedures/<str:code>/yaml", procedures.ProcedureYamlView.as_view(), name="api_procedure_yaml"),
    path("procedures/<str:code>/try", procedures.ProcedureTryView.as_view(), name="api_procedure_try"),
    path(
        "procedures/<str:code>/import", procedures.ProcedureImportView.as_view(), name="api_procedure_import"
    ),
    path(
        "procedures/<str:code>/restore",
        procedures.ProcedureRestoreView.as_view(),
        name="api_procedure_restore",
    ),
    path(
        "procedures/<str:code>/publish",
        procedures.ProcedurePublishView.as_view(),
        name="api_procedure_publish",
    ),
    path("tickets/<str:number>/draft", articles.DraftView.as_view(), name="api_draft"),
    path("articles", articles.ArticleListView.as_view(), name="api_articles"),
    path("articles/<slug:code>", articles.ArticleView.as_view(), name="api_article"),
    re_path(
        r"^articles/(?P<code>[\w-]+)/(?P<verb>retire|restore)$",
        articles.ArticleVerbView.as_view(),
        name="api_article_verb",
    ),
    path("sla-policies", time_rules.SlaPoliciesView.as_view(), name="api_sla_policies"),
    path("sla-policies/<slug:code>", time_rules.SlaPolicyView.as_view(), name="api_sla_policy"),
    path(
        "sla-policies/<slug:code>/preview",
        time_rules.SlaPolicyPreviewView.as_view(),
        name="api_sla_policy_preview",
    ),
    path("calendars", time_rules.CalendarsView.as_view(), name="api_calendars"),
    path("calendars/<slug:code>", time_rules.CalendarView.as_view(), name="api_calendar"),
    path(
        "calendars/<slug:code>/preview",
        time_rules.CalendarPreviewView.as_view(),
        name="api_calendar_preview",
    ),
    path("recounts/<slug:code>", time_rules.RecountView.as_view(), name="api_recount"),
    re_path(
        r"^recounts/(?P<code>[\w-]+)/(?P<verb>pause|resume|cancel|apply)$",
        time_rules.RecountVerbView.as_view(),
        name="api_recount_verb",
    ),
    path("suggestions", articles.SuggestionsView.as_view(), name="api_suggestions"),
    path(
        "tickets/<str:number>/replies/<str:code>", replies.TicketReplyView.as_view(), name="api_ticket_reply"
    ),
    path("replies", replies.RepliesView.as_view(), name="api_replies"),
    path("replies/<int:pk>", replies.ReplyView.as_view(), name="api_reply"),
    path("events", events.EventsView.as_view(), name="api_events"),
]
