"""Credentials that somebody else issued: read, checked against every rule, and answered in plain words."""
