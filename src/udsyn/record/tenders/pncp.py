"""Brazil's national portal of public purchases (PNCP) as rows: contratações with their items and results.

The consultation API answers with pages of `data`; a harvester that fetched items and results keeps them below each
purchase as `itens`, and below each item as `resultados`. Items are only numbered within their purchase. Times carry
no zone and stay days; an estimate of 0 stands where the buyer keeps it secret and is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from udsyn.record.shelf import Fault, Row
from udsyn.record.tenders import packages
from udsyn.record.tenders.moments import day, moment
from udsyn.record.tenders.process import listed, money, part, text
from udsyn.record.tenders.tables import Notice

Json = dict[str, Any]
CANCELLED = ("revogada", "anulada", "cancelada")
#: what is bought → its nature, and the catalogue that its code belongs to
NATURES = {"M": ("supplies", "catmat"), "S": ("services", "catser")}
#: A winner who is a person; the name is left out.
PERSON = "PF"


def read(file: Path, *, contacts: bool = False) -> Iterator[Row | Fault]:
    """The purchases of a page, of a list, or of lines. Winners who are persons are left out unless asked for."""
    for where, document in packages.documents(file):
        found = document.get("data", [document]) if isinstance(document, dict) else document
        if not isinstance(found, list):
            yield Fault(where, "no page of purchases", str(document))
            continue
        for number, one in enumerate(found, 1):
            try:
                yield from purchase(one, persons=contacts)
            except (ValueError, AttributeError, TypeError, KeyError) as error:
                yield Fault(f"{where}, purchase {number}", f"it cannot be read: {error}", str(one))


def purchase(one: Json, *, persons: bool) -> Notice:
    """The rows of one purchase. Raises ValueError where it has no control number or an amount that is none."""
    number = text(one.get("numeroControlePNCP"))
    if not number:
        raise ValueError("numeroControlePNCP is missing")
    buyer, unit = part(one, "orgaoEntidade"), part(one, "unidadeOrgao")
    items = list(listed(one, "itens"))
    found = Notice(number)
    won = any(item.get("resultados") for item in items)
    found.add(
        "notices",
        process=number,
        kind="award" if won else "contract",
        stage="result" if won else "competition",
        type=one.get("tipoInstrumentoConvocatorioNome"),
        status="cancelled" if says(one.get("situacaoCompraNome")) in CANCELLED else "published",
        published=day(one.get("dataPublicacaoPncp")),
        country="BR",
        buyer=buyer.get("razaoSocial"),
        procedure=one.get("modalidadeNome"),
        language="pt",
        url=one.get("linkSistemaOrigem"),
        **reais(one.get("valorTotalEstimado")),
    )
    if one.get("objetoCompra"):
        found.add("texts", lot="", language="pt", title=one["objetoCompra"], text=one.get("informacaoComplementar"))
    place = ", ".join(filter(None, (unit.get("nomeUnidade"), unit.get("ufSigla"))))
    identifier = f"cnpj:{buyer['cnpj']}" if buyer.get("cnpj") else None
    found.add(
        "parties", party=place or None, role="buyer", name=buyer.get("razaoSocial"), country="BR", identifier=identifier
    )
    if ends := moment(one.get("dataEncerramentoProposta")):
        found.add("deadlines", lot="", kind="tender", **ends.columns())
    for item in items:
        add_item(found, item, persons=persons)
    return found


def add_item(found: Notice, item: Json, *, persons: bool) -> None:
    lot = text(item["numeroItem"])
    nature, catalogue = NATURES.get(text(item.get("materialOuServico")), (None, "catalogue"))
    status = item.get("situacaoCompraItemNome")
    found.add("lots", lot=lot, kind="lot", nature=nature, country="BR", status=status, **reais(item.get("valorTotal")))
    if item.get("descricao"):
        found.add("texts", lot=lot, language="pt", title=item["descricao"])
    for scheme, code, main in (
        (catalogue, item.get("catalogoCodigoItem"), True),
        ("ncm", item.get("ncmNbsCodigo"), False),
    ):
        if text(code):
            found.add("codes", lot=lot, scheme=scheme, code=text(code), main=main)
    for result in listed(item, "resultados"):
        award = f"{lot}/{text(result.get('sequencialResultado')) or 1}"
        paid = reais(result.get("valorTotalHomologado"))
        found.add("awards", award=award, lot=lot, status="active", date=day(result.get("dataResultado")), **paid)
        person = result.get("tipoPessoa") == PERSON and not persons
        named = {} if person else {"name": result.get("nomeRazaoSocialFornecedor"), "identifier": supplier(result)}
        found.add("suppliers", award=award, country=text(result.get("codigoPais"))[:2] or None, **named)


def supplier(result: Json) -> str | None:
    number = text(result.get("niFornecedor"))
    return f"{'cpf' if result.get('tipoPessoa') == PERSON else 'cnpj'}:{number}" if number else None


def reais(amount: Any) -> dict[str, Any]:
    """An amount in reais; unknown where it is left out, or 0 because it is kept secret."""
    return money({"amount": amount, "currency": "BRL"}) if amount else {}


def says(name: Any) -> str:
    return text(name).strip().lower()
