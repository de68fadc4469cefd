"""The face that speaks TL: one function per method, dispatch, inputs, views, errors and push.

Comes in: a Request (a decoded query of one session). Goes out: the encoded result or rpc_error; pushed updates.
Must never hold a rule of its own or touch a row: it reads inputs, calls a domain act, renders what came of it.
"""

from chappe.rpc.context import Init, Request, Services, SessionPort
from chappe.rpc.dispatch import Rpc
from chappe.rpc.reactions import prepare

__all__ = ["Init", "Request", "Rpc", "Services", "SessionPort", "prepare"]
