"""The law book: everything in both languages, every link leads somewhere, nothing comes from elsewhere."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.server import inviolable

from inviolable.law.book import Precedent, Shelf, book_words, provision_anchor, read_precedents, rule_anchor, write_book
from inviolable.law.faults import Faulty
from inviolable.law.law import shipped_packs
from inviolable.law.lawfile import LANGUAGES
from inviolable.law.review import SignOff
from inviolable.law.vocabulary import TAGS, vocabulary
from inviolable.law.words import texts

pytestmark = pytest.mark.long
PACKS = shipped_packs()
ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "examples"
PRECEDENTS = ROOT / "precedents"
every_language = pytest.mark.parametrize("language", LANGUAGES)


class Reader(HTMLParser):
    """Collects what a page links to, what can be linked to, and which elements are left open."""

    VOID = {"meta", "link", "br", "img", "hr", "input"}

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "a":
            self.links.append(attributes["href"])
        elif "href" in attributes or "src" in attributes:
            self.loads.append(attributes.get("href") or attributes["src"])
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text("utf-8"))
    assert reader.open == [], path
    return reader


@pytest.fixture(scope="module")
def decided() -> list[Precedent]:
    return read_precedents(PRECEDENTS, {})


#: The official addresses of treaties, which a reader opens elsewhere.
PUBLISHED = {pack.address for pack in PACKS.values() if pack.address}


@pytest.fixture(scope="module")
def book(tmp_path_factory, decided) -> Path:
    folder = tmp_path_factory.mktemp("book") / "made"
    write_book(folder, Shelf(PACKS, [*read_precedents(EXAMPLES, {}), *decided]))
    return folder


@pytest.fixture(scope="module")
def pages(book) -> dict[Path, Reader]:
    return {path: read(path) for path in book.rglob("*.html")}


def test_every_link_leads_to_a_page_and_a_place_on_it_or_to_where_a_treaty_is_published(pages):
    assert len(pages) > 2 * len(PACKS)
    for path, page in pages.items():
        for link in page.links:
            if unescape(link) in PUBLISHED:
                continue
            target, _, anchor = unescape(link).partition("#")
            there = (path.parent / target).resolve() if target else path
            assert there in pages, f"{path}: {link}"
            assert not anchor or anchor in pages[there].ids, f"{path}: {link}"


def test_nothing_is_loaded_but_the_books_own_style(pages, book):
    for path, page in pages.items():
        assert [(path.parent / name).resolve() for name in page.loads] == [book / "book.css"]
        assert not page.tags & {"script", "style", "iframe", "img", "object", "form"}
    style = (book / "book.css").read_text("utf-8")
    assert "url(" not in style
    assert "@import" not in style


def test_no_two_places_on_a_page_have_one_name(pages):
    for path, page in pages.items():
        assert len(set(page.ids)) == len(page.ids), path


@every_language
@pytest.mark.parametrize("pack_id", PACKS)
def test_every_provision_and_rule_is_there_in_words(book, language, pack_id):
    text = (book / language / f"pack-{pack_id}.html").read_text("utf-8")
    said = unescape(text)
    assert f'<html lang="{language}">' in text
    assert PACKS[pack_id].hash in text
    for provision in PACKS[pack_id].provisions:
        assert f'id="{provision_anchor(provision.cite)}"' in text
        assert provision.title[language] in said
        assert provision.text[language] in said
        for rule in provision.rules:
            assert f'id="{rule_anchor(rule.id)}"' in text
            assert rule.words[language] in said
            for condition in rule.conditions:
                if condition.name in vocabulary().facts:
                    words = texts(language)["facts"][condition.name]
                    assert words["question"] in said
                    assert all(words["answers"][value] in said for value in condition.values)


@every_language
def test_every_disputed_point_has_all_its_views_and_authorities(book, language):
    said = unescape((book / language / "disputed.html").read_text("utf-8"))
    for name, position in vocabulary().positions.items():
        assert texts(language)["positions"][name]["question"] in said
        assert f'id="position-{name}"' in said
        for option in position.options:
            assert texts(language)["positions"][name]["authority"][option] in said


@every_language
def test_what_is_weak_unreviewed_or_to_be_checked_is_named(book, language):
    said = unescape((book / language / "open.html").read_text("utf-8"))
    for pack in PACKS.values():
        assert f'href="pack-{pack.id}.html"' in said
        for rule in pack.rules:
            assert (f'#{rule_anchor(rule.id)}"' in said) == (rule.tag in ("A", "M")), rule.id
    assert "havana-1928" in said


@every_language
def test_a_rule_names_the_cases_that_rest_on_it(book, language):
    text = (book / language / "pack-vccr.html").read_text("utf-8")
    rule = text[text.index('id="rule-vccr-no-entry"') :].partition("</article>")[0]
    assert 'href="precedents.html#minneapolis-2026"' in rule
    precedents = (book / language / "precedents.html").read_text("utf-8")
    case = precedents[precedents.index('id="minneapolis-2026"') :].partition("</section>")[0]
    assert texts(language)["results"]["refuse"] in unescape(case)
    assert 'href="pack-vccr.html#rule-vccr-no-entry"' in case


@every_language
def test_every_precedent_is_there_with_its_answer(book, decided, language):
    said = unescape((book / language / "precedents.html").read_text("utf-8"))
    assert len(decided) > 50
    for precedent in decided:
        case = said[said.index(f'<section id="{precedent.id}">') :].partition("</section>")[0]
        assert precedent.title in case
        assert texts(language)["results"][precedent.answer] in case


@every_language
def test_every_tag_is_explained_on_the_first_page(book, language):
    said = unescape((book / language / "index.html").read_text("utf-8"))
    for tag in TAGS:
        assert texts(language)["tags"][tag] in said


def test_the_books_own_words_are_the_same_in_every_language():
    english, spanish = book_words("en"), book_words("es")
    assert list(english) == list(spanish)
    assert list(english["place"]) == list(spanish["place"]) == list(vocabulary().modules["place"].results)
    assert all(value for words in (english, spanish) for value in words.values())


def test_what_a_ministry_decided_is_in_its_own_book(tmp_path):
    signed = SignOff("vccr", PACKS["vccr"].hash, "legal", "2026-01-29")
    stale = SignOff("vcdr", "0" * 64, "legal", "2025-01-01")
    official = {"VCCR 31(2)": "Certified <words>."}
    write_book(tmp_path / "b", Shelf(PACKS, (), {"closed-post": "kept"}, [signed, stale], official))
    page = (tmp_path / "b/en/pack-vccr.html").read_text("utf-8")
    assert "Reviewed by legal on 2026-01-29" in page
    assert "Certified &lt;words&gt;." in page
    assert "Not yet reviewed" in (tmp_path / "b/en/pack-vcdr.html").read_text("utf-8")
    assert "Chosen by the legal adviser" in (tmp_path / "b/en/disputed.html").read_text("utf-8")
    assert not (tmp_path / "b/en/precedents.html").exists()


def test_a_folder_with_something_in_it_is_refused_and_untouched(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(Faulty, match="not empty"):
        write_book(tmp_path, Shelf(PACKS))
    with pytest.raises(Faulty, match="not empty"):
        write_book(tmp_path / "mine.txt", Shelf(PACKS))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_broken_precedent_stops_the_book_before_anything_is_written(tmp_path):
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases/bad.toml").write_text("[case]\n", encoding="utf-8")
    done = inviolable(
        "law", "book", "--html", str(tmp_path / "out"), "--precedents", str(tmp_path / "cases"), home=tmp_path / "cases"
    )
    assert done.returncode == 2
    assert "bad.toml" in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_command_writes_the_book_once(tmp_path):
    (tmp_path / "home").mkdir()
    arguments = ("law", "book", "--html", str(tmp_path / "out"), "--precedents", str(EXAMPLES))
    done = inviolable(*arguments, home=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    assert str(tmp_path / "out/index.html") in done.stdout
    again = inviolable(*arguments, home=tmp_path / "home")
    assert again.returncode == 2
    assert again.stderr.count("\n") == 1
    assert list((tmp_path / "home").iterdir()) == []


def test_a_folder_of_precedents_that_is_none_is_refused(tmp_path):
    arguments = ("law", "book", "--html", str(tmp_path / "out"), "--precedents", "/nowhere")
    done = inviolable(*arguments, home=tmp_path / "home")
    assert done.returncode == 2
    assert "is no folder" in done.stderr


def test_pinpoints_make_anchors_that_never_meet():
    for pack in PACKS.values():
        anchors = [provision_anchor(provision.cite) for provision in pack.provisions]
        assert len(set(anchors)) == len(anchors), pack.id
        assert all(re.fullmatch(r"[a-z0-9-]+", anchor) for anchor in anchors)


@pytest.mark.parametrize("name", ["../../out", "x/../../../out", '"><script>', "a b", ""])
def test_nothing_is_written_outside_the_folder(tmp_path, name):
    pack = replace(PACKS["vccr"], id=name)
    with pytest.raises(Faulty, match="cannot be a page"):
        write_book(tmp_path / "made", Shelf({name: pack}))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_refused_in_words(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Faulty, match="name a folder you can write"):
        write_book(tmp_path / "file" / "made", Shelf(PACKS))
