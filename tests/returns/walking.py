"""Walks a procedure of the pack as its people would: by what the card of each step offers, on every branch."""

from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max

from aftersales.errors import Refused
from aftersales.events.actors import Actor
from returns.actions.refunds import request_refunds
from returns.models import Exchange, Refund
from tests.returns.shortcuts import photograph
from tickets.models import Message, Ticket
from tickets.queries.macros import macro_of
from tickets.queries.placeholders import NEUTRAL, filled, gaps_in
from tickets.queries.runs import running_run
from tickets.verbs import perform
from tickets.views.card import next_step

# Words that only a person can write: the form of the step asks for them.
BY_HAND = {"answer_text", "repair_quote_amount"}
MESSAGES = ("message", "remind_message", "late_message")
MOST_STEPS = 40
TYPED = ("amount", "reason", "work_done")  # needed, though the forms leave them open for other cases
ALIKE = {"waybill": "SF1000200031", "carrier": "sf", "amount": "10.00", "status": "repaired", "grade": "A"}


class GoBack(Exception):
    """The branch was walked: undo it and take the next one."""


@contextmanager
def undone():
    """All that happens inside is as if it had not been."""
    try:
        with transaction.atomic():
            yield
            raise GoBack
    except GoBack:
        pass


@dataclass
class Walk:
    """One procedure, walked from where its request was opened."""

    people: dict  # role -> person
    shop: Actor
    ends: list = field(default_factory=list)  # (path, status)
    troubles: list = field(default_factory=list)
    given: set = field(default_factory=set)  # "step=answer"
    stood: set = field(default_factory=set)  # how requests stood from where all was walked
    procedure: int = 0

    def go(self, ticket, path=()):
        """Everything that may follow from here."""
        ticket = Ticket.objects.get(pk=ticket.pk)
        self.procedure = self.procedure or ticket.procedure_version_id
        if (
            not ticket.is_open or ticket.procedure_version_id != self.procedure
        ):  # another one is walked by itself
            return self.ends.append((path, ticket.status))
        if len(path) > MOST_STEPS:
            return self.troubles.append(f"{' '.join(path)}: goes round in circles")
        if (stands := standing(ticket)) in self.stood:
            return None  # another way led to the very same: what may follow is walked from there
        self.stood.add(stands)
        walked = set()
        for name, lead, act in self.ways(ticket):
            with undone():
                if self.taken(ticket, (*path, name), act) and lead not in walked:
                    self.go(ticket, (*path, name))
            walked.add(lead)
        return None

    def taken(self, ticket, path, act):
        self.given.add(path[-1])
        before = Message.objects.filter(ticket=ticket).aggregate(newest=Max("pk"))["newest"] or 0
        try:
            with transaction.atomic():
                act()
            self.look_at_words(ticket, before)
        except (Refused, AssertionError) as trouble:
            self.troubles.append(f"{' '.join(path)}: {trouble}")
            return False
        return True

    def ways(self, ticket):
        """[(name, what hangs on it, act)]: what the card offers to whom the step is for.

        Of answers on which the same steps hang, one is walked to the end, the others are only given.
        """
        person, card = self.card_of(ticket)
        step = card["step"]
        place = step.code if step else "end"
        for name in MESSAGES if step and step.kind != "do" else ():
            if name in step.params:
                self.look_at_reply(ticket, step.params[name])
        if card.get("matter"):
            return [(f"{place}:settled", (), lambda: self.settle(ticket))]
        if card.get("blocked"):
            return [(f"{place}:way-out", (), lambda: self.take_way_out(ticket, card))]
        if card.get("is_wait"):
            return self.waits(ticket, card, person)
        if card.get("page"):
            return [(place, (), lambda: self.on_its_page(ticket, card, person))]
        answers = (
            [value for value, _label in card["form"].fields["answer"].choices] if has_choice(card) else [""]
        )
        return [
            (
                f"{place}={one}" if one else place,
                hanging_on(card, one),
                self.filled_in(ticket, card, person, one),
            )
            for one in answers
        ]

    def card_of(self, ticket):
        role = ticket.step_role if ticket.step_role in self.people else "agent"
        person = Actor.staff(self.people[role])
        card = next_step(ticket, person, params={})
        if card["who"] and not card.get("matter"):
            raise AssertionError(f"the step is for {card['who']}, not for the {role}")
        return person, card

    def filled_in(self, ticket, card, person, answer):
        """The card's form as it is drawn, sent with the answer and what has to be typed."""

        def act():
            form, step = card["form"], card["step"]
            data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
            for name, each in form.fields.items():
                if name not in data and (each.required or name in TYPED):
                    data[name] = ALIKE.get(name, "Words")
            if answer:
                data["answer"] = answer
            if "body" in data:
                data["body"] = written(data["body"])
            if step is not None:
                photograph(ticket, step)
            perform(ticket, card["verb"].name, data, by=person)

        return act

    def on_its_page(self, ticket, card, person):
        """What a page of its own does: an inspection."""
        photograph(ticket, card["step"])
        perform(ticket, card["verb"].name, {"grade": "A"}, by=person)

    # -- what is not on the card of this one person -----------------------------------------

    def settle(self, ticket):
        """Whoever may settles the proposal, as it stands on their card."""
        for person in map(Actor.staff, self.people.values()):
            matter = next_step(ticket, person, params={})["matter"]
            if matter.verb:
                return perform(ticket, matter.verb, matter.given, by=person)
        raise AssertionError("nobody may settle the proposal")

    def take_way_out(self, ticket, card):
        """The card says who takes the obstacle away, and that person's card leads there."""
        for person in map(Actor.staff, self.people.values()):
            obstacle = next_step(ticket, person, params={})["obstacle"]
            if obstacle is not None and obstacle.url:
                name = next(name for name in WAYS_OUT if name in obstacle.url)
                return perform(ticket, name, WAYS_OUT[name], by=person)
        raise AssertionError(f"blocked, and no way out: {card['blocked']}")

    def waits(self, ticket, card, person):
        step = card["step"]
        until = step.params["until"]
        if until in OUTSIDE and (ticket.goods_expected or until == "resolution.done"):
            return [(step.code, (), lambda: OUTSIDE[until](self, ticket))]

        def answer(one):
            return lambda: perform(ticket, "complete_step", {"step": step.code, "answer": one}, by=person)

        answers = ("arrived", "timeout")
        return [(f"{step.code}={one}", hanging_on(card, one), answer(one)) for one in answers]

    @staticmethod
    def do(ticket, verb, data, by):
        return perform(Ticket.objects.get(pk=ticket.pk), verb, data, by=by)

    def goods_come(self, ticket):
        self.do(ticket, "ship", {"carrier": "sf", "waybill": "SF1000200030"}, by=self.shop)
        if Ticket.objects.get(pk=ticket.pk).step_code == ticket.step_code:
            self.do(ticket, "receive", {}, by=Actor.staff(self.people["warehouse"]))

    def shop_answers(self, ticket):
        """The shop pays what it is asked to, and ships what is exchanged."""
        refunds = list(Refund.objects.filter(ticket=ticket, state="approved").select_related("resolution"))
        for refund in refunds:
            refund.resolution.ticket = refund.ticket = ticket
        request_refunds(refunds)
        for refund in refunds:
            told = {"refund": str(refund.key), "status": "succeeded"}
            self.do(ticket, "record_refund_result", told, by=self.shop)
        for number, exchange in enumerate(
            Exchange.objects.filter(resolution__ticket=ticket, state="requested")
        ):
            told = {"exchange": str(exchange.uid), "status": "confirmed", "new_order_ref": f"N-{number}"}
            told |= {"carrier": "sf", "waybill": f"SF10002000{number}9"}
            self.do(ticket, "record_exchange_result", told, by=self.shop)
        after = Ticket.objects.get(pk=ticket.pk)
        assert after.step_code != ticket.step_code, "all was answered, and the wait is not over"

    def look_at_words(self, ticket, before):
        """Nothing that now reached the customer has a gap, in whichever of both languages."""
        said = Message.objects.filter(ticket=ticket, pk__gt=before, author_kind__in=("staff", "system"))
        after = Ticket.objects.get(pk=ticket.pk) if said else None
        for message in said:
            assert not any(word in message.body for word in NEUTRAL.values()), message.body
            assert not gaps_in(message.body), message.body
            if message.macro_code:
                self.look_at_reply(after, message.macro_code)

    def look_at_reply(self, ticket, code):
        by = Actor.staff(self.people["agent"])
        for side, text in macro_of(code, ticket).body.items():
            left = {gap.name for gap in gaps_in(filled(text, ticket, by, side))} - BY_HAND
            assert left <= {"reason_text"}, (code, side, left)


# All that what follows can depend on, beside the answers.
OF_THE_TICKET = (
    "stage",
    "status",
    "waiting_on",
    "step_code",
    "goods_expected",
    "outcome",
    "requested_resolution",
)
OF_ITS_ROWS = (
    ("lines", ("quantity", "claimed", "authorised", "received", "inspected", "resolved")),
    ("parcels", ("direction", "state")),
    ("resolutions", ("kind", "state", "amount_minor", "repair__state", "exchange__state", "refund__state")),
    ("lines", ("inspections__grade", "inspections__disposition")),
)


def standing(ticket):
    """How a request stands: goods, money, the steps left, and the answers that these hang on."""
    run = running_run(ticket)
    left = [step for step in (run.procedure.steps if run else ()) if step.code not in run.answers]
    asked = {code for step in left for code, _answer in step.when if code in run.answers}
    rows = (sorted(map(str, getattr(ticket, name).values_list(*fields))) for name, fields in OF_ITS_ROWS)
    return (
        tuple(str(getattr(ticket, name)) for name in OF_THE_TICKET),
        tuple(map(tuple, rows)),
        tuple(step.code for step in left),
        tuple(sorted((code, run.answers[code].answer) for code in asked)),
    )


OUTSIDE = {
    "parcel.receive": Walk.goods_come,
    "parcel.scan": Walk.goods_come,
    "resolution.done": Walk.shop_answers,
}
WAYS_OUT = {
    "inspect": {"grade": "A"},
    "receive": {},
    "record_repair": {"status": "repaired"},
}


def hanging_on(card, answer):
    """The later steps that are done only after this answer."""
    if card["step"] is None:
        return ()
    given = (card["step"].code, answer)
    return tuple(step.code for step in card["procedure"].steps if given in step.when)


def has_choice(card):
    answer = card["form"].fields.get("answer")
    return bool(getattr(answer, "choices", None))


def written(body):
    """The words with what only a person knows filled in."""
    left = {gap.name for gap in gaps_in(body)}
    assert left <= BY_HAND, (body, left)
    for name in BY_HAND:
        body = body.replace("{" + name + "}", "Words")
    return body
