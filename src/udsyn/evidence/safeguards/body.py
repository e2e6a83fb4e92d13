"""Who is asked about."""

from __future__ import annotations

from dataclasses import dataclass

from udsyn.evidence.safeguards.names import Name


@dataclass(frozen=True)
class Body:
    """An organisation by its names and country, and what ROR says it belongs to or became."""

    name: str
    country: str | None
    names: tuple[str, ...] = ()
    id: str | None = None
    related: tuple[tuple[str, Body], ...] = ()

    def said(self) -> list[Name]:
        return [Name(name) for name in dict.fromkeys((self.name, *self.names))]
