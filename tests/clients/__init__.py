"""Real, unmodified client libraries against a real server on loopback.

In: the pins under `pins/` and `js/`, from which `prepare` makes one environment a client; a driver for each client.
Out: plays in which any pair of clients signs up, talks, goes away and finds exactly what it missed.
Each client is a child process that takes one JSON command a line and answers one JSON line, so that a play need not
know whom it directs. Never: a patch of a client's code (TDLib's embedded key is replaced in a copy, and is called
"data-patched"), a client that is skipped because it is missing, a connection that leaves this machine.
"""
