"""A name and one sentence for each definition that a brief refers to; docs/indicators.md has formulas and papers."""

from __future__ import annotations

from collections.abc import Mapping

DEFINITIONS: Mapping[str, str] = {
    "technology-users": (
        "Firms whose patent families cite works of home, in equal parts for a family's applicants; citations of "
        "examiners and uncertain links do not count. First come those for whom these families weigh most among all of "
        "theirs, recent ones more."
    ),
    "technology-profile": (
        "The share of a country's patent families in a class of CPC over the world's share there, in parts for "
        "applicants and classes: 1 is as the world."
    ),
    "technology-crossed": (
        "Science: the field's part of a country's works over its part of the world's. Technology: the field's part of "
        "the country's patent families that cite any work, over its part of the world's such families. 1 is as the "
        "world; a meeting is told where both intervals lie above 1."
    ),
    "funders": (
        "Who paid for joint works, as the works and OpenAlex's awards say; each funder of a work counts it once, so "
        "shares add up to more than all. Projects: of CORDIS's register, with organisations of both countries."
    ),
    "co-publications": "Works with at least one author at an institution in each of the two countries, counted once.",
    "joint-projects": (
        "Projects of CORDIS's register in which organisations of both countries take part, each counted once for a "
        "pair, in the year in which it starts."
    ),
    "ties": (
        "Joint works of home with each partner. Expected: what both countries' international links give by "
        "quasi-independence, per field where fields are held; observed / expected is 1 when the tie is as strong as "
        "that. RIC compares the partner's part in home's links with its part in all other links; its neutral value "
        "stands beside it. Salton: joint works over the root of the product of both outputs. NSF index: the partner's "
        "part in home's international works over its part in the world's, 1 where both are the same."
    ),
    "share": (
        "A country's works over all works of the source. Full counting gives each country of a work one; fractional "
        "counting shares a work out over its authors, so that all shares add up to 1."
    ),
    "profile": (
        "MNCS is the mean citation score against works of the same subfield, year and type (world = 1). "
        "PP(top 10 %) is the part of works among the most cited tenth of such a set (world = 10 %)."
    ),
    "strengths": (
        "Activity index (AI): a field's part in the country's works over its part in the world's. "
        "RSI = (AI − 1) / (AI + 1). A joint strength is a field in which both indexes are told from 1; of those that "
        "are called at most one in ten is expected to be false (q value up to 0.10 over all that is looked at). It is "
        "well used where the interval of observed / expected joint works lies above 1, under-used where it lies below "
        "(with a q value up to 0.10 as well), and else its use is not told from expectation. A field in which either "
        "country's works are told to be cited less than the world's is no joint strength. Growing: its share of the "
        "world's works grew by more than 10 % from the first half of the years to the second. Intervals are widened "
        "because works of one team hang together."
    ),
    "effect": (
        "Joint works from the first treated year on against those expected from both countries' ties without the "
        "agreement; chance is judged by pretended agreements (placebos) of pairs of similar size. Placebo rank: 1 "
        "where none of them moved further; rank over their number plus one is the p-value. Pre-trend p: how often "
        "placebos moved as far before the date. The smallest effect that could be seen is found at the 5 % level with "
        "a chance of 80 %. A q corrects p for the number of agreements that are asked about together."
    ),
    "effect-by-field": (
        "The effect on joint works in the fields that the agreement names, in the other fields, and the first against "
        "the second: what both have in common falls out."
    ),
    "hot-spots": (
        "Clusters of institutions by density of authors (15 km), blind to borders, with at least 0.5 % of the world's "
        "weight. A weight is works shared out over their authors' institutions (fractional), not a number of works. "
        "Intervals are widened because works of one team hang together."
    ),
    "emerging": (
        "Growth of a topic against the world's over ten years, small numbers drawn to no growth; topics are ranked by "
        "the growth that is exceeded with a probability of 90 %."
    ),
    "people": (
        "People of an institution in the country, by their works in scope on the topics named, or by all of their "
        "works of the last five years held; works are counted in full. A way to somebody "
        "leads through people who wrote together; whether each still remembers the other is judged by how many joint "
        "works they have and how old the last one is. People on the opt-out list never appear."
    ),
    "joint works of institutions": "Works with authors at both institutions, each work counted once for a pair.",
    "published": "A figure that somebody published, beside the same figure computed from the sources of this record.",
}

#: definitions whose id is no name for people
NAMES: Mapping[str, str] = {
    "technology-users": "firms that build on home's works",
    "technology-profile": "classes of technology",
    "technology-crossed": "science × technology",
    "joint-projects": "joint projects",
    "effect-by-field": "effect by field",
}


def name_of(definition: str) -> str:
    """The name of a definition for people."""
    return NAMES.get(definition, definition)


def title_of(definition: str) -> str:
    """The name as a heading."""
    name = name_of(definition)
    return name[:1].upper() + name[1:]
