"""Trace events: EPCIS 2.0 (ISO/IEC 19987) as a projection of the batch book, and other people's events kept as claims.

vocabulary   words of the Core Business Vocabulary
parsing      bytes to values within limits, exact bytes of each event
shapes       small rules of form; validating puts them together; faults says what and where
model        an event as Seal asks about it
"""
