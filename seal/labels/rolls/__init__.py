"""Pre-numbered seals (kind 3): rolls that are printed first, handed out on a list, and bound to a batch later."""
