"""The words of the Core Business Vocabulary 2.0 and of EPCIS 2.0, in their short form; data and a reader. Pure.

In EPCIS JSON a word of the standard is written short (``shipping``); its long forms belong to XML. A query may use any.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
"""Named in every document; never fetched."""
SCHEMA_VERSION = "2.0"


class EventType(StrEnum):
    OBJECT = "ObjectEvent"
    AGGREGATION = "AggregationEvent"
    TRANSACTION = "TransactionEvent"
    TRANSFORMATION = "TransformationEvent"
    ASSOCIATION = "AssociationEvent"


class Action(StrEnum):
    ADD = "ADD"
    OBSERVE = "OBSERVE"
    DELETE = "DELETE"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BIZ_STEPS = _words(
    "accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting "
    "decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting "
    "installing killing loading other packing picking receiving removing repackaging repairing replacing reserving "
    "retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting "
    "unloading unpacking void_shipping"
)
DISPOSITIONS = _words(
    "active available completeness_inferred completeness_verified conformant container_closed container_open damaged "
    "destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class mismatch_instance "
    "mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other partially_dispensed "
    "recalled reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown"
)
TRANSACTION_TYPES = _words("bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt")
PARTY_TYPES = _words("owning_party possessing_party location")
ERROR_REASONS = _words("did_not_occur incorrect_data")
ACTIONS = frozenset(action.value for action in Action)
COMPONENTS = _words(
    "x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting northing latitude "
    "longitude altitude"
)
ALERTS = _words("ALARM_CONDITION ERROR_CONDITION")
MEASUREMENTS = _words(
    "AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Radioactivity Altitude AmountOfSubstance "
    "AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area Capacitance "
    "Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity "
    "ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency "
    "Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux "
    "LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate "
    "MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power Pressure RadiantFlux "
    "RadiantIntensity RelativeHumidity Resistance Resistivity SolidAngle SpecificVolume Speed SurfaceDensity "
    "SurfaceTension Temperature Time Torque Voltage Volume VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber"
)

_LONG: Mapping[str, tuple[str, str]] = {
    "bizStep": ("bizstep", "BizStep"),
    "disposition": ("disp", "Disp"),
    "bizTransaction": ("btt", "BTT"),
    "party": ("sdt", "SDT"),
    "error": ("er", "ER"),
}
"""The parts of the long names of each list: ``urn:epcglobal:cbv:bizstep:…``, ``https://ref.gs1.org/cbv/BizStep-…``."""
OF_CBV = re.compile(r"(?:urn:epcglobal:cbv|https?://ns\.gs1\.org/cbv/)")
"""Long names that EPCIS JSON does not take: the word has a short form."""
OF_VOC = re.compile(r"https?://(?:www\.)?gs1\.org/voc/")


def short(sort: str, text: str) -> str:
    """The short form of a word given in any form; what is no word of the standard is itself."""
    lower, upper = _LONG[sort]
    for start in (
        f"urn:epcglobal:cbv:{lower}:",
        f"https://ref.gs1.org/cbv/{upper}-",
        f"https://ns.gs1.org/cbv/{upper}-",
        f"http://ns.gs1.org/cbv/{upper}-",
        f"cbv:{upper}-",
    ):
        if text.startswith(start):
            return text.removeprefix(start)
    return text
