"""Who plays: the shops, teams and people of demo.yaml, and their places on this desk."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import override

from aftersales.errors import NotPossible
from aftersales.events.actors import Actor
from staff.actions import add_member, create_shop, create_team, create_user, set_shift
from staff.models import Role, Shop, Team, User
from tickets.loading.files import read_file

DEMO = Actor.system("demo")
PACK = Path(settings.BASE_DIR) / "tickets" / "sops"
HOURS = "cn_extended"  # the calendar by which everybody works
ZONES = {"CN": "Asia/Shanghai", "DE": "Europe/Berlin"}
# What a return label is addressed to; the numbers are never connected.
RETURNS_DOCKS = {
    "CN": {"name": "退货仓", "phone": "400-000-0000", "address": "浙江省杭州市示例区退货路 8 号"},
    "DE": {"name": "Returns dock", "phone": "+49 000 000000", "address": "Musterweg 8, 20095 Hamburg"},
}


@dataclass(frozen=True)
class Cast:
    """The script, and who plays which part of it: by their ids in the script."""

    script: dict
    shops: dict
    people: dict
    newcomers: frozenset  # of the people: who was not here before

    def first_of_each_role(self):
        """[(role, person)]: whose logins are handed out."""
        found = {}
        for person in self.people.values():
            found.setdefault(person.role, person)
        return [(role, found[role]) for role in Role.values]

    def agent(self, code):
        """This person when they may speak to customers, else an agent, of their team if there is one."""
        wanted = self.people[code]
        if wanted.role in (Role.AGENT, Role.SUPERVISOR, Role.FINANCE):
            return wanted
        team = wanted.teams.first()
        agents = [one for one in self.people.values() if one.role == Role.AGENT]
        return next((agent for agent in agents if team in agent.teams.all()), agents[0])

    def first(self, role):
        return dict(self.first_of_each_role())[role]


def read_script():
    return read_file(PACK, "demo.yaml").data


def set_the_stage(script, password):
    """Shops, teams and people, made where they are missing. The first of each role can log in with this
    password; the others are colleagues to be seen and assigned to."""
    shops = {row["id"]: put_shop(row) for row in script["shops"]}
    teams = {row["id"]: put_team(row, shops.values()) for row in script["teams"]}
    people = {}
    here = set(User.objects.values_list("username", flat=True))
    for row in script["staff"]:
        is_first = row["role"] not in {other.role for other in people.values()}
        people[row["id"]] = person = put_person(row, password if is_first else None)
        add_member(teams[row["team"]], person, is_lead=row["role"] == Role.SUPERVISOR)
        if person.username not in here:
            set_shift(person, by=DEMO, calendar=HOURS)
    return Cast(script, shops, people, frozenset(set(people) - here))


def put_shop(row):
    code = row.get("code", row["id"])
    shop = Shop.objects.filter(code=code).first()
    if shop is None:
        return create_shop(
            by=DEMO,
            code=code,
            name_zh=row["name"]["zh"],
            name_en=row["name"]["en"],
            currency=row["currency"],
            country=row["country"],
            calendar=row["calendar"],
            time_zone=ZONES[row["country"]],
            language="zh-hans" if row["country"] == "CN" else "en",
            return_address=RETURNS_DOCKS[row["country"]],
            is_demo=True,
        )
    refuse_to_mix(shop.is_demo, code)
    return shop


def put_team(row, shops):
    team = Team.objects.filter(code=row["id"]).first()
    if team is None:
        name = row["name"]
        return create_team(
            by=DEMO, code=row["id"], name_zh=name["zh"], name_en=name["en"], shops=shops, stages=row["stages"]
        )
    refuse_to_mix(not team.shops.exclude(is_demo=True).exists(), row["id"])
    return team


def put_person(row, password):
    person = User.objects.filter(username=row["id"]).first()
    if person is None:
        return create_user(
            by=DEMO,
            username=row["id"],
            name_zh=row["name"]["zh"],
            name_en=row["name"]["en"],
            role=row["role"],
            email=row["email"],
            password=password,
            is_demo=True,
        )
    refuse_to_mix(person.is_demo, row["id"])
    return person


def refuse_to_mix(is_demo, code):
    """The demo never plays with what belongs to somebody."""
    if not is_demo:
        raise NotPossible(f"“{code}” exists and is not of the demo. Rename it, or do without the demo.")


def as_staff(person, shop):
    """The person as an actor, named in the shop's language."""
    with override(shop.language):
        return Actor.staff(person)
