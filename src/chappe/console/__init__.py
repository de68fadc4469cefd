"""The console: where staff see to cases, decide, undo and look things up, at an origin of its own.

Comes in: requests of operators who signed in here, or of programs that bear their tokens. Goes out: pages, JSON.
Every deed is one function that pages and API share (`deeds.py`); what anybody may do is checked in the domain and in
`safety`, the pages only leave out what would be refused. Must never show what lies in private chats beyond what a
notice brought, work for a request from another origin, or need a script except for passkeys.
"""

from chappe.console.inside import Inside
from chappe.console.pages import make_console

__all__ = ["Inside", "make_console"]
