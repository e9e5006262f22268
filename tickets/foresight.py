"""What a bulk would do, before it does it: asked of the same guards and the same form as one by one."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from aftersales.errors import BadRequest, Invalid, InvalidFields, NotPossible, Refused
from tickets.models import Ticket
from tickets.queries.guards import remember_for_guards
from tickets.queries.selection import selected
from tickets.registry import VERBS, Verb, verb_named
from tickets.verbs import cleaned
from tickets.workflow import TICKET_WORKFLOW

MOST = 20_000
BATCH = 500  # requests that are read by one set of statements
# All that guards of verbs in bulk read of a request; more of it would be one statement for each.
READ = """
    number shop stage status tags followers goods_expected outcome reopen_count assignee team priority
    resolved_at merged_into__number
"""


@dataclass
class Foresight:
    """Of the requests that are meant: those that can, and for each other one the sentence why not."""

    verb: Verb
    data: dict
    selection: dict
    fits: list = field(default_factory=list)  # ids
    left_out: list = field(default_factory=list)  # (id, number, sentence)
    shops: set = field(default_factory=set)
    unknown: list = field(default_factory=list)  # numbers that are nobody's, or not this person's

    @property
    def total(self):
        return len(self.fits) + len(self.left_out)

    @property
    def reasons(self):
        """[(sentence, [numbers])], the commonest first."""
        found = defaultdict(list)
        for _pk, number, sentence in self.left_out:
            found[sentence].append(number)
        return sorted(found.items(), key=lambda pair: -len(pair[1]))


def verbs_in_bulk():
    return [verb for verb in VERBS.values() if verb.bulk]


def offered_in_bulk(by):
    """What this person's role may do to some request or other."""
    table = TICKET_WORKFLOW.transitions
    return [verb for verb in verbs_in_bulk() if table[verb.name].allowed(by, None)]


def bulk_verb(name):
    """The verb of this name, if it may be done to many."""
    verb = verb_named(name)
    if verb is None or verb.bulk is None:
        known = ", ".join(each.name for each in verbs_in_bulk())
        raise BadRequest(
            _("“%(name)s” is not done to many at once. What is: %(known)s.")
            % {"name": name[:40], "known": known},
            code="unknown_verb",
        )
    return verb


def foresee(verb, data, selection, *, by):
    """The Foresight of a verb with its data over a selection; a form that fits nowhere is refused as a form."""
    ids, forms = selected_ids(selection, by), Forms(verb, data, by)
    found = Foresight(verb, data, selection)
    numbers = set()
    for start in range(0, len(ids), BATCH):
        for ticket in read_batch(verb, ids[start : start + BATCH]):
            numbers.add(ticket.number)
            found.shops.add(ticket.shop_id)
            refusal = verb.check(ticket, by) or forms.refusal(ticket)
            if refusal is None:
                found.fits.append(ticket.pk)
            else:
                found.left_out.append((ticket.pk, ticket.number, str(refusal)))
    if not found.fits and forms.is_wrong_everywhere:
        raise forms.wrong
    found.unknown = [each for each in selection.get("numbers", ()) if each.upper() not in numbers]
    return found


def selected_ids(selection, by):
    """The ids that are meant, in the order in which every action locks."""
    ids = sorted(selected(by, **selection).order_by().values_list("pk", flat=True)[: MOST + 1])
    if len(ids) > MOST:
        raise Invalid(
            _("These are more than %(most)s requests. Narrow the filter and do them in parts.")
            % {"most": f"{MOST:,}"},
            field="filter",
            code="too_many",
        )
    if not ids:
        raise none_meant()
    return ids


def none_meant():
    return NotPossible(_("No request is meant: tick some, or widen the filter."), code="none_selected")


def read_batch(verb, ids):
    """The requests with what the verb's guards read, in a fixed number of statements."""
    rows = Ticket.objects.filter(pk__in=ids).select_related("merged_into").only(*READ.split()).order_by("pk")
    if not TICKET_WORKFLOW.transitions[verb.name].blocked_by:
        return rows
    tickets = list(rows)
    remember_for_guards(tickets)
    return tickets


class Forms:
    """The verb's form, which depends on nothing of a request but its shop: cleaned once for each shop."""

    def __init__(self, verb, data, by):
        self.verb, self.data, self.by = verb, data, by
        self.of_shop, self.wrong = {}, None

    def refusal(self, ticket):
        """Why the form or the action would not take this request, or None."""
        answer = self.of_shop.get(ticket.shop_id)
        if answer is None:
            answer = self.of_shop[ticket.shop_id] = self.clean(ticket)
        if isinstance(answer, Refused):
            return answer
        return self.verb.bulk.refused(ticket, self.by, **answer)

    def clean(self, ticket):
        try:
            return cleaned(self.verb.bulk.form or self.verb.form, ticket, self.data, by=self.by)
        except InvalidFields as error:
            self.wrong = error
            return error

    @property
    def is_wrong_everywhere(self):
        return self.wrong and all(isinstance(answer, Refused) for answer in self.of_shop.values())
