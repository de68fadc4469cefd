"""auth.importBotAuthorization: a program speaks for a bot. Source: method/auth.importBotAuthorization"""

from chappe.base.errors import Invalid
from chappe.domain import bots
from chappe.rpc.auth.codes import API_HASH_LENGTH
from chappe.rpc.auth.sign_in import description, entered
from chappe.rpc.context import Call, method
from chappe.rpc.help.config import dialled_dc
from chappe.tl import functions as f
from chappe.tl import types as t


@method("auth.importBotAuthorization", open=True)
async def import_bot_authorization(call: Call, q: f.auth.ImportBotAuthorization) -> t.auth.Authorization:
    """The device speaks for the bot of the token.

    Source: method/auth.importBotAuthorization
    Errors: API_ID_INVALID, ACCESS_TOKEN_INVALID, ACCESS_TOKEN_EXPIRED, USER_DEACTIVATED_BAN; USER_MIGRATE_X when
    another data centre was dialled.
    """
    if q.api_id <= 0 or len(q.api_hash) > API_HASH_LENGTH:
        raise Invalid("api_id_invalid")
    if dialled_dc(call)[0] != call.services.dc_id:
        raise Invalid("user_migrate", dc=call.services.dc_id)
    token, device = q.bot_auth_token, description(call)
    await call.read(lambda rx: bots.of_token(rx, token))  # a wrong one costs no writing
    return await entered(call, await call.write(lambda tx: bots.enter(tx, token, device)))
