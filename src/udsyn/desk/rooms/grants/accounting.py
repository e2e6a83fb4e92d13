"""Payments and accounts: what stands against paying, signing and closing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.grants.changing import amounts
from udsyn.desk.rooms.grants.models import Grant, GrantAccount, Payment
from udsyn.packs.grants import TWO_FIGURES


def paid_of(grant: Grant) -> Decimal:
    """What the institution has got and not given back."""
    sums = dict(grant.payments.filter(state="paid").order_by().values_list("kind_of").annotate(Sum("amount")))
    return sums.get("payout", Decimal()) - sums.get("repayment", Decimal())


def spent_of(grant: Grant) -> Decimal:
    """What accepted accounts say was spent."""
    return sum((one.total or Decimal() for one in grant.grantaccounts.filter(state="accepted")), Decimal())


def may_pay(row: Payment) -> Any:
    """Why this is not paid."""
    grant = row.grant
    if grant.state not in ("running", "stopped"):
        return _("The grant is not taken up, or it is closed.")
    if row.due_on > timezone.localdate():
        return _("It is not due yet.")
    if row.after_report and grant.grantreports.exclude(state="accepted").exists():
        return _("It waits until the report is accepted.")
    if row.kind_of == "payout" and paid_of(grant) + row.amount > grant.amount:
        return _("More would be paid than the grant.")
    if row.kind_of == "repayment" and row.amount > paid_of(grant):
        return _("More would come back than was paid.")
    return None


def paid(row: Payment, actor: Actor) -> None:
    row.paid_on = timezone.localdate()


@transaction.atomic
def write_account(row: GrantAccount, actor: Actor, *, many: Any = None) -> GrantAccount:
    """Store an account. Raises ValidationError for what is no amount, or of no line of the approved budget."""
    lines = amounts(row.lines)
    if unknown := set(lines) - set(row.grant.grantlines.values_list("kind_of", flat=True)):
        raise ValidationError(_("This is no line of the approved budget: %(line)s.") % {"line": min(unknown)})
    kernel.save(row, actor, many=many)
    return row


def may_sign(row: GrantAccount) -> Any:
    """Why it cannot be signed: what is missing, or who signs."""
    if row.ends > timezone.localdate():
        return _("The time that it accounts for is not over.")
    if row.shape == TWO_FIGURES and (row.spent is None or row.unspent is None):
        return _("Write both figures: what was spent, and what was unspent from before.")
    if row.shape != TWO_FIGURES and set(amounts(row.lines)) != set(
        row.grant.grantlines.values_list("kind_of", flat=True)
    ):
        return _("Write what was spent for each line; nothing is 0.")
    if not row.signed_by.strip():
        return _("Say who signs it for the institution.")
    if row.signed_by.strip().casefold() == str(row.grant.holder).casefold():
        return _("Somebody else than the holder signs it.")
    says = row.grant.says
    if says and says.audit_above is not None and row.grant.amount > says.audit_above and not row.audited_by.strip():
        above = formats.number_format(says.audit_above, 0, force_grouping=True)
        return _("Grants above %(amount)s are audited: say by whom.") % {"amount": above}
    return None


def sent(row: Any, actor: Actor) -> None:
    row.sent_on = timezone.localdate()


def may_close(row: Grant) -> Any:
    """What still stands against closing."""
    today = timezone.localdate()
    if row.ends is not None and row.ends > today:
        return _("It still runs.")
    if row.grantreports.exclude(state="accepted").exists():
        return _("The report is not accepted.")
    if row.grantaccounts.exclude(state__in=("accepted", "dropped")).exists():
        return _("Some accounts are not accepted.")
    if row.payments.filter(state="planned").exists():
        return _("Some payments are still planned.")
    if row.grantchanges.filter(state="asked").exists():
        return _("A change waits for its decision.")
    left = paid_of(row) - spent_of(row)
    if left > 0:
        amount = formats.number_format(left, 2, force_grouping=True)
        return _("%(amount)s %(money)s are unspent: note when they came back.") % {
            "amount": amount,
            "money": row.currency,
        }
    return None


def closed(row: Grant, actor: Actor) -> None:
    row.closed_on = timezone.localdate()


def stopped(row: Grant, actor: Actor) -> None:
    """Nothing more is paid by plan; report and accounts are still owed."""
    for payment in row.payments.filter(state="planned"):
        before = Payment.objects.get(pk=payment.pk)
        payment.state = "dropped"
        kernel.write(payment, actor, "drop", before, reason="the grant was stopped")
