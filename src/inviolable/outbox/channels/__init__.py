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

#: home, id of a message, whether this is an example -> the provider's reference of it, None where it has it not or
#: cannot say.
Asking = Callable[[Path, str, bool], str | None]
ASKS: Mapping[str, Asking] = {"sms": gateway.has_text, "voice": gateway.has_call}

__all__ = ["ASKS", "CHANNELS", "Asking", "Channel", "Fault", "Gone", "Refusal", "Text", "Trouble"]
