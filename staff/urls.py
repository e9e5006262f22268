"""Addresses of sign-in, set-up, settings and account."""

from django.contrib.auth.views import LogoutView, PasswordChangeDoneView
from django.urls import path

from staff.views import account, entry, inbox, keys, people, setup, shifts, shops, teams

urlpatterns = [
    path("login/", entry.SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", entry.ChangePassword.as_view(), name="password_change"),
    path("password/done/", PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("password/<int:pk>/<str:token>", entry.choose_by_link, name="choose_password"),
    path("look/language", account.set_language, name="set_language"),
    path("setup", setup.setup, name="setup"),
    path("account", account.account, name="account"),
    path("account/keys", account.issue_own_key, name="issue_own_key"),
    path("account/keys/<int:pk>/revoke", account.revoke_own_key, name="revoke_own_key"),
    path("people/<str:username>/shift", shifts.shift, name="shift"),
    path("inbox", inbox.inbox, name="inbox"),
    path("inbox/read", inbox.read_all, name="inbox_read"),
    path("inbox/mute", inbox.mute, name="inbox_mute"),
    path("settings", shops.settings, name="settings"),
    path("settings/shops/new", shops.new_shop, name="settings_new_shop"),
    path("settings/shops/<slug:code>", shops.shop, name="settings_shop"),
    path("settings/people", people.people, name="settings_people"),
    path("settings/people/new", people.new_person, name="settings_new_person"),
    path("settings/people/<int:pk>", people.person, name="settings_person"),
    path("settings/people/<int:pk>/<slug:verb>", people.person_verb, name="settings_person_verb"),
    path("settings/teams", teams.teams, name="settings_teams"),
    path("settings/teams/new", teams.new_team, name="settings_new_team"),
    path("settings/teams/<slug:code>", teams.team, name="settings_team"),
    path("settings/keys", keys.keys, name="settings_keys"),
    path("settings/keys/<int:pk>/<slug:verb>", keys.key_verb, name="settings_key_verb"),
]
