"""The batch book: what came in, what was made of it, and where it went."""
