"""What `chappe` can be told to do: one file a command; `frame`, `asking` and `log_lines` are what they share.

Comes in: words of the command line, `CHAPPE_…` variables, a TOML file. Goes out: text or JSON on standard output,
logs on standard error, an exit code (0 done, 1 refused or failed, 2 not understood).
Must never hold what a room should: a command reads its words, calls a room, prints.
"""

from chappe.commands.frame import run

__all__ = ["run"]
