"""Bring people in, change what they may, let them go; and what each settles for themselves."""

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.errors import Invalid, NotAllowed, NotPossible
from aftersales.events.log import record_event
from staff.actions.digests import arm_digest
from staff.actions.guarding import keeping_an_admin, lock_shops, require
from staff.actions.keys import end_keys
from staff.actions.people import add_member, create_user
from staff.keys import forget
from staff.models import Membership, User
from staff.policies import may_give, may_manage, rules_team, served_shop_ids


@transaction.atomic
def add_person(*, by, username, role, teams, leads=(), **names):
    """A new colleague, without a password: they choose one by a link (staff/links.py)."""
    by = lock_shops(shop_ids_of(teams), by)
    require(may_give(by, role), _("Your role cannot give this role."))
    check_teams(teams, by)
    check_username(username)
    person = create_user(by=by, username=username, role=role, **names)
    for team in teams:
        add_member(team, person, is_lead=team in leads)
    return person


@transaction.atomic
def change_person(person, *, by, role, teams, leads=(), **names):
    """Change names, role and teams; teams that the actor does not rule stay as they are."""
    by, person = hold(person, by, also=shop_ids_of(teams))
    require(may_give(by, role), _("Your role cannot give this role."))
    if by.id == person.pk and by.kind == "staff" and role != person.role:
        raise NotAllowed(_("Nobody changes their own role. Ask another administrator."))
    check_teams(teams, by)
    before = described(person)
    with keeping_an_admin(served_shop_ids(person)):
        for name, value in {**names, "role": role}.items():
            setattr(person, name, value)
        person.save(update_fields=[*names, "role"])
        forget()
        put_into(person, teams, leads, by)
    return told(person, before, by)


def put_into(person, teams, leads, by):
    """These teams and no other of those that the actor rules."""
    for membership in person.memberships.select_related("team"):
        if membership.team not in teams and rules_team(by, membership.team):
            membership.delete()
    for team in teams:
        add_member(team, person, is_lead=team in leads)


@transaction.atomic
def deactivate_person(person, *, by):
    """End an account: sessions, keys and password at once; what the person did stays told."""
    by, person = hold(person, by)
    if by.id == person.pk and by.kind == "staff":
        raise NotAllowed(_("Nobody ends their own account. Ask another administrator."))
    if not person.is_active:
        return person
    with keeping_an_admin(served_shop_ids(person)):
        person.is_active = False
        person.set_unusable_password()
        person.save(update_fields=["is_active", "password"])
    end_keys(person.keys.all(), by=by)
    record_event(person, "user.deactivate", by=by, data={"username": person.username})
    return person


@transaction.atomic
def reactivate_person(person, *, by):
    """Open an ended account again; it has no password until its person chooses one."""
    by, person = hold(person, by)
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
        arm_digest(person)
        record_event(person, "user.reactivate", by=by, data={"username": person.username})
    return person


@transaction.atomic
def reset_password(person, *, by):
    """The old password, every session and every older link end now; the person chooses a new one."""
    by, person = hold(person, by)
    if not person.is_active:
        raise NotPossible(_("This account is closed. Open it again first."))
    person.set_unusable_password()
    person.save(update_fields=["password"])
    record_event(person, "user.reset_password", by=by, data={"username": person.username})
    return person


@transaction.atomic
def choose_password(person, password, *, by):
    """A person's own new password; every other session of theirs ends."""
    person.set_password(password)
    person.save(update_fields=["password"])
    record_event(person, "user.choose_password", by=by, data={"username": person.username})


@transaction.atomic
def change_account(person, *, by, **choices):
    """What a person settles for themselves: language, theme, shortcuts, what to hear of and by mail."""
    require(by.id == person.pk)
    for name in ("muted_kinds", "mailed_kinds"):
        if name in choices:
            choices[name] = sorted(set(choices[name]))
    changed = {name: value for name, value in choices.items() if getattr(person, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(person, name, value)
        person.save(update_fields=list(changed))
        record_event(person, "user.change", by=by, data={"username": person.username, "changes": changed})
    return person


# -- shared by the above --------------------------------------------------------


def hold(person, by, also=()):
    """(by, person), both read again under the locks of all shops concerned; refused if not theirs to manage."""
    by = lock_shops({*served_shop_ids(person), *also}, by)
    person = User.objects.get(pk=person.pk)
    require(may_manage(by, person), _("Somebody who leads all of this person's shops has to do this."))
    return by, person


def shop_ids_of(teams):
    return {shop.pk for team in teams for shop in team.shops.all()}


def check_teams(teams, by):
    if not teams:
        raise Invalid(_("Choose at least one team: people see what their teams serve."), field="teams")
    for team in teams:
        require(rules_team(by, team), _("The team %(team)s is not yours to fill.") % {"team": team})


def check_username(username):
    if User.objects.filter(username__iexact=username).exists():
        raise Invalid(_("There is an account of this name. Choose another."), field="username")


def described(person):
    """What an event tells of a person: role, names, and teams with their leads."""
    memberships = Membership.objects.filter(user=person).select_related("team").order_by("team__code")
    return {
        "role": str(person.role),
        "name_zh": person.name_zh,
        "name_en": person.name_en,
        "email": person.email,
        "teams": [m.team.code + (" (lead)" if m.is_lead else "") for m in memberships],
    }


def told(person, before, by):
    """Record what is not as it was; nothing, if nothing is."""
    after = described(person)
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changes:
        # Names and addresses are a person's own; the event says that they changed, not from what to what.
        data = {name: changes[name] for name in ("role", "teams") if name in changes}
        data["fields"] = sorted(changes)
        record_event(person, "user.change", by=by, data={"username": person.username, "changes": data})
    return person
