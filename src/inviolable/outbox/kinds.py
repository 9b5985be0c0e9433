"""The kinds of entry of this room. No address and no name is in them: a person is an id."""

from inviolable.ledger.registry import Kind, declare, number, one_of, text
from inviolable.posts.terms import CHANNELS

#: What becomes of a message whose sending was cut off: sent again and marked as a repeat; the same, but the provider is
#: asked first whether it has it; or left to a person.
CRASH = ("resend", "ask", "hold")

declare(
    Kind(
        "message.queued",
        {"message": text, "person": text, "channel": one_of(*CHANNELS), "template": text, "crash": one_of(*CRASH)},
    ),
    # reference: of whoever took it, where they gave one.
    Kind("message.sent", {"message": text, "attempt": number}, {"reference": text}),
    # What the provider says became of it.
    Kind("message.delivered", {"message": text}),
    Kind("message.failed", {"message": text, "attempt": number, "why": text}),
    # What was held: sent after all, or gone out, as a person says.
    Kind("message.released", {"message": text}),
    Kind("message.confirmed", {"message": text}),
    Kind("message.held", {"message": text, "attempt": number, "why": text}),
)
