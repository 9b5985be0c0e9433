"""The channels: each a function that hands one text to one address and says under which reference it was taken."""

from collections.abc import Callable, Mapping
from pathlib import Path

from inviolable.outbox.channels import gateway, mail, push, services, webhook
from inviolable.outbox.channels.terms import Fault, Gone, Refusal, Text, Trouble

#: home, address, what is said, whether this is an example (then nothing leaves this machine) -> reference.
Channel = Callable[[Path, str, Text, bool], str]
CHANNELS: Mapping[str, Channel] = {
    "mail": mail.send,
    "sms": gateway.text,
    "voice": gateway.call,
    "push": push.send,
    "webhook": webhook.send,
    "apprise": services.send,
}

__all__ = ["CHANNELS", "Channel", "Fault", "Gone", "Refusal", "Text", "Trouble"]
