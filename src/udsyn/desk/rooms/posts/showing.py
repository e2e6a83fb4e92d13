"""What everybody may know of centres and posts."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.rooms import Shown
from udsyn.desk.kernel.wording import town
from udsyn.desk.rooms.parties.models import Interval
from udsyn.desk.rooms.posts.models import Post, open_centres


def centres_and_posts() -> Iterator[Shown]:
    """Centres that are open; posts of today that stand at none are found on the page of their country."""
    for centre in open_centres():
        codes = (centre.country.code, *(country.code for country in centre.covers.all()))
        words = f"{centre.city} {town(centre.city)} {' '.join(centre.focus_list)}"
        yield Shown(_("innovation centre"), str(centre), reverse("centre", args=[centre.slug]), codes, words=words)
    for post in Post.objects.filter(Interval.on(timezone.localdate()), centre=None).select_related("country"):
        code = post.country.code
        yield Shown(post.get_kind_of_display(), str(post), reverse("partner_country", args=[code]), (code,))
