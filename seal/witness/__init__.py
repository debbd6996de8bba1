"""Witness and monitor of somebody else's log. They run apart: a folder of their own, HTTP only, no database of Seal.

They import only what is pure in the rooms below: notes, trees, cosignatures, key statements, bundles, tokens.
"""
