"""The pages of posts, as those read them who may."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from tests.counsel.conftest import words_of

from inviolable.ledger.actions import SYSTEM
from inviolable.posts.actions import add_user, end_role
from inviolable.posts.example import load_example_posts
from inviolable.posts.models import HeldRole
from inviolable.posts.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def posts(home):
    load_example_posts(datetime.now(UTC))


def read(address, role="reception", language="en"):
    client = Client(headers={"Accept-Language": language})
    client.force_login(add_user(str(uuid4()), role, now=datetime.now(UTC)))
    answer = client.get(address)
    assert answer.status_code == 200
    return words_of(answer.content.decode())


def test_whoever_sits_at_the_door_sees_who_may_consent_and_why(posts):
    said = read("/posts/minneapolis/")
    assert "the head of post, Minneapolis : the head of post VCCR 31(2)" in said
    assert "the consular officer, Minneapolis : designated for this by the head of post VCCR 31(2)" in said
    assert "for: ambulance and fire crews in the waiting room" in said
    assert "the head of mission : head of the diplomatic mission VCCR 31(2)" in said
    assert "Nothing, now or within a week." not in said


def test_a_vacant_post_says_so_first_in_both_languages(posts):
    for held in HeldRole.objects.filter(post__in=["houston", "washington"]):
        end_role(held, datetime.now(UTC) - timedelta(minutes=1), actor=SYSTEM, now=datetime.now(UTC))
    assert "Nobody is recorded today who may consent: the answer is no, whoever asks." in read("/posts/houston/")
    assert "Nadie consta hoy" in read("/posts/houston/", language="es")
    said = read("/posts/")
    assert "nobody may consent" in said
    assert "1 warning" in read("/posts/")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.DEVICE])
def test_everybody_of_ours_reads_posts_and_a_device_does_not(posts, role):
    assert "Minneapolis" in read("/posts/", role)


def test_no_number_of_anybody_is_on_a_page(posts):
    assert "+1202" not in read("/posts/minneapolis/") + read("/posts/ministry/")
