"""The law book: the whole law as static pages, in every language, for reading, printing and arguing about.

Provision → rules → facts → precedents → what is disputed, unverified or unreviewed. No script, no network; pages of
the product link to the same anchors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from .assess import Assessment
from .casefile import load_case
from .faults import Fault, Faulty, shown
from .lawfile import LANGUAGES, NAME, Pack, Provision, Rule
from .regime import state_name
from .review import SignOff, of_pack
from .vocabulary import LAW, TAGS, read_toml, vocabulary
from .words import texts

KINDS = ("base", "common", "bilateral", "declaration")
WEAK = ("A", "M")
TO_CHECK = ("to_be_checked", "arguable", "historical")
OWN_NAMES = {language: str(read_toml(f"texts/{language}.toml")["language"]) for language in LANGUAGES}


@dataclass(frozen=True)
class Precedent:
    """A decided case, and the rules that its answers rest on."""

    id: str
    title: str
    answer: str
    tag: str
    source: str
    rules: frozenset[str]


@dataclass(frozen=True)
class Shelf:
    """Everything the book is made of. The last four are what one ministry has decided or added."""

    packs: Mapping[str, Pack]
    precedents: Sequence[Precedent] = ()
    positions: Mapping[str, str] = field(default_factory=dict)
    signed: Sequence[SignOff] = ()
    official: Mapping[str, str] = field(default_factory=dict)


def provision_anchor(cite: str) -> str:
    """`VCCR 31(2)` is at `#vccr-31-2`, in the book and in the product."""
    return re.sub(r"[^a-z0-9]+", "-", cite.lower()).strip("-")


def rule_anchor(rule_id: str) -> str:
    """`vccr/no-entry` is at `#rule-vccr-no-entry`."""
    return "rule-" + provision_anchor(rule_id)


def condition_words(name: str, values: Iterable[str], language: str) -> tuple[str, str]:
    """A condition of a rule in words: (the question, the answers it asks for)."""
    words, own = texts(language), book_words(language)
    known = vocabulary()
    wanted = set(values)
    if name in known.facts:
        said = [words["facts"][name]["answers"][value] for value in known.facts[name].values if value in wanted]
        question = words["facts"][name]["question"]
    else:
        results = own["place"] if name == "place" else words["results"]
        said = [results[value] for value in (*known.modules[name].results, "arguable") if value in wanted]
        question = words["modules"][name]
    return str(question), f" {own['or']} ".join(said)


@cache
def book_words(language: str) -> Mapping[str, Any]:
    """The book's own words (book.toml)."""
    found: Mapping[str, Any] = read_toml("book.toml")[language]
    return found


def read_precedents(folder: Path, positions: Mapping[str, str]) -> list[Precedent]:
    """Every case file below a folder, decided. Raises Faulty with the faults of all."""
    found: list[Precedent] = []
    faults: list[Fault] = []
    for path in sorted(folder.rglob("*.toml")):
        try:
            case = load_case(path)
            answer = Assessment(case, positions).answer()
        except Faulty as faulty:
            faults.extend(faulty.faults)
            continue
        decided = (answer["entry"], *answer["findings"])
        rules = {reason["rule"] for part in decided for reason in part["because"] if reason["state"] == "holds"}
        name = path.relative_to(folder).with_suffix("").as_posix().replace("/", "-")
        entry = answer["entry"]
        found.append(Precedent(name, case.title, entry["answer"], entry["tag"], case.source, frozenset(rules)))
    if faults:
        raise Faulty(faults)
    return found


def write_book(folder: Path, shelf: Shelf) -> list[Path]:
    """Write the book into a folder that is empty or not there yet; the files written. Raises Faulty otherwise.

    Every page is made before the first is written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Faulty([Fault(str(folder), 0, "is there already and not empty", "name an empty folder or a new one")])
    faults = [
        Fault(pack.file, 1, f"pack {shown(pack.id)} cannot be a page", "small letters, digits and hyphens")
        for pack in shelf.packs.values()
        if not NAME.fullmatch(pack.id)
    ]
    if faults:
        raise Faulty(faults)
    pages = {"index.html": _cover(), "book.css": LAW.joinpath("book.css").read_text(encoding="utf-8")}
    for language in LANGUAGES:
        for name, text in _Volume(shelf, language).pages():
            pages[f"{language}/{name}"] = text
    written = []
    try:
        for name, text in pages.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(path)
    except OSError as error:
        raise Faulty(
            [Fault(str(folder), 0, f"cannot be written: {error.strerror}", "name a folder you can write")]
        ) from None
    return written


def _cover() -> str:
    links = "".join(
        f'<li lang="{language}"><a href="{language}/index.html" hreflang="{language}">'
        f"{escape(book_words(language)['title'])}</a> <span>{escape(name)}</span></li>"
        for language, name in OWN_NAMES.items()
    )
    return _html(
        "en", book_words("en")["title"], "book.css", f'<main><h1>Inviolable</h1><ul class="cover">{links}</ul></main>'
    )


def _html(language: str, title: str, style: str, body: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f'<title>{escape(title)}</title>\n<link rel="stylesheet" href="{style}">\n</head>\n'
        f"<body>\n{body}\n</body>\n</html>\n"
    )


class _Volume:
    """The book in one language."""

    def __init__(self, shelf: Shelf, language: str) -> None:
        self.shelf, self.language = shelf, language
        self.own, self.law = book_words(language), texts(language)
        self.words = vocabulary()
        self.rules = {rule.id: rule for pack in shelf.packs.values() for rule in pack.rules}
        self.signed = {pack.id: sign for pack in shelf.packs.values() if (sign := of_pack(pack, shelf.signed))}
        self.resting: dict[str, list[Precedent]] = {}
        for precedent in shelf.precedents:
            for rule in precedent.rules:
                self.resting.setdefault(rule, []).append(precedent)

    def say(self, key: str) -> str:
        return escape(str(self.own[key]))

    def pages(self) -> Iterator[tuple[str, str]]:
        yield "index.html", self.page("index.html", self.own["title"], self.contents())
        for pack in self.shelf.packs.values():
            name = f"pack-{pack.id}.html"
            yield name, self.page(name, pack.title[self.language], self.pack(pack))
        yield "facts.html", self.page("facts.html", self.own["facts"], self.facts())
        yield "disputed.html", self.page("disputed.html", self.own["disputed"], self.disputed())
        yield "open.html", self.page("open.html", self.own["open"], self.unverified())
        if self.shelf.precedents:
            yield "precedents.html", self.page("precedents.html", self.own["precedents"], self.precedents())

    def page(self, name: str, title: str, body: Iterator[str]) -> str:
        others = "".join(
            f' <a href="../{other}/{escape(name)}" hreflang="{other}" lang="{other}">{escape(own)}</a>'
            for other, own in OWN_NAMES.items()
            if other != self.language
        )
        head = f'<header><nav><a href="index.html">Inviolable · {self.say("home")}</a>{others}</nav></header>'
        main = f"<main>\n<h1>{escape(title)}</h1>\n" + "\n".join(body) + "\n</main>"
        full = title if name == "index.html" else f"{title} · {self.own['title']}"
        return _html(self.language, f"{full} · Inviolable", "../book.css", f"{head}\n{main}")

    # ---- the pages --------------------------------------------------------------------------

    def contents(self) -> Iterator[str]:
        yield f'<p class="lead">{self.say("lead")}</p>'
        for kind in KINDS:
            packs = [pack for pack in self.shelf.packs.values() if pack.kind == kind]
            if packs:
                yield f'<h2>{self.say("kind_" + kind)}</h2>\n<ul class="contents">'
                for pack in packs:
                    counts = (
                        f"{self.say('provisions')}: {len(pack.provisions)} · {self.say('rules')}: {len(pack.rules)}"
                    )
                    yield (
                        f'<li><a href="pack-{escape(pack.id)}.html">{escape(pack.title[self.language])}</a>'
                        f'<p class="aside">{counts} · {self.review(pack)}</p></li>'
                    )
                yield "</ul>"
        yield f'<h2>{self.say("contents")}</h2>\n<ul class="contents">'
        for name in ("disputed", "open", "facts", *(("precedents",) if self.shelf.precedents else ())):
            yield f'<li><a href="{name}.html">{self.say(name)}</a><p class="aside">{self.say(name + "_lead")}</p></li>'
        yield "</ul>"
        yield f'<h2>{self.say("tags")}</h2>\n<dl class="tags">'
        for tag in TAGS:
            yield f"<div><dt>{self.tag(tag)}</dt><dd>{escape(self.law['tags'][tag])}</dd></div>"
        yield "</dl>"

    def pack(self, pack: Pack) -> Iterator[str]:
        yield f'<p class="lead">{self.review(pack)}</p>'
        yield f'<p class="aside">{self.say("hash")}: <code>{escape(pack.hash)}</code></p>'
        yield f'<nav><h2>{self.say("contents")}</h2>\n<ol class="provisions">'
        for provision in pack.provisions:
            title = f"{escape(provision.cite)} {escape(provision.title[self.language])}"
            yield f'<li><a href="#{provision_anchor(provision.cite)}">{title}</a></li>'
        yield "</ol></nav>"
        for provision in pack.provisions:
            yield from self.provision(pack, provision)

    def provision(self, pack: Pack, provision: Provision) -> Iterator[str]:
        anchor = provision_anchor(provision.cite)
        yield f'<section id="{anchor}" aria-labelledby="{anchor}-title">'
        yield (
            f'<h2 id="{anchor}-title"><span class="cite">{escape(provision.cite)}</span> '
            f"{escape(provision.title[self.language])} {self.tag(provision.tag)}</h2>"
        )
        yield f'<p class="aside">{self.say("ours")}</p>\n<p>{escape(provision.text[self.language])}</p>'
        if official := self.shelf.official.get(provision.cite):
            yield f'<p class="aside">{self.say("official")}</p><blockquote>{escape(official)}</blockquote>'
        if provision.source:
            yield f'<p class="aside">{self.say("source")}: {escape(provision.source)}</p>'
        if pack.published:
            where = escape(pack.published)
            where = f'<a href="{escape(pack.address)}" rel="noreferrer">{where}</a>' if pack.address else where
            yield f'<p class="aside">{self.say("read")}: {where}</p>'
        if not provision.rules:
            yield f'<p class="aside">{self.say("no_rules")}</p>'
        for rule in provision.rules:
            yield from self.rule(rule)
        yield "</section>"

    def rule(self, rule: Rule) -> Iterator[str]:
        weak = " weak" if rule.tag in WEAK else ""
        yield f'<article class="rule{weak}" id="{rule_anchor(rule.id)}">'
        yield f"<h3>{escape(rule.words[self.language])} {self.tag(rule.tag)}</h3>\n<dl>"
        conditions = [self.condition(one.name, one.values) for one in rule.conditions]
        yield self.row("when", conditions or ([] if rule.views else [self.say("defeats_default")]))
        yield self.row(
            "view",
            [
                f'<a href="disputed.html#position-{name}">{escape(self.law["positions"][name]["question"])}</a> '
                f"<b>{escape(self.law['positions'][name][option])}</b>"
                for name, option in rule.views
            ],
        )
        question, result = condition_words(rule.module, (rule.result,), self.language)
        yield self.row("then", [f"{escape(question)}: <b>{escape(result)}</b>"])
        yield self.row("over", [self.link(self.rules[name]) for name in rule.over if name in self.rules])
        yield self.row("do", [escape(self.law["do"][key]) for key in rule.do])
        yield self.row("comment", [escape(rule.comment)] if rule.comment else [])
        yield "</dl>"
        if resting := self.resting.get(rule.id):
            yield f"<details><summary>{self.say('rests')}: {len(resting)}</summary><ul>"
            yield "".join(
                f'<li><a href="precedents.html#{escape(one.id)}">{escape(one.title)}</a></li>' for one in resting
            )
            yield "</ul></details>"
        yield f'<p class="aside"><code>{escape(rule.id)}</code></p></article>'

    def facts(self) -> Iterator[str]:
        yield f'<p class="lead">{self.say("facts_lead")}</p>'
        readers: dict[str, dict[tuple[str, str], None]] = {}
        for pack in self.shelf.packs.values():
            for rule in pack.rules:
                for condition in rule.conditions:
                    readers.setdefault(condition.name, {})[(pack.id, rule.cite)] = None
        for fact in self.words.facts.values():
            said = self.law["facts"][fact.id]
            yield f'<section id="fact-{fact.id}"><h2>{escape(said["question"])}</h2>\n<ul>'
            yield "".join(f"<li>{escape(said['answers'][value])}</li>" for value in fact.values) + "</ul>"
            if fact.decides == "never":
                yield f'<p class="aside">{self.say("never")}</p>'
            else:
                links = ", ".join(
                    f'<a href="pack-{escape(pack)}.html#{provision_anchor(cite)}">{escape(cite)}</a>'
                    for pack, cite in readers.get(fact.id, ())
                )
                yield f'<p class="aside">{self.say("read_by")}: {links}</p>'
            yield "</section>"

    def disputed(self) -> Iterator[str]:
        yield f'<p class="lead">{self.say("disputed_lead")}</p>'
        for position in self.words.positions.values():
            said = self.law["positions"][position.id]
            taken = self.shelf.positions.get(position.id)
            yield f'<section id="position-{position.id}"><h2>{escape(said["question"])}</h2>'
            if not taken:
                yield f"<p>{self.say('not_chosen')}</p>"
            yield "<dl>"
            for option in position.options:
                mark = f" <em>{self.say('chosen')}</em>" if option == taken else ""
                yield f"<div><dt>{escape(said[option])}{mark}</dt><dd>{escape(said['authority'][option])}</dd></div>"
            yield "</dl>"
            rules = [rule for rule in self.rules.values() if any(name == position.id for name, _ in rule.views)]
            yield "<ul>" + "".join(f"<li>{self.link(rule)}</li>" for rule in rules) + "</ul>"
            yield f'<p class="aside">{self.say("source")}: {escape(position.source)}</p></section>'

    def unverified(self) -> Iterator[str]:
        yield f'<p class="lead">{self.say("open_lead")}</p>'
        unsigned = [pack for pack in self.shelf.packs.values() if pack.id not in self.signed]
        yield f"<h2>{self.say('unreviewed')}</h2>"
        if unsigned:
            links = (
                f'<li><a href="pack-{escape(pack.id)}.html">{escape(pack.title[self.language])}</a></li>'
                for pack in unsigned
            )
            yield "<ul>" + "".join(links) + "</ul>"
        else:
            yield f"<p>{self.say('all_reviewed')}</p>"
        yield f"<h2>{self.say('to_be_checked')}</h2>\n<ul>"
        for name, said, tag, source in self.to_check():
            yield f'<li>{self.tag(tag)} {escape(said)} <span class="aside">{escape(name)}; {escape(source)}</span></li>'
        yield f"</ul>\n<h2>{self.say('weak')}</h2>"
        for pack in self.shelf.packs.values():
            weak = [rule for rule in pack.rules if rule.tag in WEAK]
            provisions = [provision for provision in pack.provisions if provision.tag in WEAK]
            if weak or provisions:
                yield f"<h3>{escape(pack.title[self.language])}</h3>\n<ul>"
                for provision in provisions:
                    address = f"pack-{escape(pack.id)}.html#{provision_anchor(provision.cite)}"
                    link = f'<a href="{address}">{escape(provision.cite)}</a>'
                    yield f"<li>{self.tag(provision.tag)} {link} {escape(provision.title[self.language])}</li>"
                yield "".join(f"<li>{self.tag(rule.tag)} {self.link(rule)}</li>" for rule in weak) + "</ul>"

    def to_check(self) -> Iterator[tuple[str, str, str, str]]:
        """(instrument, what is to be checked, tag, source) of every row that loads no rule."""
        for row in read_toml("treaties/instruments.toml")["row"]:
            if row["standing"] in TO_CHECK:
                yield row["id"], row[self.language], row["tag"], row["source"]
        for row in read_toml("treaties/declarations.toml")["row"]:
            if row["standing"] in TO_CHECK:
                states = ", ".join(state_name(code, self.language) for code in row["states"])
                yield "vccr", row[self.language].format(state=states), row["tag"], row["source"]

    def precedents(self) -> Iterator[str]:
        yield f'<p class="lead">{self.say("precedents_lead")}</p>'
        for precedent in self.shelf.precedents:
            answer = escape(self.law["results"][precedent.answer])
            yield f'<section id="{escape(precedent.id)}"><h2>{escape(precedent.title)}</h2>'
            yield f"<p>{self.say('result')}: <b>{answer}</b> {self.tag(precedent.tag)}</p>"
            if precedent.source:
                yield f'<p class="aside">{self.say("source")}: {escape(precedent.source)}</p>'
            rules = [self.rules[name] for name in sorted(precedent.rules) if name in self.rules]
            yield f"<details><summary>{self.say('case_rules')}: {len(rules)}</summary><ul>"
            yield "".join(f"<li>{self.link(rule)}</li>" for rule in rules) + "</ul></details></section>"

    # ---- pieces -----------------------------------------------------------------------------

    def row(self, key: str, items: Sequence[str]) -> str:
        if not items:
            return ""
        return f"<div><dt>{self.say(key)}</dt>" + "".join(f"<dd>{item}</dd>" for item in items) + "</div>"

    def condition(self, name: str, values: Iterable[str]) -> str:
        question, said = condition_words(name, values, self.language)
        linked = (
            f'<a href="facts.html#fact-{name}">{escape(question)}</a>' if name in self.words.facts else escape(question)
        )
        return f"{linked} <b>{escape(said)}</b>"

    def link(self, rule: Rule) -> str:
        pack = rule.id.partition("/")[0]
        words = escape(rule.words[self.language])
        return f'<a href="pack-{escape(pack)}.html#{rule_anchor(rule.id)}">{escape(rule.cite)}</a>: {words}'

    def tag(self, tag: str) -> str:
        return f'<span class="tag" title="{escape(self.law["tags"][tag])}">{escape(tag)}</span>'

    def review(self, pack: Pack) -> str:
        sign = self.signed.get(pack.id)
        labels = self.law["labels"]
        words = labels["reviewed"].format(role=sign.role, date=sign.date) if sign else labels["not_reviewed"]
        return escape(words[:1].upper() + words[1:])
