"""The ministry's own note and bulletin run through the checks before they go out."""

from importlib.resources import files

import pytest
from tests.sources.press import MINNEAPOLIS, press

from inviolable.sources.drafts import check_text
from inviolable.sources.scene import Scene

BULLETIN = """Boletín: agentes de ICE intentaron ingresar al Consulado del Ecuador en Minneapolis

La mañana del martes 27 de enero de 2026, a las 11:00 CST (17:00 UTC), un agente de ICE intentó ingresar a la sede
consular. Se entregó una nota de protesta a la Embajada de los Estados Unidos en Quito, para que actos de esta
naturaleza no se repitan."""
GOOD = """On Tuesday, 27 January 2026 at 11:00 CST (17:00 UTC) an agent tried to enter the consulate and said
“If you touch me, I will grab you”. The Vienna Convention on Consular Relations forbids it. The Ministry
asks that such acts not be repeated."""
ON_FILE = Scene(demands=("that such acts not be repeated",))


def found(text: str, language: str = "en", scene: Scene = ON_FILE) -> set[tuple[str, str]]:
    return {(f.check, f.says) for f in check_text(text, "2026-01-27", language, "America/Chicago", scene, WORDS)}


WORDS = press(MINNEAPOLIS)


def test_the_bulletin_is_stopped_for_its_number_and_for_nothing_else() -> None:
    (one,) = check_text(BULLETIN, "2026-01-27", "es", "America/Chicago", ON_FILE, WORDS, reader="es")
    assert one.says == "Número de agentes: «un agente de ICE» y «agentes de ICE» en un mismo documento."


def test_the_bulletin_of_the_worked_example_is_stopped_for_the_same() -> None:
    example = files("inviolable.sources").joinpath("examples", "bulletin.es.txt").read_text("utf-8")
    (one,) = check_text(example, "2026-01-27", "es", "America/Chicago", ON_FILE, WORDS)
    assert (one.check, one.says[:17]) == ("inside", "Number of agents:")


def test_a_note_without_a_slip_passes() -> None:
    assert found(GOOD) == set()


SLIPS = [
    ("Tuesday, 27", "Monday, 27", "weekday", "2026-01-27 is a Tuesday, not a Monday."),
    ("17:00 UTC", "16:00 UTC", "clock", "11:00 and 16:00+00:00 are 60 minutes apart once both are in UTC."),
    ("the consulate", "the embassy", "place", "the post is a consular post"),
    ("Consular Relations", "Diplomatic Relations", "treaty", "that of 1963 on consular relations"),
    ("grab you", "shoot you at once", "quote", "no source given here has these words"),
    (
        "such acts not be repeated",
        "the officer be punished",
        "demand",
        "“that the officer be punished” is not a demand",
    ),
    ("asks that such acts not be repeated", "protests", "demand", "this text does not"),
    ("an agent tried", "an agent, and then agents, tried", "inside", "Number of agents: “an agent” and “agents”"),
]


@pytest.mark.parametrize(("right", "wrong", "check", "says"), SLIPS)
def test_each_slip_is_found(right: str, wrong: str, check: str, says: str) -> None:
    assert right in GOOD
    slips = found(GOOD.replace(right, wrong))
    assert any(name == check and says in sentence for name, sentence in slips), slips
    assert {name for name, _ in slips} == {check}


def test_dates_of_other_days_and_embassies_that_nobody_entered_are_no_slips() -> None:
    more = " The reply of Wednesday, 28 January 2026 was handed to the Embassy in Quito. On 1 February we met."
    assert found(GOOD + more) == set()


def test_a_zone_that_is_none_is_said() -> None:
    with pytest.raises(ValueError, match="IANA name such as America/Chicago"):
        check_text(GOOD, "2026-01-27", "en", "Minneapolis")


@pytest.mark.parametrize(
    "text", ["", " ", "«" * 5_000, "27 enero " * 2_000, "\x00\ud800", "11:" * 5_000, "agent " * 9_000]
)
def test_a_text_of_nothing_or_of_too_much_has_no_slip_and_an_end(text: str) -> None:
    assert check_text(text, "", "es", "America/Chicago") == ()
