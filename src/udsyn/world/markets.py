"""The generated world's tenders and trade, in the shapes of real files, with planted codes, winners and growth.

OUT/markets/labels.csv         an invented scheme of goods in four languages; its codes look like CPV and are none
OUT/markets/hs_labels.csv      headings of trade for the same goods, in words of their own
OUT/markets/releases.jsonl     tenders, amendments, cancellations and awards as releases of OCDS
OUT/markets/BACI_HS17_Y*.csv   trade of seven countries in five products
OUT/markets/truth.json         each tender's code, value, status and winner
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from udsyn.world.write import write_json

FOLDER = "markets"
SCHEME, TRADE_SCHEME = "cpv-demo", "hs-demo"
SOURCE = "Generated tenders"
LANGUAGES = ("en", "da", "es", "pt")
#: division → by language what its label says, and what buyers call it
GOODS: dict[str, tuple[tuple[str, str], ...]] = {
    "42": (
        ("electrolysers", "units that split water by electrolysis"),
        ("elektrolyseanlæg", "anlæg der spalter vand ved elektrolyse"),
        ("electrolizadores", "unidades de electrólisis del agua"),
        ("eletrolisadores", "unidades de eletrólise da água"),
    ),
    "31": (
        ("batteries", "battery storage with inverter"),
        ("batterier", "batterilager med omformer"),
        ("baterías", "almacenamiento en baterías con inversor"),
        ("baterias", "armazenamento em bateria com inversor"),
    ),
    "38": (
        ("microscopes", "an electron microscope with camera"),
        ("mikroskoper", "et elektronmikroskop med kamera"),
        ("microscopios", "un microscopio electrónico con cámara"),
        ("microscópios", "um microscópio eletrônico com câmera"),
    ),
    "33": (
        ("hospital beds", "nursing beds with electric drive"),
        ("hospitalssenge", "plejesenge med elektrisk drev"),
        ("camas de hospital", "camas clínicas con accionamiento eléctrico"),
        ("camas hospitalares", "camas de enfermagem com acionamento elétrico"),
    ),
    "48": (
        ("software packages", "licences for a records system"),
        ("programpakker", "licenser til et journalsystem"),
        ("paquetes de software", "licencias de un sistema de registros"),
        ("pacotes de software", "licenças de um sistema de registros"),
    ),
    "34": (
        ("vessels and boats", "a pilot boat with diesel engine"),
        ("skibe og både", "en lodsbåd med dieselmotor"),
        ("buques y barcos", "un barco de prácticos con motor diésel"),
        ("navios e barcos", "um barco de praticagem com motor a diesel"),
    ),
    "44": (
        ("cables and wire", "submarine power cable with joints"),
        ("kabler og tråd", "søkabel med muffer"),
        ("cables y alambre", "cable submarino de energía con empalmes"),
        ("cabos e fios", "cabo submarino de energia com emendas"),
    ),
    "39": (
        ("furniture", "desks and chairs for teaching rooms"),
        ("møbler", "borde og stole til undervisning"),
        ("muebles", "mesas y sillas para aulas"),
        ("móveis", "mesas e cadeiras para salas de aula"),
    ),
}
#: division → product in trade, by language what its label says (shortened headings of the Harmonized System)
TRADED: dict[str, tuple[str, tuple[str, str, str, str]]] = {
    "42": (
        "854330",
        (
            "machines and apparatus for electrolysis",
            "maskiner og apparater til elektrolyse",
            "máquinas y aparatos de electrólisis",
            "máquinas e aparelhos de eletrólise",
        ),
    ),
    "31": (
        "850760",
        (
            "accumulators, batteries of lithium",
            "akkumulatorer, litiumbatterier",
            "acumuladores, baterías de litio",
            "acumuladores, baterias de lítio",
        ),
    ),
    "38": (
        "901210",
        (
            "microscopes other than optical",
            "mikroskoper, undtagen optiske",
            "microscopios, excepto los ópticos",
            "microscópios, exceto os ópticos",
        ),
    ),
    "33": (
        "940290",
        (
            "furniture for medicine, beds with mechanisms",
            "møbler til medicin, senge med mekanik",
            "mobiliario para medicina, camas con mecanismo",
            "mobiliário para medicina, camas com mecanismo",
        ),
    ),
    "48": (
        "852349",
        (
            "recorded media and programs",
            "indspillede medier og programmer",
            "soportes grabados y programas",
            "suportes gravados e programas",
        ),
    ),
    "34": (
        "890399",
        (
            "yachts and other vessels for pleasure",
            "lystfartøjer og andre skibe",
            "yates y otros barcos de recreo",
            "iates e outros barcos de recreio",
        ),
    ),
    "44": (
        "854460",
        (
            "insulated wire and cable for electricity",
            "isolerede ledninger og kabler til strøm",
            "hilos y cables aislados para electricidad",
            "fios e cabos isolados para eletricidade",
        ),
    ),
    "39": (
        "940330",
        (
            "wooden furniture for offices, desks",
            "kontormøbler af træ, borde",
            "muebles de madera para oficinas, mesas",
            "móveis de madeira para escritórios, mesas",
        ),
    ),
}
USES: dict[str, tuple[str, str, str, str]] = {
    "1": ("for hydrogen plants", "til brintanlæg", "para plantas de hidrógeno", "para usinas de hidrogênio"),
    "2": ("for hospitals", "til hospitaler", "para hospitales", "para hospitais"),
    "3": ("for schools", "til skoler", "para escuelas", "para escolas"),
    "4": ("for ports", "til havne", "para puertos", "para portos"),
    "5": ("for laboratories", "til laboratorier", "para laboratorios", "para laboratórios"),
}
#: what any tender says, whatever it buys
FRAMES = {
    "en": "The contracting authority invites offers for {goods} {use}, with delivery, training and service for "
    "schools, hospitals and laboratories under lot {lot}.",
    "da": "Ordregiver indhenter tilbud på {goods} {use} med levering, oplæring og service til skoler, hospitaler og "
    "laboratorier under delaftale {lot}.",
    "es": "La entidad contratante solicita ofertas de {goods} {use}, con entrega, formación y servicio para escuelas, "
    "hospitales y laboratorios en el lote {lot}.",
    "pt": "A entidade contratante solicita propostas de {goods} {use}, com entrega, treinamento e assistência para "
    "escolas, hospitais e laboratórios no lote {lot}.",
}
BUYERS = {"en": ("ZA", "ZAR"), "da": ("DK", "DKK"), "es": ("MX", "MXN"), "pt": ("BR", "BRL")}
#: winners of electrolysers in Brazil, with the part of the awards that each is drawn with
FIRMS = (("Nordlys Brint A/S (generated)", "DK", 0.4), ("Rio Gás Ltda (generated)", "BR", 0.6))
OTHERS = tuple((f"Firm {letter} (generated)", "BR", 1.0) for letter in "ABCDEF")
PROCESSES = 480
#: how many tenders call what they buy otherwise than the label does
UNLIKE = 0.75
#: trade: country (number, weight as exporter, weight as importer)
TRADERS = {"DK": (208, 2, 1), "DE": (276, 8, 6), "CN": (156, 9, 5), "US": (842, 7, 8), "KR": (410, 5, 4)}
TRADERS |= {"BR": (76, 2, 3), "ZA": (710, 1, 1)}
PRODUCTS = ("854330", "850760", "901210", "890399", "010121")
YEARS = range(2019, 2024)
#: Brazil's imports of electrolysers grow so much a year, and Denmark's exports weigh so much more in them
GROWTH, STRENGTH = 0.25, 6.0


def write(out: Path, seed: int) -> dict[str, Any]:
    """Write the world's markets below OUT/markets and return what was planted."""
    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(seed)  # noqa: S311 (a world that anybody can draw again, not a secret)
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([["code", *LANGUAGES], *labels()])
    with (folder / "hs_labels.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([["code", *LANGUAGES], *([code, *said] for code, said in TRADED.values())])
    states: dict[str, Any] = {}
    sent = [one for number in range(PROCESSES) for one in process(number, draw, states)]
    draw.shuffle(sent)
    (folder / "releases.jsonl").write_bytes(b"\n".join(orjson.dumps(one) for one in sent) + b"\n")
    for year in YEARS:
        with (folder / f"BACI_HS17_Y{year}_V202601.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([["t", "i", "j", "k", "v", "q"], *flows(year, draw)])
    write_json(folder / "truth.json", states)
    return {"scheme": SCHEME, "releases": len(sent), "processes": PROCESSES, "growth": GROWTH, "product": PRODUCTS[0]}


def labels() -> Iterator[list[str]]:
    """Each division, and below it each of its uses, in four languages."""
    for division, goods in GOODS.items():
        yield [f"{division}000000", *(label for label, _ in goods)]
        for use, said in USES.items():
            joined = (f"{label} {how}" for (label, _), how in zip(goods, said, strict=True))
            yield [f"{division}{use}00000", *joined]


def process(number: int, draw: random.Random, states: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The releases of one tender: asked for, perhaps amended, then cancelled, awarded or still open."""
    language = LANGUAGES[number % len(LANGUAGES)]
    place = LANGUAGES.index(language)
    division, use = draw.choice(list(GOODS)), draw.choice(list(USES))
    country, currency = BUYERS[language]
    ocid, month = f"ocds-generated-{number:04d}", 1 + number % 9
    goods = GOODS[division][place][draw.random() < UNLIKE]
    said = FRAMES[language].format(goods=goods, use=USES[use][place], lot=draw.randrange(1, 9))
    value = draw.randrange(50, 5_000) * 1_000
    code = {"scheme": SCHEME, "id": f"{division}{use}00000"}
    traded = {"scheme": TRADE_SCHEME, "id": TRADED[division][0]}
    buyer = {"id": "b", "name": f"Buyer {number % 40} (generated)", "roles": ["buyer"], "address": {"country": country}}
    tender: dict[str, Any] = {
        "id": "t",
        "title": goods[:1].upper() + goods[1:],
        "description": said,
        "status": "active",
        "value": {"amount": value, "currency": currency},
        "items": [{"id": "1", "classification": code, "additionalClassifications": [traded]}],
        "tenderPeriod": {"endDate": f"2026-{month + 3:02d}-15T15:00:00Z"},
    }
    head = {"ocid": ocid, "language": language, "buyer": {"id": "b"}}
    yield release(head, f"2026-{month:02d}-03", "tender", parties=[buyer], tender=tender)
    state = states[ocid] = {"code": code["id"], "language": language, "country": country, "value": value}
    state |= {"status": "published", "winner": None}
    if draw.random() < 0.3:
        state["value"] = value + 10_000
        yield release(head, f"2026-{month:02d}-20", "tenderAmendment", tender={"value": {"amount": state["value"]}})
    fate = draw.random()
    if fate < 0.1:
        state["status"] = "cancelled"
        yield release(head, f"2026-{month + 1:02d}-02", "tenderCancellation", tender={"status": "cancelled"})
    elif fate < 0.5:
        firms = FIRMS if (division, country) == ("42", "BR") else OTHERS
        name, home, _ = draw.choices(firms, [weight for *_, weight in firms])[0]
        state["winner"] = name
        firm = {"id": "s", "name": name, "roles": ["supplier"], "address": {"country": home}}
        award: dict[str, Any] = {
            "id": "1",
            "status": "active",
            "date": f"2026-{month + 3:02d}-28",
            "suppliers": [{"id": "s"}],
        }
        award["value"] = {"amount": state["value"], "currency": currency}
        yield release(head, f"2026-{month + 3:02d}-28", "award", parties=[firm], awards=[award])


def release(head: dict[str, Any], day: str, tag: str, **parts: Any) -> dict[str, Any]:
    date = f"{day}T09:00:00Z"
    return {**head, "id": f"{head['ocid']}-{day}", "date": date, "tag": [tag], **parts}


def flows(year: int, draw: random.Random) -> Iterator[list[Any]]:
    """A year's trade: the weights of both sides and some chance; the planted market grows without chance."""
    for product in PRODUCTS:
        planted = product == PRODUCTS[0]
        for seller, (number, strength, _) in TRADERS.items():
            for buyer, (other, _, need) in TRADERS.items():
                if seller == buyer:
                    continue
                value = 100.0 * strength * need * (STRENGTH if planted and seller == "DK" else 1)
                grown = (1 + GROWTH) ** (year - YEARS[0]) if planted and buyer == "BR" else draw.uniform(0.9, 1.1)
                yield [year, number, other, product, round(value * grown, 3), ""]
