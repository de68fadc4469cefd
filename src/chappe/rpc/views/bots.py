"""Bots as TL values. Source: type/BotInfo"""

from collections.abc import Iterable

from chappe.domain.bots import Command, Info
from chappe.tl import types as t


def bot_info_view(info: Info) -> t.BotInfo:
    """What a chat with the bot shows. Source: type/BotInfo"""
    return t.BotInfo(
        user_id=info.bot_id,
        description=info.description or None,
        commands=commands_view(info.commands) or None,
        menu_button=t.BotMenuButtonCommands() if info.commands else t.BotMenuButtonDefault(),
    )


def commands_view(commands: Iterable[Command]) -> list[t.TypeBotCommand]:
    """The commands in their order. Source: type/BotCommand"""
    return [t.BotCommand(command=one.command, description=one.description) for one in commands]
