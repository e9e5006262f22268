"""Carries a request from its first word to its solution: asks the desk what comes next, and does just that.

Nothing here knows a procedure. The next step says who does it and how; a verb's schema says what it asks for.
"""

from dataclasses import dataclass, field

from aftersales.replay import filling
from aftersales.replay.pictures import picture

MOST_MOVES = 80  # a procedure has some twenty steps; who needs more is going round in circles
OPEN = ("new", "open", "waiting")
NOTHING = {"properties": {}, "required": []}
AWAITED = ("planned", "in_transit")


class Stuck(Exception):
    """The request cannot go on; the text says where and what the desk answered."""


class Waits(Exception):
    """The request goes on when somebody outside has answered: a refund, a replacement."""


@dataclass
class Journey:
    """One request on its way."""

    number: str
    plan: object
    quantity: int
    moves: int = 0
    waited: int = 0
    ticket: dict = field(default_factory=dict)  # as it was last told
    seen_at: str = ""  # its last change when it had to wait
    shown: set = field(default_factory=set)  # steps whose pictures are there


class Carrier:
    """Everybody of the desk at once: each step is done with the key of the person it is for."""

    def __init__(self, people):
        self.people = people
        self.verbs = {}  # the procedure's name of a verb -> the desk's own
        self.schemas = {}  # verb -> what it asks for

    def go_on(self, journey):
        """Move until the request is solved; raises Waits or Stuck."""
        journey.ticket = self.read(journey)
        if journey.seen_at == journey.ticket["updated_at"]:
            raise Waits(f"{journey.number}: still at {place_of(journey.ticket)}")
        while journey.ticket["status"] in OPEN:
            journey.moves += 1
            if journey.moves > MOST_MOVES:
                raise Stuck(f"{journey.number}: still at {place_of(journey.ticket)} after {MOST_MOVES} moves")
            self.move(journey)

    def rest_unless_due(self, journey):
        """Somebody of ours may have a part in what is awaited; else it is the shop's to do."""
        if not self.do_a_duty(journey):
            journey.seen_at = journey.ticket["updated_at"]
            raise Waits(f"{journey.number}: at {place_of(journey.ticket)}")

    def read(self, journey):
        answer = self.people["agent"].get(f"/tickets/{journey.number}")
        if not answer.ok:
            raise Stuck(f"{journey.number}: {answer}")
        return answer.body

    def move(self, journey):
        """One step, or what stands in its way; when nothing can be done here, somebody else is awaited."""
        step = journey.ticket["next_step"]
        if goods_are_due(journey.ticket) and self.bring_goods(journey).ok:
            return None
        if step and step["kind"] == "approve" and self.do_a_duty(journey):
            return None
        if waits_for_others(step):
            return self.rest_unless_due(journey)
        answer = self.take_step(journey, step) if step else self.act(journey, "agent", "resolve")
        if answer.ok or self.do_a_duty(journey) or self.find_another_way(journey, step, answer):
            return None
        journey.seen_at = journey.ticket["updated_at"]
        where = f"{journey.number}: at {place_of(journey.ticket)}: {answer}"
        raise Waits(where) if answer.status == 409 else Stuck(where)

    # -- steps ------------------------------------------------------------------------

    def take_step(self, journey, step):
        role = step["role"] if step["role"] in self.people.by_role else "agent"
        if step["kind"] == "wait":
            return self.bring_goods(journey)
        if step["id"] not in journey.shown:
            for number in range(step["params"].get("photos", 0)):
                self.attach(journey, role, step, number)
            journey.shown.add(step["id"])
        return self.do(journey, role, step) if step["kind"] == "do" else self.complete(journey, role, step)

    def do(self, journey, role, step):
        """By the step's verb, or by hand where no verb does it: the desk says which when it is ticked off."""
        name = step["params"]["verb"]
        if name not in self.verbs:
            answer = self.complete(journey, role, step)
            if answer.code != "use_verb":
                return answer
            self.verbs[name] = answer.body["verb"]
        return self.act(journey, role, self.verbs[name])

    def complete(self, journey, role, step):
        answer = filling.answer_for(step, journey.plan)
        return self.post(journey, role, "complete_step", {"step": step["id"], "answer": answer})

    def attach(self, journey, role, step, number):
        """A real picture each time, JPEG or PNG."""
        name, content, media_type = picture(f"{journey.number} {step['id']}", number)
        answer = self.people[role].upload(
            f"/tickets/{journey.number}/attachments", {"step": step["id"]}, name, content, media_type
        )
        if not answer.ok:
            raise Stuck(f"{journey.number}: photo refused: {answer}")

    def bring_goods(self, journey):
        """The customer prints the label and sends the parcel, which the shop tells; the dock scans it in."""
        shop, path = self.people.shop, f"/tickets/{journey.number}/parcels"
        parcels = [one for one in shop.get(path).body["results"] if one["state"] in AWAITED]
        parcel = parcels[-1] if parcels else shop.post(path, {}).body
        waybill = f"RM-{journey.number}-{journey.moves}"
        if "id" in parcel and parcel["state"] == "planned":
            shop.get(f"/parcels/{parcel['id']}/label.pdf")
            shop.post(f"/parcels/{parcel['id']}/tracking", {"carrier": "royal-mail", "waybill": waybill})
        elif "waybill" in parcel:
            waybill = parcel["waybill"]
        answer = self.people["warehouse"].post("/receipts", {"code": waybill})
        journey.ticket = self.read(journey)
        return answer

    # -- what stands in the way ---------------------------------------------------------

    def do_a_duty(self, journey):
        """Whether somebody had something to do without which the request cannot go on, and did it."""
        if any(line["received"] > line["inspected"] for line in journey.ticket["lines"]):
            return self.act(journey, "inspector", "inspect").ok
        answer = self.people["agent"].get(f"/tickets/{journey.number}/resolutions")
        duties = [duty for one in answer.body.get("results", []) if (duty := duty_of(one))]
        return any(self.act(journey, role, verb, **more).ok for role, verb, more in duties)

    def find_another_way(self, journey, step, answer):
        """What the policy denies, a supervisor may allow; what cannot be paid back, because nothing was
        paid, goes back to the customer as it is."""
        if answer.code == "policy_denies":
            return self.post(journey, "supervisor", "approve", {"reason": "As a goodwill."}).ok
        if answer.code != "refund_not_available":
            return False
        reason = "Nothing was paid for these goods; they go back as they are."
        return (
            self.act(journey, "warehouse", "send_back").ok
            and self.post(journey, "supervisor", "skip_step", {"step": step["id"], "reason": reason}).ok
        )

    # -- verbs ----------------------------------------------------------------------------

    def act(self, journey, role, verb, **more):
        """Run a verb with what its schema asks for; what one asks for is looked up once."""
        schema = self.schemas.get(verb) or self.possible(journey, role).get(verb)
        return self.post(journey, role, verb, {**filling.fill(schema or NOTHING, verb, journey), **more})

    def possible(self, journey, role):
        """{verb: schema} of what this person can do now."""
        answer = self.whose(role).get(f"/tickets/{journey.number}/actions")
        possible = {row["verb"]: row["schema"] for row in answer.body.get("results", [])}
        self.schemas.update(possible)
        return possible

    def post(self, journey, role, verb, body):
        """The answer to a verb that was run is the request as it now stands."""
        answer = self.whose(role).post(f"/tickets/{journey.number}/actions/{verb}", body)
        if answer.ok:
            journey.ticket = answer.body
        return answer

    def whose(self, role):
        return self.people.shop if role == "shop" else self.people[role]


def duty_of(resolution):
    """(whose, which verb, what it is about) of a resolution that does not go on by itself, or None."""
    about = {"resolution": resolution["id"]}
    if resolution["state"] == "proposed":
        if resolution["awaits_customer"]:
            return "agent", "accept_proposal", about
        return resolution["approver_role"] or "supervisor", "approve_resolution", about
    if resolution["state"] != "approved":
        return None
    repair = (resolution["repair"] or {}).get("state")
    if repair in ("open", "in_repair"):
        return "inspector", "record_repair", {}
    if repair == "repaired" or resolution["kind"] == "return_as_is":
        return "warehouse", "send_back", {}
    return None


def waits_for_others(step):
    """What was proposed is awaited: neither a parcel nor an answer of anybody here."""
    return bool(step) and step["params"].get("until") == "resolution.done"


def goods_are_due(ticket):
    """Whether goods are to come back, and nothing but their coming is to be done first."""
    step = ticket["next_step"]
    missing = any(line["authorised"] > line["received"] for line in ticket["lines"])
    is_talked_over = step is None or step["stage"] != "communicate"
    return missing and is_talked_over


def place_of(ticket):
    step = ticket["next_step"]
    return f"{ticket['stage']}/{step['id'] if step else 'resolve'}"
