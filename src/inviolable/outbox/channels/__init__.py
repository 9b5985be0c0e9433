"""The channels: each a function that hands one text to one address and says under which reference it was taken."""

from collections.abc import Callable, Mapping
from pathlib import Path

from inviolable.outbox.channels import gateway, mail, push, services, webhook
from inviolable.outbox.channels.providers import providers, secret_of
from inviolable.outbox.channels.terms import Enclosure, Fault, Gone, Refusal, Text, Trouble, Unclear

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

#: What [[channel]] in outbox.toml must and may say, of those that need to be configured.
TABLES = {
    "mail": (mail.NEEDED, mail.ALLOWED),
    "sms": (gateway.NEEDED, gateway.ALLOWED),
    "voice": (gateway.NEEDED, gateway.ALLOWED),
    "webhook": (webhook.NEEDED, webhook.ALLOWED),
}


def unusable(home: Path, channel: str) -> str:
    """Why nothing can go out by a channel, as far as its configuration says; "" where it can."""
    if channel not in CHANNELS:
        return "nothing here sends it"
    try:
        for told in providers(home, channel, *TABLES[channel]) if channel in TABLES else ():
            if "secret" in told:
                secret_of(home, told)
        if channel == "apprise":
            services.check_library()
    except Fault as fault:
        return str(fault)
    return ""


#: home, id of a message, whether this is an example -> the provider's reference of it, None where it has it not or
#: cannot say.
Asking = Callable[[Path, str, bool], str | None]
ASKS: Mapping[str, Asking] = {"sms": gateway.has_text, "voice": gateway.has_call}

__all__ = [
    "ASKS", "CHANNELS", "Asking", "Channel", "Enclosure", "Fault", "Gone", "Refusal", "Text", "Trouble", "Unclear",
    "unusable",
]  # fmt: skip
