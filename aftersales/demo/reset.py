"""Takes the demo off the desk. What happened stays told: events and movements of goods know no deletion."""

from django.db import transaction

from aftersales import due
from aftersales.demo import credentials
from aftersales.demo.cast import DEMO
from aftersales.mail.actions import cancel_mail_of
from staff.actions.installation import lock_setting
from staff.actions.retiring import retire_shop, retire_team, retire_user
from staff.models import Shop, Team, User


def reset_demo(folder):
    """Close the demo's shops, teams and people and let nothing of theirs fall due; returns how many.

    Their requests are kept, because the log tells of them, but no one can reach them any more. The names
    are free, so that the demo may be loaded anew.
    """
    with transaction.atomic():
        lock_setting()
        shops = list(Shop.objects.filter(is_demo=True, is_active=True))
        people = list(User.objects.filter(is_demo=True, is_active=True))
        teams = list(Team.objects.filter(shops__in=shops).exclude(shops__is_demo=False).distinct())
        for team in teams:
            retire_team(team)
        for person in people:
            retire_user(person, by=DEMO)
        for shop in shops:
            retire_shop(shop, by=DEMO)
        cancel_mail_of([shop.pk for shop in shops])
        due.abandon([shop.pk for shop in shops])
    credentials.forget(folder)
    return len(shops), len(teams), len(people)
