"""What the desk holds of people whichever rooms it has: themselves, their accounts, mails to them, their ties."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.models import Comment, File, Import, Message, SavedView, Token
from udsyn.desk.kernel.personal import DELETE, Keep, Personal, Purpose, colleagues
from udsyn.desk.kernel.ties import Tie
from udsyn.desk.rooms.parties.models import Affiliation, Mandate, Person, User

DEALING = Purpose(_("to deal with those who take part in the cooperation"), recipients=_("colleagues, centres abroad"))
SIGNING_IN = Purpose(_("to let somebody sign in and see what is theirs"), recipients=_("administrators"))
WRITING = Purpose(_("to write to somebody, and to know what was written"), recipients=_("colleagues"))
FOLLOWING = Purpose(_("to know what came of a tie, for statistics only"), recipients=_("colleagues"))

UNTIL_THE_DAY = Keep("keep_until", where={"user__isnull": True}, says=_("until the day noted; not who has an account"))


def close_account(user: User) -> None:
    """Nobody signs in with it any more, and no key of it opens anything."""
    user.is_active = False
    user.set_unusable_password()
    user.renew_calendar_key()
    user.save()
    for session in Session.objects.all():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
    EmailAddress.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()


def side(letter: str) -> Personal:
    """One side of a tie; the other one may be somebody else."""
    fields = tuple(f"{letter}_{name}" for name in ("name", "author", "orcid", "follow"))
    return Personal(
        Tie,
        FOLLOWING,
        row=(f"{letter}_row",),
        address=(f"{letter}_author", f"{letter}_orcid"),
        called=(f"{letter}_name",),
        fields=fields,
    )


PERSONAL = (
    Personal(
        Person,
        DEALING,
        subject=("pk", "merged_into"),
        address=("email", "orcid"),
        called=("full_name",),
        fields=("given_name", "family_name", "title", "email", "phone", "orcid", "purpose", "note"),
        sensitive=("phone", "note"),
        keep=(UNTIL_THE_DAY,),
    ),
    Personal(Affiliation, DEALING, subject=("person",), erase=DELETE),
    Personal(
        User,
        SIGNING_IN,
        subject=("person",),
        address=("email",),
        called=("name",),
        fields=("email", "name"),
        first=close_account,
    ),
    Personal(Mandate, SIGNING_IN, subject=("user__person",), erase=DELETE),
    Personal(SavedView, SIGNING_IN, subject=("owner__person",), erase=DELETE),
    Personal(Token, SIGNING_IN, subject=("owner__person",), erase=DELETE),
    Personal(Message, WRITING, address=("recipient",), fields=("recipient", "subject", "body", "below", "trouble")),
    colleagues(Comment, "author__person"),
    colleagues(File, "uploaded_by__person"),
    colleagues(Import, "owner__person"),
    side("a"),
    side("b"),
)
