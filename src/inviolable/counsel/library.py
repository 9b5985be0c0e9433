"""The law as it stands in this installation, in the reader's words: packs, provisions, rules, positions."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.utils.translation import gettext as _

from inviolable.counsel import record
from inviolable.counsel.opinion import article_of
from inviolable.counsel.terms import Article
from inviolable.counsel.wording import review_words
from inviolable.law.book import WEAK, condition_words, provision_anchor, rule_anchor
from inviolable.law.law import shipped_packs
from inviolable.law.lawfile import Pack, Rule
from inviolable.law.regime import state_codes, state_name
from inviolable.law.review import SignOff, by_provision, by_rule, changed, of_pack
from inviolable.law.vocabulary import vocabulary
from inviolable.law.words import texts

KINDS = ("base", "common", "bilateral", "declaration")


@dataclass(frozen=True)
class Volume:
    """One pack on the shelf. done: how many of its provisions somebody has reviewed as they stand."""

    pack: Pack
    title: str
    own: bool
    review: str
    reviewed: bool
    done: int

    @property
    def provisions(self) -> int:
        """How many provisions stand in it."""
        return len(self.pack.provisions)

    @property
    def cite(self) -> str:
        """How the instrument is cited, without a provision."""
        return self.pack.cite.rstrip(",")

    @property
    def rules(self) -> int:
        """How many rules stand in it."""
        return len(self.pack.rules)


@dataclass(frozen=True)
class Option:
    """One view on a disputed point, and the authority that carries it."""

    id: str
    words: str
    authority: str
    chosen: bool


@dataclass(frozen=True)
class Point:
    """A disputed point of law. rules: where it is read (pack, anchor, pinpoint)."""

    id: str
    question: str
    options: tuple[Option, ...]
    source: str
    chosen: bool
    rules: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Shelf:
    """All packs by kind, and all disputed points."""

    kinds: tuple[tuple[str, tuple[Volume, ...]], ...]
    points: tuple[Point, ...]


@dataclass(frozen=True)
class RuleEntry:
    """A rule as a lawyer reads it: when these facts, then this result. do: what staff are told at the door then; also:
    its sentence in the other languages, each with its code; since: why the law concludes no more from it than `result`,
    where the rule itself says more; review: who reviewed it where nobody did its provision;
    changed_since: the day of its review in other words, "" where there was none."""

    rule: Rule
    anchor: str
    sentence: str
    module: str
    result: str
    conditions: tuple[tuple[str, str], ...]
    views: tuple[tuple[str, str], ...]
    over: tuple[tuple[str, str], ...]
    do: tuple[str, ...]
    also: tuple[tuple[str, str], ...]
    since: str = ""
    review: str = ""
    changed_since: str = ""

    @property
    def sums_up(self) -> bool:
        """Whether it says no more than that something is wrong where a finding is."""
        module = vocabulary().modules[self.rule.module]
        loud = self.views or self.do or self.rule.tag == "M"
        return module.role == "stage" and module.bounded and not loud


@dataclass(frozen=True)
class Chapter:
    """One provision with its rules. digest: of all that a reviewer reads of it; also: title and text
    in the other languages, each with its code; changed_since: the day of its review in other words, "" where there was
    none; part: that these are only the rules that something rests on, with digest those of each of them; over: the
    rules that would change that; elsewhere: those set over its own from other provisions or law files; rest: its other
    rules."""

    article: Article
    anchor: str
    digest: str
    rules: tuple[RuleEntry, ...]
    also: tuple[tuple[str, str, str], ...] = ()
    changed_since: str = ""
    part: bool = False
    over: tuple[RuleEntry, ...] = ()
    elsewhere: tuple[RuleEntry, ...] = ()
    rest: tuple[RuleEntry, ...] = ()

    @property
    def sums_up(self) -> bool:
        """Whether its rules only sum up what others find."""
        return bool(self.rules) and all(entry.sums_up for entry in self.rules)


@dataclass(frozen=True)
class Book:
    """One pack, provision by provision."""

    pack: Pack
    volume: Volume
    chapters: tuple[Chapter, ...]
    signed: tuple[SignOff, ...]


def kind_words(kind: str) -> str:
    """What kind of law a pack holds."""
    return {
        "base": _("General treaties and custom"),
        "common": _("With every treaty"),
        "bilateral": _("Conventions between two States"),
        "declaration": _("Declarations"),
    }[kind]


def post_class_words(post_class: str) -> str:
    """The class of a post or mission."""
    return {
        "consulate-general": _("Consulate-general"),
        "consulate": _("Consulate"),
        "vice-consulate": _("Vice-consulate"),
        "consular-agency": _("Consular agency"),
        "honorary-consulate": _("Honorary consulate"),
        "embassy": _("Embassy"),
        "consular-section": _("Consular section of an embassy"),
        "ministry": _("Ministry"),
    }[post_class]


def state_choices(language: str) -> list[tuple[str, str]]:
    """Every State by name; (code, name)."""
    return sorted(((code, state_name(code, language)) for code in state_codes()), key=lambda row: _sorted_as(row[1]))


def _sorted_as(name: str) -> str:
    """Accents do not count in an alphabetical list."""
    return name.casefold().translate(str.maketrans("áéíóúüñåçãô", "aeiouunacao"))


def instrument_choices(language: str) -> list[tuple[str, str]]:
    """Every pack that can be assumed to govern."""
    return [(pack.id, pack.title[language]) for pack in shipped_packs().values() if pack.kind != "common"]


def answers(fact: str, language: str) -> list[tuple[str, str]]:
    """The answers to a fact in words."""
    words = texts(language)["facts"][fact]["answers"]
    return [(value, words[value]) for value in vocabulary().facts[fact].values]


def shelf(home: Path, language: str) -> Shelf:
    """Everything there is to read. Raises Faulty on a fault in this home's files."""
    signed = record.sign_offs(home)
    volumes = [_volume(pack, signed, language) for pack in record.all_packs(home).values()]
    kinds = tuple(
        (kind_words(kind), rows)
        for kind in KINDS
        if (rows := tuple(volume for volume in volumes if volume.pack.kind == kind))
    )
    return Shelf(kinds, tuple(_points(home, language)))


def book(home: Path, pack_id: str, language: str, among: Collection[str] = ()) -> Book | None:
    """One pack, None where there is none of that name. among: the law files in force together there."""
    packs = record.all_packs(home, among)
    if pack_id not in packs:
        return None
    pack = packs[pack_id]
    signed = record.sign_offs(home)
    official = record.official_texts(home)
    reviewed, alone, before = by_provision(pack, signed), by_rule(pack, signed), changed(pack, signed)
    rules = {rule.id: rule for one in packs.values() for rule in one.rules}
    chapters = tuple(
        Chapter(
            article_of(provision, pack, reviewed.get(provision.cite), official, language),
            provision_anchor(provision.cite),
            pack.digests[provision.cite],
            tuple(
                replace(
                    rule_entry(rule, rules, language),
                    review=review_words(sign.role, sign.date, language) if (sign := alone.get(rule.id)) else "",
                    changed_since=before[rule.id].date if rule.id in before else "",
                )
                for rule in provision.rules
            ),
            tuple((one, provision.title[one], text) for one, text in provision.text.items() if one != language),
            before[provision.cite].date if provision.cite in before else "",
            elsewhere=tuple(rule_entry(rule, rules, language) for rule in pack.elsewhere(provision)),
        )
        for provision in pack.provisions
    )
    return Book(pack, _volume(pack, signed, language), chapters, tuple(sign for sign in signed if sign.pack == pack.id))


def _volume(pack: Pack, signed: Sequence[SignOff], language: str) -> Volume:
    sign, done = of_pack(pack, signed), len(by_provision(pack, signed))
    words = review_words(sign.role if sign else "", sign.date if sign else "", language)
    return Volume(
        pack,
        pack.title[language],
        pack.id not in shipped_packs(),
        words,
        sign is not None,
        done,
    )


def _points(home: Path, language: str) -> Iterator[Point]:
    taken = record.positions(home)
    every = record.all_packs(home).values()
    for position in vocabulary().positions.values():
        words = texts(language)["positions"][position.id]
        options = tuple(
            Option(option, words[option], words["authority"][option], taken.get(position.id) == option)
            for option in position.options
        )
        rules = {
            (pack.id, provision_anchor(rule.cite), rule.cite)
            for pack in every
            for rule in pack.rules
            if any(name == position.id for name, _option in rule.views)
        }
        yield Point(
            position.id, words["question"], options, position.source, position.id in taken, tuple(sorted(rules))
        )


def rule_entry(rule: Rule, rules: Mapping[str, Rule], language: str) -> RuleEntry:
    """A rule in words, its result as the law concludes it. rules: all by id, for those that it comes before."""
    words = texts(language)
    result = words["results"].get(rule.result) or condition_words(rule.module, (rule.result,), language)[1]
    arguable = rule.result == "breach" and rule.tag in WEAK
    over = [name for name in rule.over if not name.startswith("<")]
    return RuleEntry(
        rule=rule,
        anchor=rule_anchor(rule.id),
        sentence=rule.words[language],
        module=words["modules"][rule.module],
        result=words["results"]["arguable"] if arguable else result,
        conditions=tuple(condition_words(one.name, one.values, language) for one in rule.conditions),
        views=tuple(
            (words["positions"][name]["question"], words["positions"][name][option]) for name, option in rule.views
        ),
        over=tuple((name, rules[name].words[language]) for name in over if name in rules),
        do=tuple(words["do"][key] for key in rule.do),
        also=tuple((one, sentence) for one, sentence in rule.words.items() if one != language),
        since=_("“%(result)s” by the rule, arguable since it rests on %(tag)s")
        % {"result": result, "tag": f"{words['tags'][rule.tag].partition(':')[0]} ({rule.tag})"}
        if arguable
        else "",
    )
