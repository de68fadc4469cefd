"""The client configuration: limits by name, as clients look them up. Source: api/config#client-configuration"""

import json
from zlib import crc32

from chappe.domain import checklists, passkeys, poll_answers
from chappe.tl import types as t

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

APP_CONFIG: dict[str, Json] = {
    "about_length_limit_default": 70,
    "authorization_autoconfirm_period": 604_800,
    "autoarchive_setting_available": False,
    "caption_length_limit_default": 1024,
    "chat_read_mark_expire_period": 604_800,
    "chat_read_mark_size_threshold": 100,
    "dialog_filters_chats_limit_default": 100,
    "dialog_filters_limit_default": 10,
    "dialog_filters_tooltip": False,
    "dialogs_folder_pinned_limit_default": 100,
    "dialogs_pinned_limit_default": 5,
    "emojies_send_dice": ["🎲", "🎯", "🏀", "⚽", "🎳", "🎰"],
    "factcheck_length_limit": 1024,
    "forum_upgrade_participants_min": 200,
    "hidden_members_group_size_min": 100,
    "ignore_restriction_reasons": [],
    "intro_description_length_limit": 70,
    "intro_title_length_limit": 32,
    "message_animated_emoji_max": 100,
    "passkeys_account_passkeys_max": passkeys.MOST,
    "pm_read_date_expire_period": 604_800,
    "poll_answer_delete_period": poll_answers.DELETE_S,
    "poll_answers_max": poll_answers.MOST,
    "premium_purchase_blocked": True,
    "qr_login_camera": True,
    "qr_login_code": "primary",
    "quote_length_max": 1024,
    "reactions_in_chat_max": 100,
    "reactions_uniq_max": 11,
    "reactions_user_max_default": 1,
    "ringtone_size_max": 307_200,
    "settings_display_passkeys": True,
    "stargifts_blocked": True,
    "stars_purchase_blocked": True,
    "stories_all_hidden": True,
    "stories_posting": "disabled",
    "telegram_antispam_group_size_min": 200,
    "todo_item_length_max": checklists.TASK_LENGTH,
    "todo_items_max": checklists.TASKS,
    "todo_title_length_max": checklists.TITLE_LENGTH,
    "upload_max_fileparts_default": 4000,
}


def json_value(value: Json) -> t.TypeJSONValue:
    """A JSON value as TL. Source: type/JSONValue"""
    match value:
        case None:
            return t.JsonNull()
        case bool():
            return t.JsonBool(value=value)
        case int() | float():
            return t.JsonNumber(value=float(value))
        case str():
            return t.JsonString(value=value)
        case list():
            return t.JsonArray(value=[json_value(v) for v in value])
        case dict():
            pairs = [t.JsonObjectValue(key=k, value=json_value(v)) for k, v in value.items()]
            return t.JsonObject(value=pairs)


def hash_of(config: dict[str, Json]) -> int:
    """Shape: positive int32, changes with what is said."""
    return crc32(json.dumps(config, sort_keys=True).encode()) & 0x7FFFFFFF


APP_CONFIG_HASH = hash_of(APP_CONFIG)
