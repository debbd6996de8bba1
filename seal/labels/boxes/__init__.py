"""Boxes (kind 4): what stands together in one carton, under a code of its own."""
