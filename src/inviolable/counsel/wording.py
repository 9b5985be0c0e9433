"""What results, reviews and instruments are called, and how an answer looks."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from inviolable.counsel.clocks import day_words
from inviolable.law.regime import state_name
from inviolable.law.words import texts
from inviolable.posts.roles import Role

#: How an answer looks; the words always say it too (web/parts/verdict.html).
TONES = {
    "refuse": "stop",
    "not_governed": "stop",
    "consent_needed_now": "care",
    "admit_by_consent": "go",
    "admit_protective_action_only": "go",
    "admit_by_treaty": "care",
    "no_treaty_bar": "care",
    "disputed": "open",
    "open": "open",
}
RESULT_TONES = {
    "breach": "stop",
    "arguable": "care",
    "disputed": "care",
    "engaged": "care",
    "yes": "go",
    "available": "go",
}


def review_words(role: str, on: str, language: str) -> str:
    """Who reviewed a pack and when; that nobody did, where `role` is empty."""
    labels = texts(language)["labels"]
    if not role:
        return str(labels["not_reviewed"])
    return str(
        labels["reviewed"].format(
            role=Role(role).label if role in Role.values else role, date=day_words(date.fromisoformat(on))
        )
    )


def result_words(result: str, language: str) -> str:
    """A result as the law's own words say it."""
    return str(texts(language)["results"][result])


def standing_words(standing: str) -> str:
    """What a row of the regime says of its instrument."""
    return {
        "governs": _("Governs"),
        "to_be_checked": _("To be checked by the legal adviser; nothing of it was used"),
        "arguable": _("Can be argued; nothing of it was used"),
        "not_loaded": _("Changes a convention that does not govern here; nothing of it was used"),
        "displaced": _("A convention between the two States comes first"),
        "no_premises_rule": _("Applies, and says nothing about entry as far as it was read"),
        "terminated": _("Has ended"),
        "historical": _("Was read; nothing shows that it is still in force"),
        "not_in_force": _("Does not bind both States on that day"),
        "settles_a_fact": _("Settles a fact, no rule of entry"),
        "hypothetical": _("Assumed to govern; nobody looked up whether it does"),
    }[standing]


def state_names(codes: Iterable[str], language: str) -> list[str]:
    """The names of sending and receiving State; none for a hypothetical case."""
    return [state_name(code, language) for code in codes if code]
