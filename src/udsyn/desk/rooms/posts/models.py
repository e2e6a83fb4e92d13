"""Centres abroad, posts, who held them when, and how one hands over to the next."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from udsyn.desk.kernel.keeping import kept
from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import Row, state_field
from udsyn.desk.kernel.permissions import (
    ABROAD,
    MINISTRY,
    NOBODY,
    READS_ALL,
    STAFF,
    Actor,
    Anyone,
    Mine,
    Rule,
    Serves,
    SignedIn,
)
from udsyn.desk.kernel.wording import NO_END, NONE, NOT_KNOWN, VACANT, town
from udsyn.desk.rooms.parties.models import Country, Interval, Person, as_known
from udsyn.desk.rooms.posts.states import HANDOVER
from udsyn.desk.tools.written import lines


class Centre(Row):
    """An innovation centre abroad. The public page shows what is public of it."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": Anyone(),
        "change": MINISTRY | Serves(ABROAD, "centre", "slug"),
        "create": MINISTRY,
        "private": STAFF,
    }
    blanks: ClassVar[dict[str, Any]] = {"closed": NONE, "focus": NOT_KNOWN}

    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    name = I18nCharField(_("name"), max_length=200)
    country = models.ForeignKey(Country, models.PROTECT, verbose_name=_("country"), related_name="centres")
    covers = models.ManyToManyField(Country, verbose_name=_("also covers"), blank=True, related_name="covered_by")
    city = models.CharField(_("city"), max_length=100)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    address = models.TextField(_("address"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    opened = models.DateField(_("opened"), null=True, blank=True)
    opened_precision = models.CharField(
        _("precision of the date"),
        max_length=5,
        default="day",
        choices=(("day", _("day")), ("month", _("month")), ("year", _("year"))),
    )
    closed = models.DateField(_("closed"), null=True, blank=True)
    confirmed_on = models.DateField(
        _("last seen open"), null=True, blank=True, help_text=_("The last day on which a source shows it open.")
    )
    focus = I18nTextField(_("focus fields"), blank=True, null=True, help_text=_("One field a line."))
    about = I18nTextField(_("about the centre"), blank=True, null=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    note = models.TextField(_("note for colleagues"), blank=True)

    class Meta:
        ordering = ("city",)
        verbose_name = _("centre")
        verbose_name_plural = _("centres")
        constraints = (
            models.CheckConstraint(
                condition=Q(opened__isnull=True) | Q(closed__isnull=True) | Q(closed__gte=models.F("opened")),
                name="centre_closed_after_opened",
            ),
        )

    def __str__(self) -> str:
        return str(self.name)

    def open_on(self, day: date) -> bool | None:
        """Open on a day: True, False, or None where the opening is unknown."""
        if self.closed and day > self.closed:
            return False
        return None if self.opened is None else self.opened <= day

    @property
    def is_open(self) -> bool | None:
        return self.open_on(timezone.localdate())

    @property
    def is_open_word(self) -> Any:
        """What is said where it cannot be said whether it is open: when it last was, if a source shows that."""
        if not self.confirmed_on:
            return NOT_KNOWN
        seen = formats.date_format(self.confirmed_on, "DATE_FORMAT")
        return gettext("open when last seen on %(day)s, confirm") % {"day": seen}

    @property
    def opened_text(self) -> date | str | None:
        """The date as precisely as it is known: a day, or a month or year as text."""
        return as_known(self.opened, self.opened_precision)

    @property
    def focus_list(self) -> list[str]:
        return lines(str(self.focus or ""))


def open_centres() -> Any:
    """Centres that are not known to be closed."""
    return open_on(NOBODY, timezone.localdate())


@kept
def open_on(_actor: Actor, day: date) -> Any:
    return Centre.objects.exclude(closed__lt=day).select_related("country").prefetch_related("covers")


class Post(Interval, Row):
    """A position abroad: at a centre, or at a mission where there is none."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": SignedIn(),
        "change": MINISTRY,
        "create": MINISTRY,
        "private": STAFF,
    }
    blanks: ClassVar[dict[str, Any]] = {"ends": NO_END, "centre": NONE, "mission": NONE, "theme": NONE}
    KINDS = (
        ("attache", _("innovation attaché")),
        ("advisor", _("growth advisor")),
        ("director", _("centre director")),
        ("assistant", _("centre assistant")),
    )

    kind_of = models.CharField(_("kind"), max_length=12, choices=KINDS, default="attache")
    country = models.ForeignKey(Country, models.PROTECT, verbose_name=_("country"), related_name="posts")
    centre = models.ForeignKey(
        Centre, models.PROTECT, verbose_name=_("centre"), null=True, blank=True, related_name="posts"
    )
    mission = models.CharField(_("host mission"), max_length=200, blank=True)
    theme = I18nCharField(_("theme"), max_length=200, blank=True, null=True)
    financed_by = models.CharField(_("financed by"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    note = models.TextField(_("note for colleagues"), blank=True)

    class Meta:
        ordering = ("country__code", "kind_of")
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = (Interval.constraint("post"),)

    def __str__(self) -> str:
        return f"{self.get_kind_of_display()}, {town(self.centre.city) if self.centre else self.country.name}"

    def holder_word(self, day: date) -> Any:
        """What is said where no holder is recorded: vacant after the last one left, else not known."""
        left = any(posting.ends and posting.ends < day for posting in self.postings.all())
        return VACANT if left else NOT_KNOWN


class Posting(Interval, Row):
    """A person in a post for an interval. Two people never hold one post on the same day."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": SignedIn(),
        "change": MINISTRY,
        "create": MINISTRY,
    }
    blanks: ClassVar[dict[str, Any]] = {"ends": NO_END}

    post = models.ForeignKey(Post, models.PROTECT, verbose_name=_("post"), related_name="postings")
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("person"), related_name="postings")

    class Meta:
        ordering = ("-starts",)
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = (Interval.constraint("posting"),)

    def __str__(self) -> str:
        return f"{self.person} · {self.post}"

    def clean(self) -> None:
        others = Posting.objects.filter(post=self.post_id).exclude(pk=self.pk)
        if self.ends:
            others = others.filter(Q(starts__isnull=True) | Q(starts__lte=self.ends))
        if self.starts:
            others = others.filter(Q(ends__isnull=True) | Q(ends__gte=self.starts))
        other = others.first()
        if other is not None:
            raise ValidationError(
                _("%(person)s holds this post from %(starts)s to %(ends)s. End that posting first.")
                % {"person": other.person, "starts": other.starts or "…", "ends": other.ends or "…"}
            )


class Handover(Row):
    """When a posting ends: a checklist, and what is in hand passes to the successor."""

    lifecycle: ClassVar[Lifecycle | None] = HANDOVER
    rules: ClassVar[dict[str, Rule]] = {
        "view": READS_ALL
        | Mine("posting__person_id")
        | Mine("successor_id")
        | Serves(ABROAD, "centre", "posting__post__centre__slug"),
        "change": MINISTRY | Mine("posting__person_id"),
        "create": MINISTRY | Mine("posting__person_id"),
    }

    state = state_field(HANDOVER)
    posting = models.ForeignKey(Posting, models.PROTECT, verbose_name=_("posting that ends"), related_name="handovers")
    successor = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("successor"), null=True, blank=True, related_name="+"
    )
    takes_over = models.DateField(_("takes over on"), null=True, blank=True)
    letter = models.TextField(_("letter to the successor"), blank=True)
    passed = models.JSONField(default=dict, editable=False)  #: what was passed on: kind → ids

    class Meta:
        ordering = ("-created",)
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        constraints = tuple(HANDOVER.constraints("handover"))

    def __str__(self) -> str:
        return str(_("Handover")) + f": {self.posting.post}"


class HandoverItem(models.Model):
    """One point of the checklist."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="items")
    text = models.CharField(_("point"), max_length=200)
    done = models.BooleanField(_("done"), default=False)

    class Meta:
        ordering = ("pk",)


class Contact(Row):
    """Somebody that a post knows, with what one should know about them. It belongs to the post, not to its holder."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": READS_ALL | Serves(ABROAD, "centre", "centre__slug"),
        "change": MINISTRY | Serves(ABROAD, "centre", "centre__slug"),
        "create": MINISTRY | Serves(ABROAD, "centre", "centre__slug"),
    }

    centre = models.ForeignKey(Centre, models.PROTECT, verbose_name=_("centre"), related_name="contacts")
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("person"), related_name="+")
    keeper = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("kept by"), null=True, blank=True, related_name="kept_contacts"
    )
    last_met = models.DateField(_("last met"), null=True, blank=True)
    note = models.TextField(_("what to know"), blank=True)

    class Meta:
        ordering = ("person__family_name",)
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self) -> str:
        return f"{self.person} · {town(self.centre.city)}"


def holder_on(post: Post, day: date) -> Any:
    """Who held the post on that day; None where nobody is known."""
    posting = post.postings.filter(Interval.on(day)).select_related("person").first()
    return posting.person if posting else None
