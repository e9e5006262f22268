"""Who may act: people with their teams and shops, and the keys of systems."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from aftersales.clock import now
from aftersales.due import DueRow
from aftersales.languages import side_of


class Role(models.TextChoices):
    AGENT = "agent", _("Agent")
    WAREHOUSE = "warehouse", _("Warehouse")
    INSPECTOR = "inspector", _("Inspector")
    FINANCE = "finance", _("Finance")
    SUPERVISOR = "supervisor", _("Supervisor")
    MANAGER = "manager", _("Manager")
    QUALITY = "quality", _("Quality")
    AUDITOR = "auditor", _("Auditor")  # reads all that its teams see, writes nothing
    ADMIN = "admin", _("Administrator")


class Shop(models.Model):
    """A shop whose customers ask; everything that grows carries its id."""

    code = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    currency = models.CharField(max_length=3)
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=60, default="Asia/Shanghai")
    calendar = models.CharField(max_length=60, blank=True)  # code of a calendar; replaces the policies' own
    language = models.CharField(max_length=10, default="zh-hans")
    return_address = models.JSONField(default=dict)  # {"name","phone","address"} printed on labels
    survey_delay_minutes = models.PositiveIntegerField(default=60)
    is_demo = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self):
        return self.name

    @property
    def name(self):
        return self.name_zh if side_of() == "zh" else self.name_en

    @property
    def stream(self):
        return f"shop:{self.pk}"

    @property
    def shop_id(self):
        return self.pk


class Team(models.Model):
    """People who work the same requests; a team serves shops, and that is what its people may see."""

    code = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    shops = models.ManyToManyField(Shop, related_name="teams")
    stages = ArrayField(models.CharField(max_length=20), default=list)

    shop_id = None  # events of a team belong to no single shop

    def __str__(self):
        return self.name

    @property
    def stream(self):
        return f"team:{self.pk}"

    @property
    def name(self):
        return self.name_zh if side_of() == "zh" else self.name_en


class UserManager(BaseUserManager):
    def get_by_natural_key(self, username):
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person of the shop's staff. One role; what they see comes from their teams."""

    username = models.CharField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60)
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=12, choices=Role)
    language = models.CharField(max_length=10, blank=True)
    theme = models.CharField(max_length=5, blank=True, choices=[("light", _("Light")), ("dark", _("Dark"))])
    has_shortcuts = models.BooleanField(default=True)
    muted_kinds = ArrayField(
        models.CharField(max_length=60), default=list
    )  # notices this person does not want
    mailed_kinds = ArrayField(
        models.CharField(max_length=60), default=list, db_default=[]
    )  # notices of which a mail tells at once
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    teams = models.ManyToManyField(Team, through="Membership", related_name="people")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []
    objects = UserManager()

    class Meta:
        # As they are looked up at sign-in: without regard to case, so one name never finds two people.
        constraints = [models.UniqueConstraint(Upper("username"), name="username_once_in_any_case")]

    def __str__(self):
        return self.username

    @property
    def display_name(self):
        if side_of() == "zh":
            return self.name_zh or self.name_en
        return self.name_en or self.name_zh

    @property
    def stream(self):
        return f"user:{self.pk}"

    shop_id = None  # events of a person belong to no single shop

    def shop_ids(self):
        """The shops this person's teams serve: the one gate between a person and rows."""
        return [shop.pk for shop in self.places()[1]]

    def places(self):
        """(teams, shops they serve), read once, by one statement."""
        if not hasattr(self, "_places"):
            served = Team.shops.through.objects.filter(team__people=self, shop__is_active=True)
            leading = Membership.objects.filter(user=self, team=models.OuterRef("team"), is_lead=True)
            served = served.annotate(is_led=models.Exists(leading)).select_related("team", "shop")
            pairs = list(served.order_by("shop_id", "team_id"))
            teams, shops = {pair.team_id: pair.team for pair in pairs}, {p.shop_id: p.shop for p in pairs}
            self._places = list(teams.values()), list(shops.values())
            self._led = sorted({pair.shop_id for pair in pairs if pair.is_led})
        return self._places

    def led_shop_ids(self):
        """The shops that teams serve which this person leads, whatever their role."""
        self.places()
        return self._led


class Membership(models.Model):
    """A person in a team; the lead is told of what threatens the team's promises."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    is_lead = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "team"], name="one_membership_per_team")]


class KeyState(models.TextChoices):
    ACTIVE = "active", _("live")
    EXPIRED = "expired", _("expired")
    REVOKED = "revoked", _("revoked")


class ApiKey(models.Model):
    """A key of a shop's system, or of a person. Only the SHA-256 of its secret is kept."""

    shop = models.ForeignKey(Shop, models.CASCADE, null=True, related_name="keys")
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="keys")
    label = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, unique=True)
    secret_digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=20), default=list)
    allowed_ips = ArrayField(
        models.CharField(max_length=43), default=list, blank=True
    )  # addresses or networks
    is_test = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, related_name="successors")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="key_of_a_shop_or_a_person",
                condition=Q(shop__isnull=False, user__isnull=True) | Q(shop__isnull=True, user__isnull=False),
            )
        ]

    @property
    def stream(self):
        return f"key:{self.pk}"

    @property
    def state(self):
        if self.revoked_at:
            return KeyState.REVOKED
        return KeyState.ACTIVE if self.expires_at > now() else KeyState.EXPIRED

    @property
    def is_live(self):
        return self.state == KeyState.ACTIVE


class Notification(models.Model):
    """A notice in a person's inbox: a mention, a clock that runs out, an approval that waits."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notifications", db_index=False)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)  # what it is about: asking twice makes one notice
    shop_id = models.BigIntegerField(null=True)
    ticket_number = models.CharField(max_length=20, blank=True)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_notice_per_matter")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notices_of_person"),
            # With the request, so that what is stale of one is found however many wait to be read.
            models.Index(
                fields=["user", "ticket_number"], name="unread_of_request", condition=Q(read_at__isnull=True)
            ),
        ]


class Digest(DueRow):
    """The notices of a day in one mail, at the hour that a person chose; no row, no digest."""

    user = models.OneToOneField(User, models.CASCADE, related_name="digest")
    hour = models.PositiveSmallIntegerField()
    told_up_to = models.DateTimeField()  # what came until then was in an earlier one

    class Meta(DueRow.Meta):
        constraints = [models.CheckConstraint(name="digest_at_an_hour", condition=Q(hour__lte=23))]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"], name="digest_due", condition=Q(next_try_at__isnull=False)
            )
        ]


class Shift(models.Model):
    """When a person works: the hours of a calendar, but for the time they are away. No row: nobody has said."""

    user = models.OneToOneField(User, models.CASCADE, related_name="shift")
    calendar = models.CharField(max_length=60)  # code of a calendar: the shop's own, or the pack's
    away_until = models.DateTimeField(null=True)


class Setting(models.Model):
    """One row of what the installation as a whole has settled: first-run set-up and content loaded."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    is_set_up = models.BooleanField(default=False)
    loaded_pack = models.CharField(max_length=64, blank=True)
    setup_token_digest = models.CharField(max_length=64, blank=True)
    setup_token_expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="one_row_of_settings", condition=Q(id=1))]


class SignInTries(models.Model):
    """Failed tries to sign in under one name from one address, since the last quarter of an hour of quiet."""

    key = models.CharField(max_length=64, primary_key=True)  # keyed hash: people type passwords as names
    tries = models.PositiveSmallIntegerField()
    last_at = models.DateTimeField(db_index=True)
