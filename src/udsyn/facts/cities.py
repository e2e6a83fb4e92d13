"""What cities are called in English and in Danish where the two differ (data/cities.yaml)."""

from __future__ import annotations

from functools import cache

from udsyn.facts import store


def name(city: str, language: str) -> str:
    """A city in a language (`da` or `en`), whichever of its two names is given; one that is not listed as it is given.

    >>> name("Munich", "da"), name("München", "en"), name("Seoul", "da")
    ('München', 'Munich', 'Seoul')
    """
    return _called().get(city.strip().casefold(), {}).get(language, city)


@cache
def _called() -> dict[str, dict[str, str]]:
    both = store.read("cities").items()
    return {one.casefold(): {"en": english, "da": danish} for english, danish in both for one in (english, danish)}
