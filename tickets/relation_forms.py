"""The forms of the verbs that tie requests to each other, hand them over, and mark them."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.languages import side_of
from staff.models import Team
from tickets.forms import AssignForm, LinesField, LongText, VerbForm
from tickets.models import LINKS, Category, MergedUnits, RelationKind, Ticket
from tickets.queries.catalogue import categories
from tickets.queries.neighbours import neighbours, shared_line


class OtherTicketField(forms.CharField):
    """Another request by its number; a form gives it to `other_ticket`, which looks through the one gate."""

    def __init__(self, **kwargs):
        super().__init__(max_length=20, **kwargs)


def other_ticket(form, number):
    """What the actor may not see does not exist."""
    found = Ticket.objects.visible_to(form.actor).filter(number=number.strip().upper()).first()
    if found is None:
        raise forms.ValidationError(
            _("There is no request %(number)s.") % {"number": number}, code="unknown_ticket"
        )
    if found.pk == form.ticket.pk:
        raise forms.ValidationError(_("This is the request itself."), code="invalid")
    return found


class MergeForm(VerbForm):
    into = OtherTicketField(label=gettext_lazy("Into which request"))
    units = forms.ChoiceField(
        label=gettext_lazy("The units claimed here"),
        required=False,
        choices=MergedUnits.choices,
    )

    def set_up(self):
        self.fields["into"].widget = forms.Select(choices=self.candidates)  # asked only when it is drawn
        self.fields["units"].initial = self.likely_units

    def candidates(self):
        """The open requests of the same order or customer; by the API any other may be named, and is refused."""
        rows = [row for row in neighbours(self.ticket) if row.is_open]
        return [("", "—"), *((row.number, f"{row.number} · {row.subject}") for row in rows)]

    def likely_units(self):
        """Who writes twice about one line of the order most often means the same units."""
        own = {line.order_line_id for line in self.ticket.lines.all()}
        alike = any(row.is_open and shared_line(own, row) for row in neighbours(self.ticket))
        return MergedUnits.RELEASE if alike else MergedUnits.ADD

    def clean_into(self):
        return other_ticket(self, self.cleaned_data["into"])

    def clean_units(self):
        return self.cleaned_data["units"] or MergedUnits.ADD


class SplitForm(VerbForm):
    lines = LinesField(label=gettext_lazy("What goes"), limit=lambda line: line.claimed)
    category = forms.CharField(label=gettext_lazy("Category"), max_length=60, required=False)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200, required=False)

    def set_up(self):
        self.fields["lines"].choose_from(self.ticket.lines.select_related("order_line").order_by("id"))
        # Nothing goes by itself: all of it would be the whole request.
        self.fields["lines"].initial = [
            {"line": str(line.uid), "quantity": 0} for line in self.fields["lines"].lines
        ]
        self.fields["category"].widget = forms.Select(choices=self.categories)

    def categories(self):
        side = side_of()
        return [("", _("as here")), *((code, row.name[side]) for code, row in categories().items())]

    def clean_category(self):
        if not (code := self.cleaned_data["category"]):
            return None
        if code not in categories():
            known = ", ".join(sorted(categories()))
            raise forms.ValidationError(
                _("There is no such category. There are: %(known)s.") % {"known": known}
            )
        return Category.objects.get(code=code)


class LinkForm(VerbForm):
    to = OtherTicketField(label=gettext_lazy("Number of the other request"))
    kind = forms.ChoiceField(
        label=gettext_lazy("This request is"),
        required=False,
        choices=[(kind.value, kind.label) for kind in LINKS],
    )

    def clean_to(self):
        return other_ticket(self, self.cleaned_data["to"])

    def clean_kind(self):
        return RelationKind(self.cleaned_data["kind"] or RelationKind.RELATED)


class UnlinkForm(VerbForm):
    to = OtherTicketField(label=gettext_lazy("Number of the other request"))

    def clean_to(self):
        return other_ticket(self, self.cleaned_data["to"])


class TagForm(VerbForm):
    tag = forms.CharField(label=gettext_lazy("Tag"), max_length=40)

    def clean_tag(self):
        """Alike however it is typed: one blank between words, no capitals."""
        return " ".join(self.cleaned_data["tag"].split()).lower()


class UntagForm(TagForm):
    def set_up(self):
        self.fields["tag"].widget = forms.Select(choices=[(tag, tag) for tag in self.ticket.tags])


class ReassignForm(AssignForm):
    note = None  # the reason is what the next person is to know
    team = forms.CharField(label=gettext_lazy("Team"), required=False, max_length=40)
    reason = LongText(label=gettext_lazy("Reason"))
    field_order = ("team", "to", "reason")

    def set_up(self):
        super().set_up()
        self.fields["team"].widget = forms.Select(choices=self.teams)

    def people(self):
        return [("", _("nobody: into the team's queue")), *super().people()[1:]]

    def teams(self):
        """Who works for this shop."""
        serving = Team.objects.filter(shops=self.ticket.shop_id)
        return [("", _("the same")), *sorted((team.code, team.name) for team in serving)]

    def clean_team(self):
        if not (code := self.cleaned_data["team"]):
            return None
        team = Team.objects.filter(code=code, shops=self.ticket.shop_id).first()
        if team is None:
            raise forms.ValidationError(_("No team of this shop is called %(name)s.") % {"name": code})
        return team
