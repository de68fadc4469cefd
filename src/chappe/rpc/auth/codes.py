"""auth.sendCode, resendCode, cancelCode: a code on its way to the owner of a number. Source: api/auth"""

from chappe.base.errors import Invalid
from chappe.domain import auth, phones
from chappe.domain.auth import Ask, Claim, Policy, SentCode
from chappe.domain.limits import network
from chappe.rpc.context import Call, method
from chappe.rpc.help.config import dialled_dc
from chappe.tl import functions as f
from chappe.tl import types as t

API_HASH_LENGTH = 64


@method("auth.sendCode", open=True)
async def send_code(call: Call, q: f.auth.SendCode) -> t.auth.TypeSentCode:
    """A code for the number is on its way.

    Source: method/auth.sendCode, api/datacenter#user-migration
    Errors: PHONE_NUMBER_INVALID, API_ID_INVALID, SMS_CODE_CREATE_FAILED, FLOOD_WAIT_X; PHONE_MIGRATE_X when another
    data centre was dialled: whoever is at home where the files are needs no second key to fetch them;
    SESSION_PASSWORD_NEEDED when a token of an earlier sign-in stands for the code.
    """
    if q.api_id <= 0 or len(q.api_hash) > API_HASH_LENGTH:
        raise Invalid("api_id_invalid")
    if dialled_dc(call)[0] != call.services.dc_id:
        raise Invalid("phone_migrate", dc=call.services.dc_id)
    if q.settings.logout_tokens:
        from chappe.rpc.auth.sign_in import by_earlier_token

        await by_earlier_token(call, phone(call, q.phone_number), q.settings.logout_tokens)
    sent = await ask(call, q.phone_number, auth.SIGN_IN)
    return sent_code_view(call, sent)


@method("auth.resendCode", open=True)
async def resend_code(call: Call, q: f.auth.ResendCode) -> t.auth.TypeSentCode:
    """The code goes out again, by the next channel.

    Source: method/auth.resendCode
    Errors: PHONE_NUMBER_INVALID, PHONE_CODE_HASH_EMPTY, PHONE_CODE_EXPIRED, SEND_CODE_UNAVAILABLE, FLOOD_WAIT_X.
    """
    about, rules, lang = claim(call, q.phone_number, q.phone_code_hash), policy(call), lang_code(call)
    return sent_code_view(call, await call.write(lambda tx: auth.resend_code(tx, rules, about, lang)))


@method("auth.cancelCode", open=True)
async def cancel_code(call: Call, q: f.auth.CancelCode) -> bool:
    """The code is worth nothing any more.

    Source: method/auth.cancelCode
    Errors: PHONE_NUMBER_INVALID, PHONE_CODE_HASH_EMPTY, PHONE_CODE_EXPIRED.
    """
    about = claim(call, q.phone_number, q.phone_code_hash)
    await call.write(lambda tx: auth.cancel_code(tx, about))
    return True


async def ask(call: Call, phone_number: str, purpose: str) -> SentCode:
    """A code for the number is on its way, for this purpose."""
    code, phone_code_hash = auth.fresh(call.services.entropy)
    wanted = Ask(
        phone(call, phone_number), call.device.auth_key_id, network(call.request.ip), code, phone_code_hash, purpose,
        lang_code(call),
    )  # fmt: skip
    rules = policy(call)
    return await call.write(lambda tx: auth.send_code(tx, rules, wanted))


def phone(call: Call, number: str) -> str:
    """The number's digits. Errors: Invalid phone_number_invalid."""
    return phones.normalise(number, test_mode=call.services.limits.test_mode)


def claim(call: Call, number: str, phone_code_hash: str, purpose: str = auth.SIGN_IN) -> Claim:
    """What the device says about its code. Errors: Invalid phone_number_invalid, phone_code_hash_empty."""
    if not phone_code_hash:
        raise Invalid("phone_code_hash_empty")
    return Claim(phone(call, number), phone_code_hash, call.device.auth_key_id, purpose)


def policy(call: Call) -> Policy:
    """How this server hands out codes."""
    services = call.services
    limits = services.limits
    return Policy(services.wrapper, services.outlets, limits.test_mode, limits.limited, services.gate)


def lang_code(call: Call) -> str:
    """The language of the calling client."""
    return call.device.init.lang_code if call.device.init else ""


def sent_code_view(call: Call, sent: SentCode) -> t.auth.SentCode:
    """Where the code went and what may follow. Source: type/auth.SentCode"""
    next_type = _NEXT.get(sent.next_channel)
    return t.auth.SentCode(
        type=_type_view(call, sent),
        phone_code_hash=sent.phone_code_hash,
        next_type=next_type() if next_type else None,
        timeout=auth.NEXT_S if next_type else None,
    )


_NEXT: dict[str, type[t.auth.CodeTypeSms] | type[t.auth.CodeTypeFragmentSms]]
_NEXT = {"sms": t.auth.CodeTypeSms, "mail": t.auth.CodeTypeSms, "console": t.auth.CodeTypeSms,
         "page": t.auth.CodeTypeFragmentSms}  # fmt: skip


def _type_view(call: Call, sent: SentCode) -> t.auth.TypeSentCodeType:
    match sent.channel:
        case "app":
            return t.auth.SentCodeTypeApp(length=phones.CODE_LENGTH)
        case "mail":
            return t.auth.SentCodeTypeEmailCode(email_pattern=pattern(sent.email), length=phones.CODE_LENGTH)
        case "invite" | "page":
            # The type made for anonymous numbers: clients name the page where the code is shown.
            url = f"{call.services.link_prefix}sign-in"
            return t.auth.SentCodeTypeFragmentSms(url=url, length=phones.CODE_LENGTH)
        case _:
            return t.auth.SentCodeTypeSms(length=phones.CODE_LENGTH)


def pattern(email: str) -> str:
    """The address so that its owner recognises it and nobody else learns it."""
    name, _, host = email.partition("@")
    return f"{name[:1]}{'*' * max(1, len(name) - 2)}{name[-1:] if len(name) > 1 else ''}@{host}"
