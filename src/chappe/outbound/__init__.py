"""Mail, SMS webhook, web push and console: letters of the outbox are delivered, retried and rate-limited.

Comes in: rows of the outbox, a clock, the key that unseals them. Goes out: SMTP, HTTP, lines on a console.
Must never write what a letter says, or to whom, into a log, nor follow where an answer points to.
"""

from chappe.outbound.channel import Channel, Parcel, Undelivered
from chappe.outbound.console import ConsoleChannel
from chappe.outbound.mail import MailChannel, MailRoute
from chappe.outbound.runner import Runner
from chappe.outbound.sms import SmsChannel, VoiceChannel, signature
from chappe.outbound.webpush import PushChannel, application_key

__all__ = [
    "Channel",
    "ConsoleChannel",
    "MailChannel",
    "MailRoute",
    "Parcel",
    "PushChannel",
    "Runner",
    "SmsChannel",
    "Undelivered",
    "VoiceChannel",
    "application_key",
    "signature",
]
