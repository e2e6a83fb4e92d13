"""Every indicator, once: what it is, its formula, where it comes from, where it is printed, and a worked number.

docs/indicators.md carries this table (`checklist`), and a test runs every worked example with exact fractions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from udsyn.evidence import formulas, weights
from udsyn.evidence.percentiles import credits_of

BEGIN, END = "<!-- checklist -->\n", "<!-- end of checklist -->\n"

F = Fraction
W1 = (("DK",), ("DK", "SE"), ("KR",), ())
AT = ((("A", "DK"),), (("A", "DK"), ("B", "DK")), (("C", "KR"),))
SCORES = (formulas.citation_score(10, F(4)), formulas.citation_score(1, F(1)))
LINKS: tuple[Any, ...] = (F(6), F(9), F(7), F(10))  #: c, C_i, C_j and T of the pair A, B
HALVES = ((F(1, 2), F(1, 2)), ((0, F(4, 5)), (F(4, 5), 0)))


@dataclass(frozen=True)
class Indicator:
    """One indicator. `worked` computes the example, `gives` is what must come out."""

    name: str
    formula: str
    source: str
    where: str  #: command and column
    example: str
    worked: Callable[[], Any]
    gives: Any


def top_credits(citations: Sequence[int], percent: int) -> Fraction:
    """What all works of a set count together for its top: `percent` % of them, exactly."""
    return sum(credits_of(citations, percent), F(0))


INDICATORS = (
    Indicator(
        "P, full counting",
        "1 per country of a work",
        "Perianes-Rodriguez et al. 2016, doi 10.1016/j.joi.2016.10.006",
        "share `full`; profile `works_full`",
        "authors {DK}, {DK, SE}, {KR}, {}: DK 1",
        lambda: weights.full(W1)["DK"],
        1,
    ),
    Indicator(
        "P, fractional, author level",
        "1/authors, split equally over the author's institutions",
        "Waltman & van Eck 2015, doi 10.1016/j.joi.2015.08.001",
        "cubes `--fractional author` (default)",
        "the same work: DK 3/8",
        lambda: weights.author_level(W1)["DK"],
        F(3, 8),
    ),
    Indicator(
        "P, fractional, institution level",
        "1/institutions, each counted once",
        "Waltman & van Eck 2015, doi 10.1016/j.joi.2015.08.001",
        "cubes `--fractional institution`",
        "authors at A; at A and B; at C, with A, B in DK and C in KR: DK 2/3",
        lambda: weights.institution_level(AT)["DK"],
        F(2, 3),
    ),
    Indicator(
        "P, fractional, country level",
        "1/known countries",
        "Waltman & van Eck 2015, doi 10.1016/j.joi.2015.08.001",
        "cubes `--fractional country`",
        "the first work: DK 1/3",
        lambda: weights.country_level(W1)["DK"],
        F(1, 3),
    ),
    Indicator(
        "World share",
        "P_c / P_world",
        "Moed 2005, doi 10.1007/1-4020-3714-7",
        "share `share_full`, `share_fractional` with `_low`, `_high`",
        "3 of 8 works: 3/8",
        lambda: formulas.rate(F(3), 8),
        F(3, 8),
    ),
    Indicator(
        "MCS",
        "Σ w c / Σ w",
        "Waltman et al. 2011, doi 10.1016/j.joi.2010.08.001",
        "explain, cells of profile",
        "citations 10 and 1 at weights 1/2 and 1: 4",
        lambda: formulas.mean_normalised((F(1, 2), F(1)), (10, 1)),
        4,
    ),
    Indicator(
        "TNCS",
        "Σ w c/e",
        "Waltman et al. 2011, doi 10.1016/j.joi.2010.08.001",
        "profile `tncs`",
        "scores 5/2 and 1 at weights 1/2 and 1: 9/4",
        lambda: formulas.total_normalised((F(1, 2), F(1)), SCORES),
        F(9, 4),
    ),
    Indicator(
        "MNCS",
        "Σ w c/e / Σ w; c/e is 1 where e is 0",
        "Waltman et al. 2011, doi 10.1016/j.joi.2010.08.001",
        "profile `mncs` with `_low`, `_high`",
        "the same: 3/2 (full counting 7/4)",
        lambda: formulas.mean_normalised((F(1, 2), F(1)), SCORES),
        F(3, 2),
    ),
    *(
        Indicator(
            f"PP(top {percent} %)",
            "Σ w credit / Σ w; ties at the threshold share what is left",
            "Waltman & Schreiber 2013, doi 10.1002/asi.22775",
            f"profile `--top {percent}`: `pp_top{percent}`",
            example,
            partial(top_credits, citations, percent),
            F(percent * len(citations), 100),
        )
        for percent, citations, example in (
            (1, [0, 0, 0, 0], "four works, none cited: credits sum to 1/25"),
            (5, [0, 1, 2, 2, 3], "citations 0, 1, 2, 2, 3: credits sum to 1/4"),
            (10, [9, 7, 7, 3, 1, 0, 0], "citations 9, 7, 7, 3, 1, 0, 0: the 9 counts 7/10"),
            (50, [0, 1, 2, 2, 3], "citations 0, 1, 2, 2, 3: credits 0, 0, 3/4, 3/4, 1"),
        )
    ),
    Indicator(
        "Citation window",
        "citations in years y to y + n − 1 of a work of year y",
        "Wang 2013, doi 10.1007/s11192-012-0775-9",
        "cubes `--window n`",
        "2 in the first year, 3 in the second, 5 in the third, window 2: 5",
        lambda: formulas.in_window({2020: 2, 2021: 3, 2022: 5}, 2020, 2),
        5,
    ),
    Indicator(
        "Citations without self-citations",
        "c less citations from works that share an author",
        "Aksnes 2003, doi 10.1023/A:1021919228368",
        "cubes `--without-self`",
        "cited by {a}, {b, c}, {d}, own authors {c, e}: 2",
        lambda: formulas.without_self({"c", "e"}, ({"a"}, {"b", "c"}, {"d"})),
        2,
    ),
    Indicator(
        "Activity index",
        "(x_cf / x_c) / (x_f / x)",
        "Schubert & Braun 1986, doi 10.1007/BF02017249",
        "profile `activity_index`",
        "30 of 40 against 100 of 400: 3",
        lambda: formulas.activity_index(F(30), F(40), F(100), F(400)),
        3,
    ),
    Indicator(
        "RSI",
        "(AI − 1) / (AI + 1)",
        "Stare & Kejžar 2014, doi 10.1016/j.joi.2014.04.004",
        "profile `rsi`",
        "AI 3: 1/2",
        lambda: formulas.rsi(F(3)),
        F(1, 2),
    ),
    Indicator(
        "tanh form",
        "(AI² − 1) / (AI² + 1)",
        "Grupp 1994 (his RPA / 100)",
        "profile `tanh`",
        "AI 3: 4/5",
        lambda: formulas.tanh_specialisation(F(3)),
        F(4, 5),
    ),
    *(
        Indicator(
            name,
            formula,
            source,
            f"rates `{column}` with `_low`, `_high`",
            "3 of 4 works: 3/4",
            lambda: formulas.rate(F(3), 4),
            F(3, 4),
        )
        for name, formula, source, column in (
            (
                "International",
                "works of ≥ 2 countries / works",
                "Narin, Stevens & Whitlow 1991, Scientometrics 21",
                "international",
            ),
            (
                "Multilateral",
                "works of ≥ 3 countries / works",
                "Glänzel & De Lange 2002, Scientometrics 54",
                "multilateral",
            ),
            ("Intercontinental", "works of ≥ 2 continents / works", "continents of GeoNames", "intercontinental"),
            (
                "Long-distance",
                "works with institutions of two countries > 5,000 km apart / works",
                "Leiden Ranking; Waltman et al. 2012, doi 10.1002/asi.22708",
                "long_distance",
            ),
            (
                "First author",
                "works whose first author is in the country / works",
                "Moya-Anegón et al. 2013, Scientometrics 97",
                "first",
            ),
            (
                "Corresponding author",
                "works with a corresponding author in the country / works",
                "Moya-Anegón et al. 2013, Scientometrics 97",
                "corresponding",
            ),
            (
                "With business",
                "works with an institution of type company / works",
                "Tijssen 2012, Research Evaluation 21",
                "company",
            ),
        )
    ),
    Indicator(
        "Salton",
        "c / √(P_i P_j)",
        "Salton & McGill 1983",
        "ties `salton`",
        "2 of 4 and 9: 1/3",
        lambda: F(formulas.salton(2, 4, 9)).limit_denominator(1000),
        F(1, 3),
    ),
    Indicator(
        "Jaccard",
        "c / (P_i + P_j − c)",
        "Luukkonen et al. 1993, doi 10.1007/BF02016282",
        "ties `jaccard`",
        "6 of 100 and 50: 1/24",
        lambda: formulas.jaccard(F(6), 100, 50),
        F(1, 24),
    ),
    Indicator(
        "Inclusion",
        "c / min(P_i, P_j)",
        "van Eck & Waltman 2009, doi 10.1002/asi.21075",
        "ties `inclusion`",
        "6 of 50: 3/25",
        lambda: formulas.inclusion(F(6), 50),
        F(3, 25),
    ),
    Indicator(
        "PAI, association strength",
        "2T c / (C_i C_j)",
        "Zitt et al. 2000, doi 10.1023/A:1005632319799",
        "ties `pai`",
        "c 6, C 9 and 7, T 10: 40/21",
        lambda: formulas.affinity(*LINKS),
        F(40, 21),
    ),
    Indicator(
        "Luukkonen",
        "(c / C_i) / (C_j / (T − C_i))",
        "Luukkonen et al. 1992, doi 10.1177/016224399201700106",
        "ties `luukkonen`, `luukkonen_neutral`",
        "the same: 2/21",
        lambda: formulas.luukkonen(*LINKS),
        F(2, 21),
    ),
    Indicator(
        "RIC",
        "(c / C_X) / ((C_Y − c) / (T − C_X))",
        "Fuchs et al. 2021, doi 10.1007/s11192-021-04110-x; interval 10.2478/jdis-2022-0021",
        "ties `ric` with `_low`, `_high`, `ric_neutral`",
        "the same: 2/3",
        lambda: formulas.ric(*LINKS),
        F(2, 3),
    ),
    Indicator(
        "NSF index",
        "(c / I_i) / (I_j / I)",
        "Science & Engineering Indicators",
        "ties `nsf_index`",
        "2 of 10 against 20 of 200: 2",
        lambda: formulas.nsf_index(F(2), F(10), F(20), F(200)),
        2,
    ),
    Indicator(
        "Observed / expected",
        "c / Σ_fields a_i a_j, empty diagonal, observed row sums",
        "Goodman 1968, Journal of the American Statistical Association 63",
        "ties `observed_expected` with `_low`, `_high`",
        "c 6, expected 4: 3/2",
        lambda: formulas.rate(F(6), 4),
        F(3, 2),
    ),
    Indicator(
        "Fractional links",
        "1/(k − 1) per pair of a work of k countries",
        "Perianes-Rodriguez et al. 2016, doi 10.1016/j.joi.2016.10.006",
        "ties `links_fractional`",
        "k = 3: 1/2",
        lambda: weights.fractional_links("ABC")["A", "B"],
        F(1, 2),
    ),
    Indicator(
        "Rao-Stirling",
        "Σ p_i p_j d_ij over ordered pairs",
        "Stirling 2007, doi 10.1098/rsif.2007.0213",
        "diversity `rao_stirling` with `_low`, `_high`, and a warning",
        "two halves at distance 4/5: 2/5",
        lambda: formulas.rao_stirling(*HALVES),
        F(2, 5),
    ),
    Indicator(
        "True diversity",
        "1 / (1 − RS)",
        "Zhang, Rousseau & Glänzel 2016, doi 10.1002/asi.23487",
        "diversity `true_diversity`",
        "RS 2/5: 5/3",
        lambda: formulas.true_diversity(F(2, 5)),
        F(5, 3),
    ),
)


def checklist() -> str:
    """The table of docs/indicators.md."""
    lines = ["| indicator | formula | source | where | worked |", "|---|---|---|---|---|"]
    lines += [f"| {i.name} | {i.formula} | {i.source} | {i.where} | {i.example} |" for i in INDICATORS]
    return "\n".join(lines) + "\n"


def main(file: str) -> None:
    """Put the table into a page, between its marks."""
    page = Path(file).read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    Path(file).write_text(before + BEGIN + checklist() + END + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
