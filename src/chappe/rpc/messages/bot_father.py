"""What is sent to the account that makes bots is answered at once, in the same transaction. Source: api/bots"""

from collections.abc import Callable

from chappe.domain import authorizations, bot_father, bots
from chappe.domain.bot_father import Said
from chappe.domain.messages import Sent
from chappe.rpc.context import Call
from chappe.store import Tx


async def sent(call: Call, act: Callable[[Tx], Sent]) -> Sent:
    """The message is sent, and what it asks for is done and answered, unless it was said before or is for later."""
    seed = call.services.entropy(bots.SECRET_BYTES)

    def both(tx: Tx) -> tuple[Sent, list[int]]:
        one = act(tx)
        if one.repeated or one.entry.scheduled:
            return one, []
        words = bot_father.heard_content(one.message.content)
        return one, bot_father.heard(tx, Said(call.user_id, words, call.language, seed))

    one, ended = await call.write(both)
    for key in ended:
        why = (await call.read(lambda rx, key=key: authorizations.of_key(rx, key))).ended  # type: ignore[misc]
        call.services.revoke(key, why)
    return one
