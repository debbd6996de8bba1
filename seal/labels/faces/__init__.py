"""What a label looks like: its face set in lines by rule, for every shape of paper, and drawn once for a whole run."""
