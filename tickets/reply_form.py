"""The form of a canned reply: its words in both languages, and what else is done when it is sent."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.actions.macros import DEEDS, MAX_BODY, MAX_DOES, MAX_TITLE
from tickets.models import Stage, WaitingOn
from tickets.registry import verb_named

KINDS = [("reply", _("Reply")), ("ask", _("Ask and wait")), ("note", _("Internal note"))]
STAGES = [(stage.value, stage.label) for stage in Stage if stage != Stage.DONE]
SIDES = ("zh", "en")


def deeds():
    """What can be chosen; a hold once for each party that it waits on."""
    chosen = [("", _("nothing"))]
    for name in DEEDS:
        label = verb_named(name).label
        if name == "hold":
            chosen += [(f"hold:{party.value}", f"{label} ({party.label})") for party in WaitingOn]
        else:
            chosen.append((name, label))
    return chosen


class ReplyForm(forms.Form):
    kind = forms.ChoiceField(label=_("Its words are"), choices=KINDS, initial="reply")
    stage = forms.ChoiceField(label=_("Stage"), choices=STAGES)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=MAX_TITLE)
    title_en = forms.CharField(label=_("Title in English"), max_length=MAX_TITLE)
    body_zh = forms.CharField(
        label=_("Words in Chinese"),
        max_length=MAX_BODY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "lang": "zh-Hans"}),
    )
    body_en = forms.CharField(
        label=_("Words in English"),
        max_length=MAX_BODY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "lang": "en"}),
    )
    is_active = forms.BooleanField(label=_("Offered in the composer"), required=False, initial=True)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for row in range(MAX_DOES):
            self.fields[f"verb_{row}"] = forms.ChoiceField(label=_("Also"), required=False, choices=deeds)
            self.fields[f"words_{row}"] = forms.CharField(
                label=_("With"), required=False, max_length=MAX_BODY
            )

    def rows(self):
        """The pairs of inputs for what else it does."""
        return [(self[f"verb_{row}"], self[f"words_{row}"]) for row in range(MAX_DOES)]

    def fields_of_macro(self):
        """What the form says, as the action takes it."""
        data = self.cleaned_data
        return {
            "kind": data["kind"],
            "stage": data["stage"],
            "title": {side: data[f"title_{side}"] for side in SIDES},
            "body": {side: data[f"body_{side}"].replace("\r\n", "\n") for side in SIDES},
            "does": [deed for row in range(MAX_DOES) if (deed := self.deed(row))],
            "is_active": data["is_active"],
        }

    def deed(self, row):
        name, _colon, party = self.cleaned_data[f"verb_{row}"].partition(":")
        if not name:
            return None
        field = DEEDS[name]
        given = {field: self.cleaned_data[f"words_{row}"]} if field else {}
        return {"verb": name, "with": given | ({"waiting_on": party} if party else {})}


def initial_of(macro):
    """A reply as the form shows it."""
    initial = {
        "kind": macro.kind,
        "stage": macro.stage,
        "is_active": macro.is_active,
        "version": macro.version,
    }
    for side in SIDES:
        initial |= {f"title_{side}": macro.title[side], f"body_{side}": macro.body[side]}
    for row, step in enumerate(macro.does):
        party = step["with"].get("waiting_on", "")
        initial[f"verb_{row}"] = f"{step['verb']}:{party}" if party else step["verb"]
        initial[f"words_{row}"] = step["with"].get(DEEDS[step["verb"]], "")
    return initial
