"""When a person works."""

from django import forms
from django.utils.translation import gettext_lazy

from aftersales.languages import side_of
from staff.shifts import calendars_of


class ShiftForm(forms.Form):
    calendar = forms.ChoiceField(
        label=gettext_lazy("Working hours"),
        required=False,
        help_text=gettext_lazy("The hours of a calendar, holidays included."),
    )
    away_until = forms.DateTimeField(
        label=gettext_lazy("Away until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Empty: not away."),
    )

    def __init__(self, *args, shop_ids, **kwargs):
        super().__init__(*args, **kwargs)
        calendars = sorted(calendars_of(shop_ids).items())
        self.fields["calendar"].choices = [
            ("", gettext_lazy("not known")),
            *((code, named(calendar)) for code, calendar in calendars),
        ]


def named(calendar):
    return getattr(calendar.name, side_of())
