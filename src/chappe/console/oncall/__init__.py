"""People on call: the pages that ring now, whose turn it is, how each is reached, and the calendar."""
