"""Who there is, and what each may do."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from inviolable.posts.actions import Refused, add_user, is_empty, is_example, let_in, load_example_users
from inviolable.posts.models import Installation, User
from inviolable.posts.roles import MAY, Role, can

NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)


def test_the_list_of_roles_is_closed():
    assert set(Role.values) == {
        "reception",
        "officer",
        "head_of_post",
        "duty_officer",
        "legal",
        "press",
        "minister_office",
        "administrator",
        "auditor",
        "device",
    }


@pytest.mark.django_db
def test_the_database_itself_refuses_an_unknown_role():
    with pytest.raises(IntegrityError), transaction.atomic():
        User(name="x", role="emperor", added=NOW).save()


@pytest.mark.django_db
def test_a_person_is_added_without_any_password():
    user = add_user(" Ana ", "legal", now=NOW)
    assert (user.name, user.role, user.added) == ("Ana", "legal", NOW)
    assert not user.has_usable_password()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "role", "says"),
    [
        ("", "legal", "1 to 80"),
        ("a\nb", "legal", "printable"),
        ("a" * 81, "legal", "1 to 80"),
        ("a", "king", "reception"),
    ],
)
def test_a_bad_name_or_role_is_refused_in_words(name, role, says):
    with pytest.raises(Refused, match=says):
        add_user(name, role, now=NOW)
    assert is_empty()


@pytest.mark.django_db
def test_a_name_is_given_once():
    add_user("Ana", "legal", now=NOW)
    with pytest.raises(Refused, match="taken"):
        add_user("Ana", "press", now=NOW)


@pytest.mark.django_db
def test_whoever_may_sign_in_no_more_may_do_nothing():
    add_user("Ana", "legal", now=NOW)
    assert not can(let_in("Ana", False), "sign", "pack")
    assert can(let_in("Ana", True), "sign", "pack")
    with pytest.raises(Refused, match="nobody called 'Bea'"):
        let_in("Bea", False)


@pytest.mark.django_db
def test_the_example_fills_an_empty_home_and_only_that():
    assert {user.role for user in load_example_users(now=NOW)} == set(Role.values)
    assert is_example()
    with pytest.raises(Refused, match="never mixes with the real"):
        load_example_users(now=NOW)
    assert User.objects.count() == len(Role)


@pytest.mark.django_db
def test_a_home_with_a_real_person_never_becomes_an_example():
    add_user("Ana", "legal", now=NOW)
    with pytest.raises(Refused):
        load_example_users(now=NOW)
    assert not is_example()


@pytest.mark.django_db
def test_an_installation_is_one_row():
    Installation.objects.create(example=True, since=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Installation.objects.create(id=2, example=False, since=NOW)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("verb", "thing"), MAY)
def test_can_follows_its_table_for_every_role(role, verb, thing):
    assert can(User(name="x", role=role), verb, thing) == (role in MAY[verb, thing])
    assert not can(User(name="x", role=role, is_active=False), verb, thing)


def test_only_a_legal_adviser_signs_law():
    assert [role for role in Role if can(User(role=role), "sign", "pack")] == [Role.LEGAL]


def test_a_question_nobody_foresaw_is_an_error_and_not_a_no():
    with pytest.raises(LookupError, match="MAY"):
        can(User(role="legal"), "sing", "pack")


@pytest.mark.django_db
def test_a_home_with_a_record_is_not_empty_and_never_becomes_an_example(tmp_path, monkeypatch):
    from django.conf import settings
    from django.db import transaction

    from inviolable.ledger.actions import SYSTEM, append

    monkeypatch.setattr(settings, "HOME", tmp_path)
    with transaction.atomic():
        append("installation", "hold.placed", {"hold": "1", "reason": "x"}, actor=SYSTEM, now=NOW)
    assert not is_empty()
    with pytest.raises(Refused, match="never mixes"):
        load_example_users(now=NOW)
