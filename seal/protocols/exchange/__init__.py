"""Protocols in other people's formats: XLSForm, a keyed spreadsheet, UNTP. Pure: values in, values out.

What is read becomes source text, which :mod:`seal.protocols.loader` then judges like any other file; nothing here
decides whether a protocol is right.
"""
