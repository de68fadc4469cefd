"""Measures a real `chappe serve`: what a message costs, how fast it arrives, what many connections and messages weigh.

Comes in: nothing but the repository. Goes out: a table of figures with their bars, and the profile of what missed one.
The server is a child process with a data folder of its own; clients are other processes in MTProto's client role. The
cost of a message is told as a ratio to a floor program, run in turns with the server on the same interpreter.
Must never be imported by the server.
"""
