"""The forms of verbs: one definition that the page renders and the API checks and describes."""

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.errors import Invalid
from aftersales.languages import side_of
from staff.models import Role, User
from tickets.models import Category, Macro, WaitingOn
from tickets.queries.catalogue import categories
from tickets.queries.macros import own_first

MAX_TEXT = 20_000


class VerbForm(forms.Form):
    """Base of all verb forms: knows the ticket and who asks; refuses names it does not know."""

    def __init__(self, *args, ticket, actor, **kwargs):
        self.ticket, self.actor = ticket, actor
        super().__init__(*args, **kwargs)
        self.set_up()

    def set_up(self):
        """For subclasses: choices and initial values that depend on the ticket."""


class LinesWidget(forms.Widget):
    """From the API a list of {"line", "quantity"}; from a page inputs named lines-<uid>-quantity."""

    template_name = "tickets/_lines_input.html"

    def get_context(self, name, value, attrs):
        """Each line with what was typed for it, or with the most it can have."""
        context = super().get_context(name, None, {**(attrs or {}), "lines": None})
        typed = {row.get("line"): row.get("quantity", "") for row in value or () if isinstance(row, dict)}
        context["widget"]["rows"] = [
            {"line": line, "most": most, "quantity": typed.get(str(line.uid), 0 if typed else most)}
            for line, most in self.attrs.get("lines", ())
        ]
        return context

    def render(self, name, value, attrs=None, renderer=None):
        """By the desk's own engine: the forms' own knows no template of ours."""
        return mark_safe(render_to_string(self.template_name, self.get_context(name, value, attrs)))  # noqa: S308 - our template, autoescaped

    def value_from_datadict(self, data, files, name):
        if name in data:
            return data[name]
        prefix = f"{name}-"
        rows = {}
        for key in data:
            if key.startswith(prefix):
                uid, _dash, field = key[len(prefix) :].rpartition("-")
                rows.setdefault(uid, {"line": uid})[field] = data[key]
        return list(rows.values()) or None

    def value_omitted_from_data(self, data, files, name):
        return self.value_from_datadict(data, files, name) is None


class LinesField(forms.Field):
    """Per ticket line a quantity (and more, by `extra`): cleaned to [{"line": TicketLine, "quantity": n}].

    `limit(line)` is the most a line may have; a line with quantity 0 is left out.
    """

    widget = LinesWidget

    def __init__(self, *, limit, extra=(), **kwargs):
        super().__init__(**kwargs)
        self.limit, self.extra, self.lines = limit, extra, []

    def choose_from(self, lines):
        """The ticket's lines, which the form sets before anything is cleaned."""
        self.lines = list(lines)
        self.widget.attrs["lines"] = [(line, self.limit(line)) for line in self.lines]

    def clean(self, value):
        if value in (None, ""):
            if self.required:
                raise forms.ValidationError(_("Say which lines, and how many of each."), code="required")
            return None
        if not isinstance(value, list):
            raise forms.ValidationError(
                _("Give a list of lines, each with line and quantity."), code="invalid"
            )
        known = {str(line.uid): line for line in self.lines}
        rows = [row for entry in value if (row := self.clean_row(entry, known))]
        keys = [(row["line"].pk, *(row.get(name) for name in self.extra)) for row in rows]
        if len(set(keys)) < len(keys):
            raise forms.ValidationError(_("A line stands here twice."), code="duplicate")
        return rows

    def clean_row(self, entry, known):
        if not isinstance(entry, dict) or str(entry.get("line")) not in known:
            raise forms.ValidationError(_("A line is not one of this request."), code="unknown_line")
        unknown = set(entry) - {"line", "quantity", *self.extra}
        if unknown:
            raise forms.ValidationError(
                _("Unknown field “%(name)s”.") % {"name": min(unknown)}, code="unknown_field"
            )
        line = known[str(entry["line"])]
        quantity = whole_number(entry.get("quantity"))
        most = self.limit(line)
        if quantity > most:
            raise forms.ValidationError(
                _("%(sku)s: %(wanted)s wanted, at most %(most)s possible.")
                % {"sku": line.order_line.sku, "wanted": quantity, "most": most},
                code="quantity_not_available",
            )
        if not quantity:
            return None
        return {
            "line": line,
            "quantity": quantity,
            **{name: entry[name] for name in self.extra if name in entry},
        }


def html_lang(language):
    """The language of a passage as HTML wants it."""
    return "zh-Hans" if side_of(language) == "zh" else "en"


def whole_number(value):
    """A whole number from JSON or an input; true and 1.5 are not numbers of things."""
    text = str(value).strip()
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or len(text) > 6:
        raise forms.ValidationError(_("A quantity is a whole number from 0."), code="invalid")
    return int(text)


class LongText(forms.CharField):
    def __init__(self, **kwargs):
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), max_length=MAX_TEXT, **kwargs)


class EmptyForm(VerbForm):
    """A verb that asks for nothing."""


class BodyForm(VerbForm):
    body = LongText(label=gettext_lazy("Message"))


class FilesField(forms.Field):
    """Ids of files that are here and belong to no message yet; cleaned to the rows."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.MultipleHiddenInput, **kwargs)
        self.kept = None  # the ticket's, which the form sets

    def clean(self, value):
        if not value:
            return []
        if not isinstance(value, list) or not all(isinstance(uid, str) for uid in value):
            raise forms.ValidationError(_("Give a list of the files' ids."), code="invalid")
        free = {str(file.uid): file for file in self.kept.filter(message=None)}
        if not set(value) <= set(free):
            raise forms.ValidationError(_("A file is not one of this request, or went with a message."))
        return [free[uid] for uid in dict.fromkeys(value)]


class SayForm(BodyForm):
    """`composing` is drawn anew for each message: the same again is not said twice."""

    composing = forms.UUIDField(required=False, widget=forms.HiddenInput)
    files = FilesField(required=False)

    def set_up(self):
        self.fields["files"].kept = self.ticket.attachments.kept()


class MacroForm(VerbForm):
    """A canned reply by its code: for each request its own words are made of it."""

    macro = forms.CharField(label=gettext_lazy("Canned reply"), max_length=60)

    def set_up(self):
        self.fields["macro"].widget = forms.Select(choices=self.macros)  # asked only when it is drawn

    def macros(self):
        side = side_of()
        return [
            (macro.code, macro.title[side]) for macro in own_first(self.shared().order_by("position", "id"))
        ]

    def shared(self):
        """Replies that everybody of a shop may send; a person's own are for one request at a time."""
        return Macro.objects.visible_to(self.actor).filter(owner=None, is_active=True)

    def clean_macro(self):
        code = self.cleaned_data["macro"]
        if not self.shared().filter(code=code).exists():
            raise forms.ValidationError(_("There is no canned reply “%(code)s”.") % {"code": code})
        return code


class ReasonForm(VerbForm):
    reason = LongText(label=gettext_lazy("Reason"))


class OptionalReasonForm(VerbForm):
    reason = LongText(label=gettext_lazy("Reason"), required=False)


class AssignForm(VerbForm):
    to = forms.CharField(label=gettext_lazy("Person"), required=False, max_length=60)
    note = LongText(
        label=gettext_lazy("What the next person is to know"),
        required=False,
        help_text=gettext_lazy("Stands on top of the request until they have read it."),
    )

    def set_up(self):
        to = self.fields["to"]
        to.widget = forms.Select(choices=self.people)  # asked only when it is drawn
        if self.ticket.assignee:
            to.initial = self.ticket.assignee.username  # so that one press of the button takes it from nobody

    def people(self):
        """Who serves this shop, to choose from."""
        serving = User.objects.filter(is_active=True, teams__shops=self.ticket.shop_id).distinct()
        serving = serving.exclude(role=Role.AUDITOR)  # who looks on, and works on nothing
        rows = [
            (person.username, f"{person.display_name} · {person.get_role_display()}") for person in serving
        ]
        return [("", _("nobody: back to the queue")), *sorted(rows, key=lambda row: row[1])]

    def clean_to(self):
        username = self.cleaned_data["to"]
        if not username:
            return None
        person = User.objects.filter(username=username, is_active=True).first()
        if person is None or self.ticket.shop_id not in person.shop_ids():
            raise forms.ValidationError(_("Nobody of this shop is called %(name)s.") % {"name": username})
        return person


class HoldForm(VerbForm):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    waiting_on = forms.ChoiceField(
        label=gettext_lazy("Waiting on"), choices=WaitingOn.choices, initial=WaitingOn.CUSTOMER
    )


class RecategoriseForm(VerbForm):
    category = forms.CharField(label=gettext_lazy("Category"), max_length=60)

    def clean_category(self):
        category = categories().get(self.cleaned_data["category"])
        if category is None:
            known = ", ".join(sorted(categories()))
            raise forms.ValidationError(
                _("There is no such category. There are: %(known)s.") % {"known": known}
            )
        return Category.objects.get(pk=category.pk)


class CompleteStepForm(VerbForm):
    step = forms.CharField(required=False, max_length=60)
    answer = forms.CharField(required=False, max_length=500)
    note = LongText(required=False)
    body = LongText(required=False)


class SkipStepForm(VerbForm):
    step = forms.CharField(required=False, max_length=60)
    reason = LongText(label=gettext_lazy("Reason"))


def invalid_fields(form):
    """A form's errors as rows of pointer, detail and code."""
    return [
        {
            "pointer": f"/{name}" if name != "__all__" else "/",
            "detail": error.messages[0],
            "code": error.code or "invalid",
        }
        for name, errors in form.errors.as_data().items()
        for error in errors
    ]


def refuse_unknown(form, data):
    """Name the first field that the verb does not have."""
    prefixes = tuple(f"{name}-" for name, field in form.fields.items() if isinstance(field, LinesField))
    for name in data:
        if name not in form.fields and not (prefixes and name.startswith(prefixes)):
            raise Invalid(_("Unknown field “%(name)s”.") % {"name": name}, field=name, code="unknown_field")
