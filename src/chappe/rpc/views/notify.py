"""Notification settings as TL values. Source: type/PeerNotifySettings"""

from chappe.domain.notifications import UNSET, OfReactions, Settings
from chappe.rpc.views.peers import peer_view
from chappe.tl import types as t

LOCAL, RINGTONE = "local:", "ringtone:"


def notify_view(settings: Settings = UNSET) -> t.PeerNotifySettings:
    """What was set; what was not stays out, so that the wider scope counts."""
    sound = sound_view(settings.sound)
    return t.PeerNotifySettings(
        show_previews=settings.show_previews, silent=settings.silent, mute_until=settings.mute_until,
        ios_sound=sound, android_sound=sound, other_sound=sound,
        stories_muted=settings.stories_muted, stories_hide_sender=settings.stories_hide_sender,
    )  # fmt: skip


def sound_view(sound: str | None) -> t.TypeNotificationSound | None:
    """The TL form of a sound. Shape: default, none, `local:title<newline>data`, `ringtone:id`."""
    if sound is None:
        return None
    if sound == "none":
        return t.NotificationSoundNone()
    if sound.startswith(LOCAL):
        title, _, data = sound.removeprefix(LOCAL).partition("\n")
        return t.NotificationSoundLocal(title=title, data=data)
    if sound.startswith(RINGTONE):
        return t.NotificationSoundRingtone(id=int(sound.removeprefix(RINGTONE)))
    return t.NotificationSoundDefault()


def sound_of(value: t.TypeNotificationSound | None) -> str | None:
    """The stored form of a sound."""
    match value:
        case None:
            return None
        case t.NotificationSoundNone():
            return "none"
        case t.NotificationSoundLocal():
            return f"{LOCAL}{value.title[:64]}\n{value.data[:256]}"
        case t.NotificationSoundRingtone():
            return f"{RINGTONE}{value.id}"
        case _:
            return "default"


WHOSE: dict[str, type[t.ReactionNotificationsFromAll] | type[t.ReactionNotificationsFromContacts]] = {
    "all": t.ReactionNotificationsFromAll, "contacts": t.ReactionNotificationsFromContacts,
}


def whose(value: t.TypeReactionNotificationsFrom | None) -> str:
    """The stored form of whose reactions are told."""
    return next((name for name, kind in WHOSE.items() if isinstance(value, kind)), "")


def reactions_view(settings: OfReactions) -> t.ReactionsNotifySettings:
    """Source: type/reactionsNotifySettings"""
    messages, stories, votes = [
        WHOSE[one]() if one else None for one in (settings.messages, settings.stories, settings.votes)
    ]
    return t.ReactionsNotifySettings(
        messages_notify_from=messages, stories_notify_from=stories, poll_votes_notify_from=votes,
        sound=sound_view(settings.sound) or t.NotificationSoundDefault(), show_previews=settings.show_previews,
    )  # fmt: skip


def scope_view(scope: str) -> t.TypeNotifyPeer:
    """Whom settings of a scope are about. Shape: users, chats, broadcasts, `peer:<id>` or `peer:<id>/<topic>`."""
    match scope:
        case "users":
            return t.NotifyUsers()
        case "chats":
            return t.NotifyChats()
        case "broadcasts":
            return t.NotifyBroadcasts()
        case _:
            peer, _, topic = scope.removeprefix("peer:").partition("/")
            if topic:
                return t.NotifyForumTopic(peer=peer_view(int(peer)), top_msg_id=int(topic))
            return t.NotifyPeer(peer=peer_view(int(peer)))
