"""The filters of lists of tickets: known by name, each with the values it takes."""

from django_filters import rest_framework as filters

from tickets.models import Channel, Priority, Stage, Status, Ticket, WaitingOn


class TicketFilter(filters.FilterSet):
    stage = filters.ChoiceFilter(choices=Stage.choices)
    status = filters.ChoiceFilter(choices=Status.choices)
    waiting_on = filters.ChoiceFilter(choices=WaitingOn.choices)
    priority = filters.ChoiceFilter(choices=Priority.choices)
    channel = filters.ChoiceFilter(choices=Channel.choices)
    category = filters.CharFilter(field_name="category__code")
    order = filters.CharFilter(field_name="order__external_id")
    customer = filters.CharFilter(field_name="customer__external_id")
    external_id = filters.CharFilter()
    assignee = filters.CharFilter(field_name="assignee__username")
    team = filters.CharFilter(field_name="team__code")
    shop = filters.CharFilter(field_name="shop__code")
    tag = filters.CharFilter(method="tagged")
    due_before = filters.IsoDateTimeFilter(field_name="next_due_at", lookup_expr="lt")
    updated_after = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gt")
    q = filters.CharFilter(method="as_they_are")

    class Meta:
        model = Ticket
        fields = []

    def tagged(self, queryset, name, value):
        """Both conditions, so that the index of tagged requests is of use."""
        return queryset.filter(tags__contains=[value.strip().lower()]).exclude(tags=[])

    def as_they_are(self, queryset, name, value):
        """What to look for is no condition of the rows: tickets/api/search.py answers it."""
        return queryset
