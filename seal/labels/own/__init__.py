"""An association's own paper: formats of its own stock, and templates with its own art, kept by version."""
