"""What every room shares: the row with its rules and history, the ledger, comments, files, the outbox, saved views."""

from __future__ import annotations

import hashlib
import secrets
import textwrap
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from udsyn.desk.kernel import rooms, seeing, wording
from udsyn.desk.kernel.keeping import KINDS
from udsyn.desk.kernel.lifecycle import REGISTER, Lifecycle, State, Transition
from udsyn.desk.kernel.permissions import (
    ABROAD,
    ADMINISTERS,
    AUDITS,
    NOTHING,
    STAFF,
    Actor,
    Everywhere,
    Has,
    Is,
    Mine,
    Rule,
)
from udsyn.desk.kernel.permissions import OFFICER as OFFICER_ROLE
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.seeing import Seen


def shorten(text: str, most: int) -> str:
    """The first words of a text, with a mark where some are left out."""
    return textwrap.shorten(text, most, placeholder=" …")


class RowQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor, action: str = "view") -> RowQuerySet:
        """The rows with which the actor may do `action`: the set-based twin of `actor.can(action, row)`."""
        rule = self.model.rules.get(action)
        return self.filter(rule.where(actor)) if rule and rule.possible(actor) else self.none()

    def below(self, row: Any, actor: Actor) -> RowQuerySet:
        """What hangs on this row, as far as the actor sees it."""
        return self.on(type(row).kind(), actor).filter(object_id=row.pk)

    def on(self, kind: str, actor: Actor) -> RowQuerySet:
        """What hangs on rows of this kind. The same as `visible_to`, asked for one kind only."""
        return self.of_kinds({kind}, actor).filter(kind=kind)

    def seen_by(self, actor: Actor) -> RowQuerySet:
        """What of this the actor sees: the same as `visible_to`, asked only for the kinds that occur in it. A database
        takes longer to plan the rules of eighty kinds than to apply those of three."""
        if self.model.rules["view"].always(actor):
            return self.visible_to(actor)
        return self.of_kinds(self.order_by().values_list("kind", flat=True), actor)

    def of_kinds(self, kinds: Iterable[str], actor: Actor) -> RowQuerySet:
        """The same as `visible_to`, where nothing hangs on rows of other kinds than these."""
        asked = KINDS.set(frozenset(kinds))
        try:
            return self.visible_to(actor)
        finally:
            KINDS.reset(asked)

    def numbered(self, pk: int, actor: Actor) -> RowQuerySet:
        """The one that has this number, among what hangs on rows of any kind, where the actor sees it."""
        kind = self.filter(pk=pk).values_list("kind", flat=True).first()
        return self.on(kind, actor).filter(pk=pk) if kind else self.none()

    @classmethod
    def as_manager(cls) -> RowManager:
        return RowManager()


class RowManager(models.Manager.from_queryset(RowQuerySet)):  # type: ignore[misc,unused-ignore]
    """The rows of a model, or those that hang on a row."""

    def visible_to(self, actor: Actor, action: str = "view") -> Any:
        """The same as of a set. What an actor sees of all rows is asked on every page: it is written once for them."""
        every = type(self) is RowManager and self._db is None
        return seeing.rows(self.model, actor, action) if every else self.get_queryset().visible_to(actor, action)


class History(HistoricalRecords):
    """Every version of a row. Its table keeps the name that a model gives as `history_table`."""

    def get_meta_options(self, model: Any) -> dict[str, Any]:
        options: dict[str, Any] = super().get_meta_options(model)
        table = getattr(model, "history_table", "")
        return {**options, "db_table": table} if table else options


class Row(models.Model):
    """A row of the desk: with rules, perhaps a lifecycle, and its history."""

    rules: ClassVar[dict[str, Rule]] = {}
    lifecycle: ClassVar[Lifecycle | None] = None
    blanks: ClassVar[dict[str, Any]] = {}  #: column → what it means that it is empty (see `wording`)
    state: Any  #: of a row with a lifecycle
    touched: frozenset[str] | None = None  #: the columns that a change touches, while it is checked; None: all
    _history_user: Any  #: who stands in the history for the next change, and why
    _change_reason: str | None

    created = models.DateTimeField(_("created"), auto_now_add=True)
    changed = models.DateTimeField(_("changed"), auto_now=True)
    history = History(inherit=True)

    objects = RowQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def kind(cls) -> str:
        return str(cls._meta.model_name)

    def state_label(self, actor: Actor) -> Any:
        """The state in words for this reader: what the clock says instead of the stored state or beside it."""
        if not self.lifecycle:
            return ""
        stored, now = self.lifecycle.state(self.state).label_for(actor), self.lifecycle.derived(self)
        if now is None:
            return stored
        words = now.label_for(actor)
        return words if now.instead else " · ".join(map(str, filter(None, (stored, words))))

    def state_class(self, actor: Actor) -> str:
        """How the state looks to this reader: done, late or open, and its code."""
        now = self.lifecycle.derived(self) if self.lifecycle else None
        late = now is not None and now.late and bool(now.label_for(actor))
        return f"state {'done' if self.is_done else 'late' if late else 'open'} {getattr(self, 'state', '')}"

    def clean(self) -> None:
        """What exists already is registered from a source, with all that its state needs."""
        super().clean()
        step = registration_of(self)
        if step is None or self.lifecycle is None:
            return
        missing = [name for name in self.lifecycle.state(step.target).requires if getattr(self, name) is None]
        wrong = {name: [_("It stands so only where this is known.")] for name in missing}
        if refusal := step.guard(self):
            wrong["source"] = [refusal]
        if wrong:
            raise ValidationError(wrong)

    @property
    def state_now(self) -> str:
        """The code of the state that counts today."""
        now = self.lifecycle.derived(self) if self.lifecycle else None
        return now.code if now and now.instead else getattr(self, "state", "")

    def get_constraints(self) -> list[tuple[type[models.Model], Sequence[Any]]]:
        """The database's constraints, which say in words what is broken when a row is checked."""

        def asked(constraint: Any) -> bool:
            return self.touched is None or not self.touched.isdisjoint(wording.columns_of(constraint))

        held = super().get_constraints()
        return [(model, [wording.told(one, model) for one in found if asked(one)]) for model, found in held]

    def clean_since(self, stored: Row | None) -> None:
        """Check everything of a row. Of one that is `stored` already, the database is asked neither for the links nor
        about the constraints that the change does not touch: what it held, it holds."""
        if stored is None:
            self.full_clean()
            return
        columns = self._meta.concrete_fields
        same = {f.name for f in columns if getattr(self, f.attname) == getattr(stored, f.attname)}
        self.clean_fields(exclude={f.name for f in columns if f.is_relation and f.name in same})
        self.touched = frozenset(f.name for f in columns) - same
        try:
            self.clean()
            self.validate_unique()
            self.validate_constraints()
        finally:
            self.touched = None

    @property
    def is_done(self) -> bool:
        return self.lifecycle is not None and self.lifecycle.state(self.state).done


def registration_of(row: Row) -> Transition | None:
    """The step that a row asks for which says that it exists already (`entry_field`), while it is still to be taken."""
    code = getattr(row, "stands_as", "")
    step = row.lifecycle.transition(f"{REGISTER}{code}") if code and row.lifecycle else None
    return step if step and row.state in step.sources else None


def state_field(lifecycle: Lifecycle) -> models.CharField:
    """The one column that a lifecycle governs; forms never show it."""
    return models.CharField(
        _("state"), max_length=24, choices=lifecycle.choices, default=lifecycle.initial, editable=False, db_index=True
    )


def entry_field(lifecycle: Lifecycle) -> models.CharField:
    """In which state a row that exists already is registered. It holds when a second person has confirmed it."""
    return models.CharField(
        _("exists already, as"),
        max_length=24,
        choices=[(code, lifecycle.state(code).label) for code in lifecycle.entry],
        blank=True,
        help_text=_("Only for what exists already: a colleague confirms it by its source. Empty for what begins here."),
    )


class AttachedTo(Rule):
    """The row hangs on another row of any kind and is seen by those who see that one."""

    link: ClassVar[tuple[str, str]] = ("kind", "object_id")  #: the columns that name that row

    def kinds(self) -> Iterable[str]:
        """The kinds of rows that it can hang on."""
        return RESOURCES

    def allows(self, actor: Actor, row: Any) -> bool:
        parent = row.parent
        return parent is not None and actor.can("view", parent)

    def where(self, actor: Actor, via: str = "") -> Q:
        kind, link = (f"{via}{name}" for name in self.link)
        held = {name: RESOURCES[name].model for name in self.kinds()}
        asked = KINDS.get()
        can = {
            name: model
            for name, model in held.items()
            if (asked is None or name in asked) and model.rules["view"].possible(actor)
        }
        return Q(Seen(kind, link, can, actor)) if can else NOTHING


class Attached(models.Model):
    """A link to a row of any kind."""

    kind = models.CharField(max_length=40, editable=False)
    object_id = models.BigIntegerField(editable=False)

    class Meta:
        abstract = True

    @property
    def parent(self) -> Any:
        resource = RESOURCES.get(self.kind)
        return resource.model.objects.filter(pk=self.object_id).first() if resource else None


EVERYONE, COLLEAGUES = "everyone", "colleagues"
VISIBILITY = [(EVERYONE, _("Everyone who sees this page")), (COLLEAGUES, _("Colleagues only"))]
SEEN = Is("visibility", (EVERYONE,)) | STAFF


#: kinds that had another name. Lines of the ledger are never changed: older ones are read under today's name
RENAMED = {"programme": "workplan", "grant": "mandate"}
LAST_OLD_NAME = "last line before kinds were renamed"


def last_old_name() -> int:
    """The last line of the ledger in which such a kind has its old name; none in a desk that was made later."""
    return int(Meta.objects.filter(key=LAST_OLD_NAME).values_list("value", flat=True).first() or 0)


class ToldOf(AttachedTo):
    """A line of the ledger is seen by those who see the row that it tells of."""

    def where(self, actor: Actor, via: str = "") -> Q:
        found, last = super().where(actor, via), last_old_name()
        if not last:
            return found
        found &= ~Q(**{f"{via}kind__in": list(RENAMED), f"{via}seq__lte": last})
        for was, kind in RENAMED.items():
            if kind in RESOURCES:
                older = Q(**{f"{via}kind": was, f"{via}seq__lte": last})
                found |= older & Q(Seen(f"{via}kind", f"{via}object_id", {was: RESOURCES[kind].model}, actor))
        return found


class Entry(models.Model):
    """One line of the ledger: who did what to which row, sealed with a hash over itself and the line before it.

    The database refuses to change or delete a line (triggers), `udsyn desk verify-ledger` recomputes the chain. The
    values themselves are in the row history; here are only their hashes. What names somebody in a line can be emptied,
    with the salt that its hash was made with, so that the hash tells nothing any more (`ledger.empty`).
    """

    rules: ClassVar[dict[str, Rule]] = {"view": AUDITS | ToldOf()}

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    roles = models.CharField(max_length=200)
    action = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    label = models.CharField(max_length=300)
    fields = models.TextField(default="")
    before = models.CharField(max_length=64, default="")
    after = models.CharField(max_length=64, default="")
    reason = models.TextField(default="")
    salt = models.CharField(max_length=32, default="")  #: lines from before there was one have none
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = RowQuerySet.as_manager()

    class Meta:
        ordering = ("-seq",)
        indexes = (models.Index(fields=("kind", "object_id")),)

    @property
    def kind_now(self) -> str:
        """What its kind is called today."""
        return RENAMED[self.kind] if self.kind in RENAMED and self.seq <= last_old_name() else self.kind

    @property
    def parent(self) -> Any:
        resource = RESOURCES.get(self.kind_now)
        return resource.model.objects.filter(pk=self.object_id).first() if resource else None


PROPOSALS = Lifecycle(
    "proposal",
    (
        State("open", _("waits for a second person")),
        State("confirmed", _("confirmed"), done=True),
        State("refused", _("refused"), done=True),
        State("outdated", _("no longer holds"), done=True),
    ),
    (),
)


class Proposal(Attached):
    """A transition that needs a second person, waiting for one. It holds only while the row stays as it was."""

    rules: ClassVar[dict[str, Rule]] = {"view": STAFF & AttachedTo()}

    transition = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    batch = models.CharField(max_length=40, blank=True, db_index=True)  #: those that were proposed together
    seal = models.CharField(max_length=64)
    state = state_field(PROPOSALS)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = RowQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "object_id", "transition"), condition=Q(state="open"), name="proposal_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("proposed_by")),
                name="proposal_second_person",
            ),
            *PROPOSALS.constraints("proposal"),
        )

    @property
    def label(self) -> Any:
        """The proposed step in words."""
        step = RESOURCES[self.kind].model.lifecycle.transition(self.transition)
        return step.label if step else self.transition


class Comment(Row, Attached):
    rules: ClassVar[dict[str, Rule]] = {"view": AttachedTo() & (SEEN | Mine("author_id", "user"))}

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("comment"), max_length=5000)
    visibility = models.CharField(_("who sees it"), max_length=12, choices=VISIBILITY, default=COLLEAGUES)

    class Meta:
        ordering = ("created",)
        indexes = (models.Index(fields=("kind", "object_id")),)

    def __str__(self) -> str:
        return shorten(self.text, 60)


class File(Row, Attached):
    """A stored file: its bytes lie under their hash in the desk's own folder, never below the web root."""

    rules: ClassVar[dict[str, Rule]] = {"view": AttachedTo() & SEEN}

    name = models.CharField(_("name"), max_length=160)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    language = models.CharField(_("language"), max_length=8, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    authentic = models.BooleanField(_("authentic text"), null=True, blank=True)
    visibility = models.CharField(_("who sees it"), max_length=12, choices=VISIBILITY, default=COLLEAGUES)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("name", "-version")
        indexes = (models.Index(fields=("kind", "object_id")),)

    def __str__(self) -> str:
        return self.name


ANSWERS_FOR = Everywhere((OFFICER_ROLE,)) | Mine("responsible_id", "user")
SENDING_TAKES = timedelta(minutes=10)  #: no sender waits longer for a mail server


def being_sent(message: Any) -> Any:
    """Somebody may be sending it this minute: deciding now could send it twice."""
    if timezone.now() < message.changed + SENDING_TAKES:
        return _("It may be on its way this minute. Look again in ten minutes.")
    return None


def note_sent(message: Any, actor: Actor) -> None:
    message.sent_at = message.changed  # when it was handed over
    rooms.has_left(message)


def forget_trouble(message: Any, actor: Actor) -> None:
    message.trouble = ""


OUTBOX = Lifecycle(
    "message",
    (
        State("drafted", _("waits for approval")),
        State("approved", _("approved, will be sent")),
        State("held", _("set aside: it cannot be sent as it is"), aside=True),
        State("sending", _("perhaps sent"), aside=True),
        State("sent", _("sent"), done=True, requires=("sent_at",)),
        State("withdrawn", _("withdrawn"), done=True),
    ),
    (
        Transition(
            "approve",
            _("Approve and send"),
            ("drafted", "held"),
            "approved",
            ANSWERS_FOR,
            effect=forget_trouble,
            message=_("approved a message"),
        ),
        Transition(
            "withdraw",
            _("Withdraw"),
            ("drafted", "approved", "held"),
            "withdrawn",
            ANSWERS_FOR,
            message=_("withdrew a message"),
            needs_reason=True,
            dangerous=True,
        ),
        Transition(
            "send_again",
            _("It did not leave: send it again"),
            ("sending",),
            "approved",
            ANSWERS_FOR,
            guard=being_sent,
            message=_("had a message sent again"),
        ),
        Transition(
            "note_sent",
            _("It left: note it as sent"),
            ("sending",),
            "sent",
            ANSWERS_FOR,
            guard=being_sent,
            effect=note_sent,
            message=_("noted a message as sent"),
            sets=("sent_at",),
        ),
    ),
)


class Message(Row):
    """A mail that waits in the outbox: nothing leaves before a person approved it, and nothing leaves twice.

    It is `sending` before the mail server hears of it. Where the sender dies then, only a person can find out whether
    it left, and says so. What stands `below` its text is written by code alone: words and holes for links and files
    (see `outbox`). Such a message keeps its recipient and subject, since the links are for them.
    """

    lifecycle: ClassVar[Lifecycle | None] = OUTBOX
    rules: ClassVar[dict[str, Rule]] = {
        "view": AUDITS | ANSWERS_FOR,
        "change": Is("state", ("drafted",)) & ANSWERS_FOR,
        "create": Everywhere((OFFICER_ROLE,)) | Has(ABROAD),
    }
    blanks: ClassVar[dict[str, Any]] = {"trouble": wording.NONE}

    state = state_field(OUTBOX)
    recipient = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    below = models.JSONField(default=list, blank=True, editable=False)
    trouble = models.CharField(_("why it cannot be sent"), max_length=300, blank=True, editable=False)
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    about = models.CharField(max_length=80, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)

    class Meta:
        ordering = ("-created",)
        verbose_name = _("message")
        verbose_name_plural = _("outbox")
        constraints = tuple(OUTBOX.constraints("message"))

    def __str__(self) -> str:
        return self.subject

    def clean(self) -> None:
        stored = Message.objects.filter(pk=self.pk).first() if self.below else None
        if stored is not None and (stored.recipient, stored.subject) != (self.recipient, self.subject):
            text = _("It holds a link or a file for this recipient and subject: withdraw it and write another instead.")
            raise ValidationError(text)


IMPORTS = Lifecycle(
    "import",
    (
        State("looked_at", _("looked at, nothing saved yet")),
        State("stored", _("saved"), done=True, requires=("stored_at",)),
        State("undone", _("undone"), done=True, requires=("undone_at",)),
        State("dropped", _("dropped"), done=True),
    ),
    (),
)


class Import(models.Model):
    """A spreadsheet on its way into the desk: the file, how its columns are read, what it would do, what it did."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": AUDITS | Mine("owner_id", "user"),
        "change": ADMINISTERS | Mine("owner_id", "user"),
    }
    lifecycle: ClassVar[Lifecycle | None] = IMPORTS

    kind = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=160)
    sha256 = models.CharField(max_length=64)
    state = state_field(IMPORTS)
    reading = models.JSONField(default=dict)  #: how columns and cells are read
    plan = models.JSONField(default=dict)  #: what the dry run said, for showing
    seal = models.CharField(max_length=64, blank=True)  #: of the plan; it must still hold when it is stored
    made = models.JSONField(default=list)  #: [kind, id, seal] of rows that it made, in order
    altered = models.JSONField(default=list)  #: [kind, id, seal, {column: value before}] of rows that it changed
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    stored_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = RowQuerySet.as_manager()

    class Meta:
        ordering = ("-created",)
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = tuple(IMPORTS.constraints("import"))

    def __str__(self) -> str:
        return self.name

    def state_label(self, actor: Actor) -> Any:
        return IMPORTS.state(self.state).label

    @property
    def is_done(self) -> bool:
        return IMPORTS.state(self.state).done


class SavedView(models.Model):
    """A list with its filters under a name, for its owner or shared with colleagues."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": Mine("owner_id", "user") | (STAFF & Is("shared", (True,))),
        "change": Mine("owner_id", "user"),
    }

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(max_length=500, blank=True)
    shared = models.BooleanField(_("shared with colleagues"), default=False)

    objects = RowQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("owner", "kind", "name"), name="savedview_name_once"),)


class Token(models.Model):
    """A key for the API: only its hash is kept; it never reaches further than its owner, and it ends."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": Mine("owner_id", "user") | ADMINISTERS,
        "change": Mine("owner_id", "user") | ADMINISTERS,
    }
    READ, WRITE = "read", "write"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)  #: `read` or `write`, each optionally with a kind: `read:agreement`
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateField(_("ends on"))
    last_used = models.DateTimeField(null=True)

    objects = RowQuerySet.as_manager()

    class Meta:
        ordering = ("-created",)

    @staticmethod
    def new_secret() -> str:
        return "udsyn_" + secrets.token_urlsafe(32)

    @staticmethod
    def digest_of(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()

    def permits(self, action: str, kind: str) -> bool:
        return action in self.scopes or f"{action}:{kind}" in self.scopes


class Index(Attached):
    """Search text of a row, folded to plain lower-case letters; holds only what everybody who sees the row sees."""

    rules: ClassVar[dict[str, Rule]] = {"view": AttachedTo()}

    title = models.CharField(max_length=300)
    folded = models.TextField()

    objects = RowQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "object_id"), name="index_once"),)


class Meta(models.Model):
    """Facts about this database itself, such as the mark of a demo desk. Written when it is made, never after."""

    key = models.CharField(max_length=40, primary_key=True)
    value = models.CharField(max_length=200)
