"""The API's addresses below /api/v1 that tickets owns."""

from django.urls import path

from tickets.api import events, orders, replies, tickets

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
    path("tickets/<str:number>/actions", tickets.ActionsView.as_view(), name="api_actions"),
    path("tickets/<str:number>/actions/<str:verb>", tickets.ActionView.as_view(), name="api_action"),
    path(
        "tickets/<str:number>/replies/<str:code>", replies.TicketReplyView.as_view(), name="api_ticket_reply"
    ),
    path("replies", replies.RepliesView.as_view(), name="api_replies"),
    path("replies/<int:pk>", replies.ReplyView.as_view(), name="api_reply"),
    path("events", events.EventsView.as_view(), name="api_events"),
]
