"""Which pages go back to the same root: by credit, by copied sentences, and by the slip that two do not make alone."""

from datetime import date

from inviolable.sources.lineage import Kinship, Page, kinships

COPIED = (
    "The foreign ministry of Norland handed a note of protest to the embassy and asked that such acts "
    "not be repeated at any of its consular offices."
)
PUBLISHED = date(2026, 1, 29)


def page(name: str, text: str, language: str = "en") -> Page:
    return Page(name, text, language, PUBLISHED, "America/Chicago")


def of(kind: str, found: list[Kinship]) -> list[Kinship]:
    return [one for one in found if one.kind == kind]


def test_a_page_says_whom_it_wrote_from() -> None:
    pages = [
        page("a", "QUITO (AFP) An agent tried to enter a consulate."),
        page("b", "The consul told Reuters that an agent tried to enter."),
        page("c", "Un agente intentó entrar, según EFE.", "es"),
        page("d", "Un agente intentó entrar.\n\nAFP", "es"),
        page("e", "An agent tried to enter. The map apps failed."),
    ]
    credited = {one.root: one.pages for one in of("credit", kinships(pages))}
    assert credited == {"AFP": ("a", "d"), "Reuters": ("b",), "EFE": ("c",)}


def test_a_long_sentence_in_two_pages_was_copied_even_where_a_word_was_changed() -> None:
    pages = [
        page("first", f"An agent came to the door. {COPIED}"),
        page("second", f"Here is what we know. {COPIED.replace('handed', 'delivered')} More soon."),
        page("third", "A neighbour saw two men at the door and heard somebody shout in the street at noon that day."),
    ]
    (shared,) = of("sentence", kinships(pages))
    assert shared.pages == ("first", "second")
    for place, text in zip(shared.places, (pages[0].text, pages[1].text), strict=True):
        assert text[place.start : place.end] == place.quote


def test_two_sentences_with_a_few_words_in_common_are_no_copies() -> None:
    other = (
        "A note of protest to the embassy is what the lawyers of the shipping company in the harbour wanted all along."
    )
    assert kinships([page("a", COPIED), page("b", other)]) == []


def test_short_sentences_are_the_same_by_chance() -> None:
    pages = [page("a", "An agent tried to enter."), page("b", "An agent tried to enter.")]
    assert kinships(pages) == []


def test_the_same_impossible_date_in_two_languages_is_one_slip() -> None:
    pages = [
        page("en", "It happened on Tuesday, January 28, 2026, the ministry said."),
        page("es", "El hecho ocurrió el martes 28 de enero de 2026.", "es"),
        page("right", "It happened on Tuesday, January 27, 2026."),
        page("right too", "It happened on Tuesday, January 27, 2026."),
        page("other", "It happened on Monday, January 28, 2026."),
    ]
    (slip,) = of("error", kinships(pages))
    assert (slip.root, slip.pages) == ("2026-01-28", ("en", "es"))
    assert [one.quote for one in slip.places] == ["Tuesday, January 28, 2026", "el martes 28 de enero de 2026"]


def test_a_page_is_no_kin_of_itself() -> None:
    twice = f"{COPIED}\n\n{COPIED}\n\nIt happened on Tuesday, January 28, 2026. Again on Tuesday, January 28, 2026."
    assert kinships([page("a", twice)]) == []


def test_a_language_without_words_is_compared_all_the_same() -> None:
    said = "Le ministère a remis une note de protestation à l'ambassade et demandé que cela ne se répète pas."
    (shared,) = kinships([page("a", said, "fr"), page("b", said, "fr")])
    assert shared.pages == ("a", "b")


def test_the_order_of_pages_changes_no_kinship() -> None:
    pages = [page(name, f"{COPIED} On Tuesday, January 28, 2026. (AFP)") for name in "abc"]
    forth, back = kinships(pages), kinships(pages[::-1])
    assert {(one.kind, frozenset(one.pages)) for one in forth} == {(one.kind, frozenset(one.pages)) for one in back}
