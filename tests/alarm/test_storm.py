"""Alarms at many posts at once: one telephone rings about all of them, and one key answers them."""

from tests.alarm.conftest import DESK

from inviolable.alarm import actions, letters, storm, telephone
from inviolable.alarm.models import Alarm, Reply
from inviolable.outbox import loop
from inviolable.outbox.inbound import Told
from inviolable.outbox.models import Message
from inviolable.posts.models import Post


def raise_everywhere(night, **more) -> list[str]:
    """Every post in that State is stormed within seconds."""
    posts = Post.objects.filter(receiving="US", status="open").exclude(post_class="embassy").order_by("slug")
    names = []
    for post in posts[:12]:
        told = {"way": "page", "actor": DESK, "now": night.clock.now} | more
        names.append(actions.raise_alarm(post.slug, "attempted_entry", **told).id)
        loop.turn("test", night.clock)
        night.clock.forward(seconds=1)
    return names


def calls(night) -> list:
    return [text for text in night.phones.texts("quito-duty-1") if text.id.endswith("/voice")]


def test_of_many_alarms_the_telephone_rings_a_few_times_and_the_last_call_names_most(night):
    names = raise_everywhere(night)
    assert len(names) >= 8
    assert len(calls(night)) <= 2 + len(names).bit_length() - 1
    assert len([text for text in night.phones.texts("quito-duty-1") if text.id.endswith("/sms")]) == len(names)
    last = calls(night)[-1]
    assert last.short.startswith("Le esperan varias alarmas:")
    assert last.short.count("Consulate") >= 8


def test_one_key_answers_every_alarm_that_the_call_named_and_no_other(night):
    raise_everywhere(night)
    message = Message.objects.filter(template=storm.TEMPLATE, person="quito-duty-1").order_by("-queued")[0]
    named = set(message.context["alarms"].split())
    telephone.heard(["quito-duty-1"], message, Told("key", "voice", message=message.id, words="1"), night.clock.now)
    assert set(Reply.objects.filter(person="quito-duty-1").values_list("alarm", flat=True)) == named
    assert {one.role for one in Reply.objects.all()} == {"duty_officer"}
    left = set(Alarm.objects.values_list("id", flat=True)) - named
    night.wait(60)
    assert {text.id.partition("/")[0] for text in night.phones.texts("quito-duty-2")} <= left | {"storm"}


def test_two_alarms_are_two_calls(night):
    for post in ("minneapolis", "chicago"):
        night.raise_at(post=post)
    assert [text.id.partition("/")[0] == "storm" for text in calls(night)] == [False, False]


def test_a_drill_everywhere_is_no_storm_and_never_part_of_one(night):
    raise_everywhere(night, exercise=True)
    assert not Message.objects.filter(template=storm.TEMPLATE).exists()
    night.raise_at()
    assert not Message.objects.filter(template=storm.TEMPLATE).exists()


def test_whoever_has_nothing_but_a_telephone_is_called_for_each(night):
    from inviolable.posts.models import Contact

    Contact.objects.filter(person="quito-duty-1").exclude(channel="voice").delete()
    names = raise_everywhere(night)
    assert len(calls(night)) == len(names)


def test_a_call_about_alarms_that_are_answered_meanwhile_does_not_go_out(night):
    night.phones.silent = {"voice"}
    raise_everywhere(night)
    message = Message.objects.filter(template=storm.TEMPLATE, person="quito-duty-1").first()
    assert letters.unwanted([message]) == set()
    for name in message.context["alarms"].split():
        actions.stand_down(name, "over", actor=DESK, now=night.clock.now)
    assert letters.unwanted([message]) == {message.id}
