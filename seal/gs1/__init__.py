"""GS1 identifiers by hand: check digits, Digital Link addresses, ``urn:epc:`` names. A leaf; pure.

    keys        GTIN, GLN, SSCC: length and check digit (GS1 General Specifications 7.9)
    table       application identifiers: what each may hold, which are keys, in which order their qualifiers stand
    link        GS1 Digital Link URI syntax 1.x, read strictly and written in one spelling
    names       EPC Tag Data Standard ``urn:epc:`` names of the classes that we meet, as Digital Link

Seal never makes up a GTIN or a GLN: who has none keeps the addresses of Seal itself.
"""

from seal.gs1.keys import check_digit, checked, checks

__all__ = ["check_digit", "checked", "checks"]
