"""One sentence for each definition that a brief refers to; docs/indicators.md has the formulas and papers."""

from __future__ import annotations

from collections.abc import Mapping

DEFINITIONS: Mapping[str, str] = {
    "co-publications": "Works with at least one author at an institution in each of the two countries, counted once.",
    "joint-projects": (
        "Projects of CORDIS's register in which organisations of both countries take part, each counted once for a "
        "pair, in the year in which it starts."
    ),
    "ties": (
        "Joint works of home with each partner. Expected: what both countries' international links give by "
        "quasi-independence, per field where fields are held; observed / expected is 1 when the tie is as strong as "
        "that. RIC compares the partner's part in home's links with its part in all other links; its neutral value "
        "stands beside it."
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
        "RSI = (AI − 1) / (AI + 1). A country is strong in a field where its activity index is above 1 with a "
        "confidence of 80 %; both must be for a joint strength, which is well used where joint works reach expectation."
    ),
    "effect": (
        "Joint works after the first treated year against what both countries' ties let expect without the agreement; "
        "chance is judged by pretended agreements of pairs of similar size."
    ),
    "effect-by-field": (
        "The effect on joint works in the fields that the agreement names, in the other fields, and the first against "
        "the second: what both have in common falls out."
    ),
    "hot-spots": (
        "Clusters of institutions by density of authors (15 km), blind to borders, with at least 0.5 % of the world's "
        "weight."
    ),
    "emerging": (
        "Growth of a topic against the world's over ten years, small numbers drawn to no growth; topics are ranked by "
        "the growth that is exceeded with a probability of 90 %."
    ),
    "joint works of institutions": "Works with authors at both institutions, each work counted once for a pair.",
    "published": "A figure that somebody published, beside the same figure computed from the sources of this record.",
}
