"""Recalls: which lots, which jars, which shelves; doing it at once, following it, and closing it. And drills."""
