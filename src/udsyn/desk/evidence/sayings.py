"""The evidence's notes and the names of fields in Danish. `udsyn.evidence` says them in English; what has no Danish
here stays English.

A pattern's named holes are kept: names of sources, years, figures.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.html import format_html

from udsyn.desk.kernel.wording import language

DANISH: tuple[tuple[str, str], ...] = (
    (
        r"source: (?P<name>\S+) \(also held: (?P<others>.+); choose with --source\)\.",
        "kilde: {name} (findes også: {others}).",
    ),
    (r"source: (?P<name>\S+)\.", "kilde: {name}."),
    (
        r"a panel of pairs does not tell bilateral works from those of many countries.+",
        "et panel over par skelner ikke tosidede publikationer fra dem med mange lande, som der bliver flere af.",
    ),
    (
        r"no register of projects is held: .+",
        "der er ikke læst noget register over projekter.",
    ),
    (
        r"(?P<name>\S+) holds no joint projects of (?P<who>.+) in these years\.",
        "{name} har ingen fælles projekter for {who} i disse år.",
    ),
    (
        r"far from a published figure: (?P<who>\S+)'s \D+ (?P<year>\d+) is (?P<here>\S+) here, (?P<there>\S+) in .+",
        "langt fra et offentliggjort tal: andelen for {who} i {year} er {here} her, {there} offentliggjort.",
    ),
    (
        r"(?P<name>\S+) is a sample of (?P<n>[\d,]+) works, not the world: .+",
        "{name} er en stikprøve på {n} publikationer, ikke verden: andele og pladser gælder det, der findes her.",
    ),
    (
        r"(?P<name>\S+) is a sample, not the world: .+",
        "{name} er en stikprøve, ikke verden: andele og pladser gælder det, der findes her.",
    ),
    (
        r"No answer on (?P<pair>\S+): (?P<country>\S+) has no joint works in the panel.+",
        "Intet svar om {pair}: {country} har ingen fælles publikationer i panelet.",
    ),
    (r"year: (?P<year>\S+), the last complete one\.", "år: {year}, det seneste hele."),
    (
        r"not applied, because (?P<name>\S+) lacks the column: (?P<what>.+)\.",
        "ikke anvendt, fordi {name} mangler kolonnen: {what}.",
    ),
    (
        r"Not applied, because the source does not say it: (?P<what>.+)\.",
        "Ikke anvendt, fordi kilden ikke oplyser det: {what}.",
    ),
    (
        r"nothing held on joint works of (?P<who>.+) in (?P<name>\S+) in these years\.",
        "intet om fælles publikationer for {who} i {name} i disse år.",
    ),
    (
        r"(?P<name>\S+) holds no joint works of (?P<who>.+) in these years\.",
        "{name} har ingen fælles publikationer for {who} i disse år.",
    ),
    (r"nothing held on (?P<who>\S+) in (?P<name>\S+)\.", "intet om {who} i {name}."),
    (
        r"(?P<name>\S+) lacks the output of countries: (?P<what>.+) cannot be had from it\.",
        "{name} mangler landenes samlede publikationer: {what} kan ikke fås af den.",
    ),
    (
        r"(?P<name>\S+) lacks the international works of (?P<who>\S+): share cannot be had from it\.",
        "{name} mangler de internationale publikationer for {who}: andelen kan ikke fås af den.",
    ),
    (
        r"(?P<name>\S+) lacks the world's international works: nsf_index cannot be had from it\.",
        "{name} mangler verdens internationale publikationer: nsf_index kan ikke fås af den.",
    ),
    (
        r"expected: from all fields together, because the panel has no fields\.",
        "forventet: af alle felter under ét, fordi panelet ikke har felter.",
    ),
    (
        r"(?P<name>\S+) does not hold all works of countries, only joint ones: no share can be had from it\.",
        "{name} har ikke alle landes publikationer, kun de fælles: ingen andel kan fås af den.",
    ),
    (
        r"order: fields with at least (?P<n>\d+) works in both .+ are specialised, then (?P<terms>.+); e.+",
        "rækkefølge: felter med mindst {n} publikationer i begge lande, så fælles styrker, så {terms} (logaritmer).",
    ),
    (
        r"intervals: widened by the design effect of teams .+",
        "intervaller: udvidet med hold-effekten (publikationer med samme mest publicerende forfatter hænger sammen).",
    ),
    (
        r"intervals: works are taken as independent; .+",
        "intervaller: publikationer regnes som uafhængige; et holds ligner hinanden, så de sande er bredere.",
    ),
    (
        r"intervals and p values: widened by the design effects .+",
        "intervaller og p-værdier: udvidet med begge siders hold-effekt.",
    ),
    (
        r"intervals: a design effect of (?P<n>\S+) is assumed for teams, because (?P<name>\S+) names no authors\.",
        "intervaller: der antages en hold-effekt på {n}, fordi {name} ikke nævner forfattere.",
    ),
    (
        r"intervals: a design effect of (?P<n>\S+) is assumed for teams, because these cubes were counted without .+",
        "intervaller: der antages en hold-effekt på {n}, fordi kuberne er talt uden hold; `udsyn cubes` tæller dem.",
    ),
    (
        r"verdicts: (?P<n>\d+) pairs of a field and .+ at most (?P<part>\S+ %) are .+ above (?P<least>\S+ %)\.",
        "domme: {n} par af felt og partner er set under ét; højst {part} af hver slags ventes forkert; vækst: {least}.",
    ),
    (
        r"(?P<name>\S+) has no citations: impact is left out of the order and of the verdicts\.",
        "{name} har ingen citationer: gennemslag indgår hverken i rækkefølgen eller i dommene.",
    ),
    (
        r"(?P<name>\S+) has no joint works per field: whether a joint strength is used cannot be said\.",
        "{name} har ingen fælles publikationer pr. felt: om en fælles styrke bruges, kan ikke siges.",
    ),
    (
        r"a panel of pairs does not tell bilateral works .+",
        "et panel af par skelner ikke tosidede publikationer fra dem med mange lande, som vokser.",
    ),
    (
        r"An agreement is not drawn by lot: .+",
        "Aftaler indgås ikke ved lodtrækning, men hvor man venter vækst: en stigning kan være kommet alligevel.",
    ),
    (
        r"A centre is not placed by lot: .+",
        "Centre placeres ikke ved lodtrækning, men hvor man venter vækst: en stigning kan være kommet alligevel.",
    ),
    (
        r"What happened in the same years \(an agreement, a programme, a consortium\) is part of the figure\.",
        "Det, der skete i de samme år (en aftale, et program, et konsortium), er en del af tallet.",
    ),
    (
        r"A centre counts from the year in which the country's first one opened; .+",
        "Et center tæller fra det år, hvor landets første åbnede; intet par med en aftale er sammenligningspar.",
    ),
    (
        r"Placebo pairs may have centres that are not known here; their average is taken off, .+",
        (
            "Sammenligningspar kan have centre, der ikke kendes her: deres gennemsnit trækkes fra, så alle tal "
            "trækkes mod nul, og deres spredning gør intervallerne bredere."
        ),
    ),
    (
        r"Other ties may be moved too: where the centre draws works from them \(diversion\) .+",
        (
            "Andre bånd kan også flytte sig: trækker centret publikationer fra dem, er tallet for højt, løfter det "
            "dem, er det for lavt; hjemlandets fælles publikationer med alle lande står ved siden af."
        ),
    ),
    (
        r"All estimators look at the same works: .+ correct for the number of centres looked at\.",
        (
            "Alle metoder ser på de samme publikationer og bedømmes som én test; q-værdier (Benjamini-Hochberg) retter "
            "for, hvor mange centre der ses på."
        ),
    ),
    (
        r"Placebo pairs may have agreements that are not known here; their average is taken off, .+",
        (
            "Sammenligningspar kan have aftaler, der ikke kendes her: deres gennemsnit trækkes fra, så alle tal "
            "trækkes mod nul, og deres spredning gør intervallerne bredere."
        ),
    ),
    (
        r"What happened in the same years \(a centre, a programme, a consortium\) is part of the figure\.",
        "Det, der skete i de samme år (et center, et program, et konsortium), er en del af tallet.",
    ),
    (
        r"Other ties may be moved too: where the agreement draws works from them \(diversion\) .+",
        (
            "Andre bånd kan også flytte sig: trækker aftalen publikationer fra dem, er tallet for højt, løfter den "
            "dem, er det for lavt; hjemlandets fælles publikationer med alle lande står ved siden af."
        ),
    ),
    (
        r"All estimators look at the same works: they are judged as one test, .+",
        (
            "Alle metoder ser på de samme publikationer og bedømmes som én test; q-værdier (Benjamini-Hochberg) retter "
            "for, hvor mange aftaler der ses på."
        ),
    ),
    (
        r"a panel of pairs does not tell bilateral works from those of many countries, .+",
        "et panel af landepar skelner ikke tosidige publikationer fra dem med mange lande, og dem bliver der flere af.",
    ),
    (
        r"A work of many countries counts once for each pair of them, .+",
        "En publikation med mange lande tæller én gang for hvert par: fælles publikationer er stadig mindre tosidige.",
    ),
    (
        r"Left out: (?P<part>\S+) of the weight has no institution, or one whose place is not known\.",
        "Udeladt: {part} af vægten har ingen institution, eller en, hvis sted ikke kendes.",
    ),
    (
        r"People and institutions are those of works that touch the slice: (?P<what>.+)\.",
        "Personer og institutioner er dem fra publikationer, der berører udsnittet: {what}.",
    ),
    (
        r"no dated agreement of (?P<home>\S+) with (?P<who>\S+) is known: .+",
        "ingen dateret aftale mellem {home} og {who} kendes.",
    ),
    (r"No answer: (?P<why>.+)", "Intet svar: {why}"),
    (
        r"the record holds nothing counted that answers this\. .+",
        "datagrundlaget har intet optalt, der svarer på dette.",
    ),
    (r"the record holds no works.+", "datagrundlaget har ingen publikationer, der kan svare på dette."),
)
#: the fields that OpenAlex sorts works into
FIELDS = {
    "Agricultural and Biological Sciences": "jordbrug og biologi",
    "Arts and Humanities": "kunst og humaniora",
    "Biochemistry, Genetics and Molecular Biology": "biokemi, genetik og molekylærbiologi",
    "Business, Management and Accounting": "erhvervsøkonomi, ledelse og regnskab",
    "Chemical Engineering": "kemiteknik",
    "Chemistry": "kemi",
    "Computer Science": "datalogi",
    "Decision Sciences": "beslutningsteori",
    "Dentistry": "tandlægevidenskab",
    "Earth and Planetary Sciences": "geovidenskab og planetforskning",
    "Economics, Econometrics and Finance": "økonomi, økonometri og finansiering",
    "Energy": "energi",
    "Engineering": "ingeniørvidenskab",
    "Environmental Science": "miljøvidenskab",
    "Health Professions": "sundhedsfag",
    "Immunology and Microbiology": "immunologi og mikrobiologi",
    "Materials Science": "materialevidenskab",
    "Mathematics": "matematik",
    "Medicine": "medicin",
    "Neuroscience": "neurovidenskab",
    "Nursing": "sygepleje",
    "Pharmacology, Toxicology and Pharmaceutics": "farmakologi, toksikologi og farmaci",
    "Physics and Astronomy": "fysik og astronomi",
    "Psychology": "psykologi",
    "Social Sciences": "samfundsvidenskab",
    "Veterinary": "veterinærvidenskab",
}
#: the words in which agreements name their fields (facts/data/field_words.yaml)
AREAS = {
    "affordable healthcare": "sundhed til at betale",
    "agricultural science": "jordbrugsvidenskab",
    "artificial intelligence": "kunstig intelligens",
    "biotechnology": "bioteknologi",
    "blue economy": "blå økonomi",
    "clean technology": "ren teknologi",
    "clinical research": "klinisk forskning",
    "environment": "miljø",
    "food": "fødevarer",
    "functional food": "funktionelle fødevarer",
    "green energy": "grøn energi",
    "green technology": "grøn teknologi",
    "health": "sundhed",
    "hydrogen": "brint",
    "ICT": "IKT",
    "innovation policy": "innovationspolitik",
    "life science": "life science",
    "materials": "materialer",
    "quantum": "kvanteteknologi",
    "renewable energy": "vedvarende energi",
    "renewables": "vedvarende energi",
    "space": "rummet",
    "synthetic biology": "syntetisk biologi",
    "water": "vand",
}
IN_DANISH = {name.casefold(): danish for name, danish in (FIELDS | AREAS).items()}
PATTERNS = tuple((re.compile(english), danish) for english, danish in DANISH)


def readers(value: str) -> str:
    """What stood in a hole, with a share as it is written in Danish."""
    value = value.replace(" and ", " og ")
    return re.sub(r"(\d)\.(\d+)%$", r"\1,\2 %", value)


def danish(text: str) -> str | None:
    """The note in Danish, or None where nobody has written it yet."""
    for pattern, words in PATTERNS:
        match = pattern.fullmatch(text)
        if match:
            return words.format(**{name: readers(value) for name, value in match.groupdict().items()})
    return None


def said_in(text: str) -> Any:
    """The note in the reader's language; English words on a Danish page are marked for screen readers."""
    if language() != "da":
        return text
    return danish(text) or format_html('<span lang="en">{}</span>', text)


def field_in(name: str) -> Any:
    """The field in the reader's language, where it is one that we know; else as it was typed."""
    return IN_DANISH.get(name.casefold(), name) if language() == "da" else name


def fields_in(names: list[str]) -> list[str]:
    return list(map(field_in, names))
