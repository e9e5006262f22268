"""The page of all shared parts in all states, for those who build pages; its samples stand here."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.http import Http404
from django.shortcuts import render

from aftersales.clock import now

TOKENS = """
    bg surface sunken ink ink-2 ink-3 bar mark accent accent-soft info info-soft warn warn-fill risk risk-fill
"""
ICONS = """
    inbox barcode activity route clock-cog search filter paperclip send user users bell truck package-import
    clipboard-check tool refresh cash receipt scale star history
"""


class SampleForm(forms.Form):
    """One field of each look; bound to mistakes so that errors are seen."""

    reason = forms.CharField(label="Reason for the record", help_text="Read by the next person")
    amount = forms.CharField(label="Amount", required=False)
    team = forms.ChoiceField(
        label="Team", choices=[("a", "Small appliances"), ("b", "Apparel")], required=False
    )
    way = forms.ChoiceField(
        label="Must the kettle come back?",
        choices=[("keep", "No return, decide on the photos"), ("send", "Ask for the kettle back")],
        widget=forms.RadioSelect,
    )
    condition = forms.MultipleChoiceField(
        label="Outer condition",
        choices=[("fine", "Fine"), ("dented", "Box dented"), ("wet", "Box wet")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    finding = forms.ChoiceField(
        label="Finding",
        choices=[("yes", "Matches"), ("part", "Partly"), ("no", "Does not match")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 2}), required=False)
    told = forms.BooleanField(label="The customer was told", required=False)

    def clean_amount(self):
        raise forms.ValidationError("At most ¥263.67")


def design(request):
    if not (settings.DEBUG or request.user.is_authenticated):
        raise Http404
    return render(request, "components.html", {"section": "design", "design": samples()})


def samples():
    form = SampleForm(
        {"amount": "¥40000", "way": "keep", "condition": ["dented"], "finding": "yes", "team": "a"}
    )
    present = now()
    rows = [
        ("Approve refund above agent limit", -12, "risk", 100, "黄志强", "TM261103907718", "resolve", ""),
        ("Decide: must the kettle come back?", 24, "warn", 82, "王晓敏", "TM261107184402", "communicate", ""),
        (
            "Inspect: 2 of 3 items arrived",
            112,
            "",
            51,
            "李思远",
            "JD30218847105",
            "inspect",
            "parcel scanned 14:31",
        ),
        ("Check the photos", 2900, "", 12, "Jonas Weber", "DE-103998", "communicate", ""),
    ]
    names = ("step", "minutes", "tone", "share", "customer", "order", "stage", "changed")
    spans = {
        "late": -725,
        "soon": 24,
        "within 4 h": 65,
        "later": 330,
        "this week": 4000,
        "then": 40000,
        "next year": 90000,
    }
    return {
        "form": form,
        "tokens": TOKENS.split(),
        "icons": ICONS.split(),
        "times": [(label, present + timedelta(minutes=minutes)) for label, minutes in spans.items()],
        "notes": {"communicate": "11 min", "receive": "2 of 3 items are here", "resolve": "promised by Thu"},
        "clocks": [
            ("First reply", "met", 30, "ok"),
            ("Next answer", "24 min left", 82, "warn"),
            ("Promise", "late", 100, "risk"),
        ],
        "rows": [
            dict(zip(names, row, strict=True))
            | {
                "number": f"AS-{48107 + at}",
                "product": "Glass kettle 1.7 L",
                "amount": 29900 * (at + 1),
                "due_at": present + timedelta(minutes=row[1]),
            }
            for at, row in enumerate(rows)
        ],
    }
