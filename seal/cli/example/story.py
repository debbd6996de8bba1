"""The worked example's people, places and products. All invented; the communes of Aysén are real.

Six producers, five honeys, and one of each state that a reader may meet on a label.
"""

from __future__ import annotations

from dataclasses import dataclass

SLUG = "colmena-austral"
NAME = "Colmena Austral"
REGION = "Aysén, Chile"
COMMUNES = ("Aysén", "Chile Chico", "Cisnes", "Cochrane", "Coyhaique", "Río Ibáñez", "Tortel")
ZONE = "America/Coyhaique"
COLOUR = "#3a2f5f"
TERMS = "Reglamento de uso del sello Colmena Austral, versión 1. Texto de ejemplo.".encode()


@dataclass(frozen=True)
class Honey:
    """One product: words in both languages, contents as printed, grams."""

    es: str
    en: str
    net_content: str
    grams: int


WILDFLOWER = Honey("Miel de flores silvestres", "Wildflower honey", "500 g", 500)
ULMO = Honey("Miel de ulmo", "Ulmo honey", "500 g", 500)
TIACA = Honey("Miel de tiaca", "Tiaca honey", "250 g", 250)
CREAMED = Honey("Miel cremada", "Creamed honey", "350 g", 350)
STEPPE = Honey("Miel de la estepa", "Steppe honey", "1 kg", 1000)


@dataclass(frozen=True)
class Maker:
    """One producer: trade name, commune, what they make and how many hives they keep."""

    key: str
    trade_name: str
    commune: str
    honeys: tuple[Honey, ...]
    hives: int


MAKERS = (
    Maker("active", "Apiario Valle Escondido", "Río Ibáñez", (WILDFLOWER, CREAMED), 60),
    Maker("suspended", "Colmenas del Ventisquero", "Chile Chico", (STEPPE,), 45),
    Maker("withdrawn", "Miel Los Coigües", "Coyhaique", (WILDFLOWER,), 40),
    Maker("recalled", "La Abeja del Baker", "Cochrane", (TIACA,), 50),
    Maker("ended", "Miel Puerto Viejo", "Aysén", (ULMO,), 35),
    Maker("refused", "Apiario Lluvia Fina", "Cisnes", (WILDFLOWER,), 20),
)

FACTS: dict[str, bool] = {
    "blends_lots": False,
    "honeydew_claim": False,
    "monofloral_claim": False,
    "transhumance": False,
    "treats_varroa": True,
    "buys_local_inputs": False,
    "buys_outside_inputs": False,
    "has_employees": False,
    "hosts_visitors": True,
    "indigenous_heritage": False,
    "uses_firewood": False,
    "chilled_product": False,
    "chlorinates_water": True,
    "handles_allergens": False,
}
"""What the example's producers answered about themselves; points that do not apply drop out."""


@dataclass(frozen=True)
class Person:
    """Somebody of the example: every family name is "Ejemplo", so that nobody is taken for a real person."""

    key: str
    name: str
    roles: tuple[str, ...]


PEOPLE = (
    Person("manager", "Marisol Ejemplo", ("manager",)),
    Person("auditor", "Aurelio Ejemplo", ("auditor",)),
    Person("auditor_two", "Tránsito Ejemplo", ("auditor",)),
    Person("certifier", "Clara Ejemplo", ("certifier",)),
    Person("certifier_two", "Teófilo Ejemplo", ("certifier",)),
    Person("producer", "Rosalba Ejemplo", ("producer",)),
)
