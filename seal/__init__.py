"""Seal: certification and traceability for an association of small producers."""

__version__ = "0.1.0"
