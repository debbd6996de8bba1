"""Where a lot came from and where it went: traces, recalls, trace events."""
