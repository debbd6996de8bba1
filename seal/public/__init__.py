"""What the public may take away: the archive, which proves everything without our server."""
