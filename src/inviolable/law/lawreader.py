"""Literate law files: Markdown in which a provision's words stand above its rules.

A file is front matter in TOML between two `+++` lines, then one `## pinpoint title` heading per
provision. Under a heading: paragraphs `en:` and `es:` (what it says, in our own words), `tag:`
and `source:` lines, and rules as indented blocks. The closed grammar is in docs/grammar.md:

    rule consented: entry is admit_by_consent
    when no-entry; valid_consent is yes
    over no-entry
    tag  V
    en   Somebody who may consent has consented.
    es   Ha consentido quien puede hacerlo.

A rule's pinpoint is the heading it stands under, so it cannot be forgotten or mistyped.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from .faults import MOST, Fault, Faulty, nearest, shown
from .files import MAX_BYTES, decode, parse_toml
from .lawfile import LANGUAGES, NAME, Condition, Pack, Provision, Rule, results_of
from .vocabulary import TAGS, Vocabulary
from .words import texts

RULE_WORDS = ("rule", "otherwise", "when", "over", "under", "tag", "disputed:", "do", "en", "es", "comment")
KINDS = ("base", "common", "bilateral", "declaration")
FRONT = ("pack", "cite", "kind", "extends", "title", "source", "published", "address", "bounded", "parties", "in_force")
MAX_RULES = 500
MAX_DEPTH = 50


@dataclass
class _Draft:
    """A rule while its lines are being read."""

    id: str
    line: int
    head: str
    otherwise: bool
    lines: dict[str, list[tuple[int, str]]] = field(default_factory=dict)


def read_pack(source: str | bytes, file: str, words: Vocabulary) -> Pack:
    """Parse one law file. Raises Faulty with every fault found, each with its line and a way out.

    References to rules of other packs are checked when packs are put together (law.py)."""
    data = source.encode() if isinstance(source, str) else source
    if len(data) > MAX_BYTES:
        raise Faulty([Fault(file, 0, f"the file has {len(data):,} bytes", f"a law file has at most {MAX_BYTES:,}")])
    return _Reader(decode(data, file), hashlib.sha256(data).hexdigest(), file, words).read()


class _Reader:
    def __init__(self, text: str, digest: str, file: str, words: Vocabulary) -> None:
        self.text, self.digest, self.file, self.words = text, digest, file, words
        self.faults: list[Fault] = []
        self.pack = ""

    def fault(self, line: int, what: str, way_out: str = "") -> None:
        self.faults.append(Fault(self.file, line, what, way_out))

    def near(self, word: str, known: Iterable[str]) -> str:
        """`nearest`, as long as somebody will read it."""
        return nearest(word, known) if len(self.faults) < MOST else ""

    def read(self) -> Pack:
        front, body_start = self._front_matter()
        self.pack = front["pack"]
        sections = list(self._sections(body_start))
        if sum(line.startswith(("    rule ", "    otherwise ")) for line in self.text.splitlines()) > MAX_RULES:
            raise Faulty([Fault(self.file, 0, f"more than {MAX_RULES} rules", "divide it into several packs")])
        provisions = tuple(self._provision(front, *section) for section in sections)
        provisions = self._inherit(provisions)
        self._twice(provisions)
        if self.faults:
            raise Faulty(self.faults)
        return Pack(
            id=self.pack,
            cite=front["cite"],
            kind=front["kind"],
            extends=front.get("extends", ""),
            title=front["title"],
            source=front.get("source", ""),
            bounded=frozenset(front.get("bounded", ())),
            provisions=provisions,
            hash=self.digest,
            file=self.file,
            parties=frozenset(front.get("parties", ())),
            in_force=str(front.get("in_force", "")),
            published=front.get("published", ""),
            address=front.get("address", ""),
        )

    def _front_matter(self) -> tuple[dict[str, Any], int]:
        lines = self.text.splitlines()
        try:
            end = lines.index("+++", 1) if lines[:1] == ["+++"] else 0
        except ValueError:
            end = 0
        if not end:
            raise Faulty([Fault(self.file, 1, "no front matter", "begin with TOML between two +++ lines")])
        try:
            front = parse_toml("\n".join(lines[1:end]), self.file, what="front matter is not TOML")
        except Faulty as faulty:
            raise Faulty([replace(fault, line=1) for fault in faulty.faults]) from None
        for key in ("pack", "cite", "kind", "title"):
            if key not in front:
                self.fault(1, f"front matter has no {key!r}", "pack, cite, kind and title are needed")
        if front.get("kind") not in KINDS:
            self.fault(1, f"kind is {shown(front.get('kind'))}", "allowed: " + ", ".join(KINDS))
        self._typed(front)
        if self.faults:
            raise Faulty(self.faults)
        return front, end + 1

    def _typed(self, front: Mapping[str, Any]) -> None:
        """Every entry of the front matter is of its type."""
        for key, value in front.items():
            if key not in FRONT:
                self.fault(1, f"unknown key {shown(key)} in the front matter", self.near(key, FRONT))
            elif key in ("cite", "source", "extends", "published", "address") and not isinstance(value, str):
                self.fault(1, f"{key} is {shown(value)}", f'write {key} = "…"')
        pack, title = front.get("pack", "x"), front.get("title", {"en": "x", "es": "x"})
        if not isinstance(pack, str) or not NAME.fullmatch(pack):
            self.fault(1, f"pack is {shown(pack)}", "small letters, digits and hyphens, such as ec-us-2027")
        if front.get("cite") == "":
            self.fault(1, "cite is empty", 'write what it is cited by, such as cite = "VCCR"')
        for language in LANGUAGES:
            said = title.get(language) if isinstance(title, dict) else None
            if not isinstance(said, str) or not said.strip():
                self.fault(1, f"[title] has no text in {language!r}", "write [title] with en = and es =")
        for key in ("bounded", "parties"):
            value = front.get(key, [])
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                self.fault(1, f"{key} is {shown(value)}", "write a list of names in quotation marks")
            elif key == "bounded":
                for one in value:
                    if one not in self.words.modules:
                        self.fault(1, f"unknown module {shown(one)} in bounded", self.near(one, self.words.modules))
        if "in_force" in front and not _is_day(front["in_force"]):
            self.fault(1, f"in_force is {shown(front['in_force'])}", "write in_force = 2027-01-01")

    def _sections(self, start: int) -> Iterator[tuple[int, str, list[tuple[int, str]]]]:
        heading: tuple[int, str] | None = None
        body: list[tuple[int, str]] = []
        for number, line in enumerate(self.text.splitlines()[start:], start + 1):
            if line.startswith("## "):
                if heading:
                    yield (*heading, body)
                heading, body = (number, line[3:].strip()), []
            elif heading:
                body.append((number, line))
            elif line.startswith("    rule "):
                self.fault(number, "a rule stands under no provision", "put a `## pinpoint title` above it")
        if heading:
            yield (*heading, body)

    def _provision(self, front: Mapping[str, Any], line: int, heading: str, body: list[tuple[int, str]]) -> Provision:
        pinpoint, _, title = heading.partition(" ")
        english, slash, spanish = title.partition(" / ")
        if not slash:
            self.fault(line, f"heading {heading!r} has no Spanish title", "write `## pinpoint English / español`")
        cite = f"{front['cite']} {pinpoint}"
        paragraphs = self._paragraphs(body)
        for language in LANGUAGES:
            if not paragraphs.get(language):
                self.fault(line, f"{cite} does not say what it says in {language!r}", f"add a `{language}:` paragraph")
        tag = paragraphs.get("tag", "")
        if tag not in TAGS:
            self.fault(line, f"{cite} has tag {tag!r}", "add `tag:` with one of " + ", ".join(TAGS))
            tag = "M"
        drafts = self._drafts(body)
        return Provision(
            cite=cite,
            title={"en": english.strip(), "es": spanish.strip()},
            text={language: paragraphs.get(language, "") for language in LANGUAGES},
            tag=tag,
            source=paragraphs.get("source", ""),
            rules=tuple(rule for draft in drafts if (rule := self._rule(draft, cite, tag))),
            line=line,
        )

    def _paragraphs(self, body: list[tuple[int, str]]) -> dict[str, str]:
        found: dict[str, str] = {}
        key = ""
        for number, line in body:
            opening = re.match(r"(en|es|tag|source): *(.*)", line)
            if line.startswith("    ") or not line.strip():
                key = ""
            elif opening:
                key = opening[1]
                if key in found:
                    self.fault(number, f"a second `{key}:` under one heading", "one paragraph of each")
                found[key] = opening[2].strip()
            elif key:
                found[key] += " " + line.strip()
        return found

    def _drafts(self, body: list[tuple[int, str]]) -> list[_Draft]:
        drafts: list[_Draft] = []
        for number, line in body:
            if not line.startswith("    ") or not line.strip():
                continue
            word, _, rest = line.strip().partition(" ")
            rest = rest.strip()
            if word not in RULE_WORDS:
                self.fault(number, f"{word!r} is no word of a rule", self.near(word, RULE_WORDS))
            elif word in ("rule", "otherwise"):
                name, _, head = rest.partition(":")
                drafts.append(_Draft(name.strip(), number, head.strip(), word == "otherwise"))
            elif not drafts:
                self.fault(number, f"`{word}` before any rule", "begin with `rule name: module is result`")
            else:
                drafts[-1].lines.setdefault(word, []).append((number, rest))
        return drafts

    def _rule(self, draft: _Draft, cite: str, provision_tag: str) -> Rule | None:
        module, is_, result = (part.strip() for part in draft.head.partition(" is "))
        known = self.words.modules.get(module)
        if not NAME.fullmatch(draft.id) or not is_:
            self.fault(draft.line, f"cannot read rule {draft.id!r}", "write `rule name: module is result`")
            return None
        if known is None:
            self.fault(draft.line, f"unknown module {module!r}", self.near(module, self.words.modules))
            return None
        if result not in known.results:
            self.fault(draft.line, f"{module} cannot be {result!r}", self.near(result, known.results))
        if len(draft.lines.get("tag", ())) > 1:
            self.fault(draft.lines["tag"][1][0], f"a second `tag` in rule {draft.id}", "one is enough")
        tag = self._one(draft, "tag") or provision_tag
        if tag not in TAGS:
            self.fault(draft.line, f"rule {draft.id} has tag {tag!r}", "allowed: " + ", ".join(TAGS))
            tag = "M"
        words = {language: self._joined(draft, language) for language in LANGUAGES}
        for language, sentence in words.items():
            if not sentence:
                self.fault(draft.line, f"rule {draft.id} has no sentence in {language!r}", f"add a line `{language} …`")
        conditions = tuple(self._conditions(draft))
        if draft.otherwise and conditions:
            self.fault(draft.line, f"{draft.id} is `otherwise` and has conditions", "make it a `rule`")
        if not draft.otherwise and not draft.lines.get("when") and not draft.lines.get("disputed:"):
            self.fault(draft.line, f"rule {draft.id} has no `when`", "add one, or write `otherwise`")
        return Rule(
            id=f"{self.pack}/{draft.id}",
            module=module,
            result=result,
            conditions=conditions,
            views=tuple(self._views(draft)),
            over=tuple(self._names(draft, "over")) + tuple("<" + name for name in self._names(draft, "under")),
            tag=tag,
            cite=cite,
            words=words,
            do=tuple(self._steps(draft)),
            comment=self._joined(draft, "comment"),
            file=self.file,
            line=draft.line,
        )

    def _one(self, draft: _Draft, word: str) -> str:
        return draft.lines[word][0][1] if draft.lines.get(word) else ""

    def _joined(self, draft: _Draft, word: str) -> str:
        return " ".join(text for _, text in draft.lines.get(word, ()))

    def _names(self, draft: _Draft, word: str) -> Iterator[str]:
        for _, text in draft.lines.get(word, ()):
            for name in map(str.strip, text.split(",")):
                yield name if "/" in name else f"{self.pack}/{name}"

    def _steps(self, draft: _Draft) -> Iterator[str]:
        known = texts("en")["do"]
        for number, text in draft.lines.get("do", ()):
            for name in map(str.strip, text.split(",")):
                if name not in known:
                    self.fault(number, f"unknown step {shown(name)}", self.near(name, known))
                yield name

    def _conditions(self, draft: _Draft) -> Iterator[Condition]:
        for number, text in draft.lines.get("when", ()):
            for part in filter(None, (part.strip() for part in text.split(";"))):
                name, is_, values_text = (piece.strip() for piece in part.partition(" is "))
                if not is_:
                    yield Condition(f"{self.pack}/{name}", frozenset())
                    continue
                values = frozenset(value.strip() for value in values_text.split(" or "))
                allowed = self._domain(name)
                if allowed is None:
                    self.fault(
                        number,
                        f"unknown fact or module {name!r}",
                        self.near(name, (*self.words.facts, *self.words.modules)),
                    )
                    continue
                for value in sorted(values - set(allowed)):
                    self.fault(number, f"{name} cannot be {value!r}", self.near(value, allowed))
                fact = self.words.facts.get(name)
                if fact and fact.decides == "never":
                    self.fault(
                        number, f"{name} is declared to decide nothing", "remove the condition or the declaration"
                    )
                if values >= set(allowed):
                    self.fault(number, f"`{part}` is always true", "remove it")
                yield Condition(name, values)

    def _domain(self, name: str) -> tuple[str, ...] | None:
        if name in self.words.facts:
            return self.words.facts[name].values
        if name in self.words.modules:
            return results_of(self.words, name)
        return None

    def _views(self, draft: _Draft) -> Iterator[tuple[str, str]]:
        for number, text in draft.lines.get("disputed:", ()):
            name, is_, option = (part.strip() for part in text.partition(" is "))
            position = self.words.positions.get(name.removeprefix("position/"))
            if position is None or not name.startswith("position/") or not is_:
                self.fault(
                    number,
                    f"unknown position {name!r}",
                    self.near(name, (f"position/{p}" for p in self.words.positions)),
                )
            elif option not in position.options:
                self.fault(number, f"{name} cannot be {option!r}", self.near(option, position.options))
            else:
                yield position.id, option

    def _inherit(self, provisions: tuple[Provision, ...]) -> tuple[Provision, ...]:
        """Replace a bare rule name in `when` by that rule's own conditions."""
        rules = {rule.id: rule for provision in provisions for rule in provision.rules}

        done: dict[str, tuple[tuple[Condition, ...], int]] = {}

        def expand(rule: Rule, seen: tuple[str, ...]) -> tuple[tuple[Condition, ...], int]:
            """(the rule's conditions, through how many rules it inherits); each rule only once."""
            if rule.id in done:
                return done[rule.id]
            expanded: dict[Condition, None] = {}
            depth = 1
            for condition in rule.conditions:
                if condition.values:
                    expanded[condition] = None
                    continue
                target = rules.get(condition.name)
                if target is None:
                    short = condition.name.partition("/")[2]
                    self.fault(rule.line, f"{short!r} is no rule of this file", self.near(condition.name, rules))
                elif target.id in seen:
                    self.fault(rule.line, f"rule {rule.id} inherits from itself", "write the conditions out")
                else:
                    inherited, below = expand(target, (*seen, target.id)) if len(seen) < MAX_DEPTH else ((), MAX_DEPTH)
                    expanded.update(dict.fromkeys(inherited))
                    depth = max(depth, 1 + below)
            if depth > MAX_DEPTH:
                self.fault(rule.line, f"rule {rule.id} inherits through more than {MAX_DEPTH} rules", "write it out")
                depth = 1
            done[rule.id] = tuple(expanded), depth
            return done[rule.id]

        return tuple(
            replace(
                provision,
                rules=tuple(replace(rule, conditions=expand(rule, (rule.id,))[0]) for rule in provision.rules),
            )
            for provision in provisions
        )

    def _twice(self, provisions: tuple[Provision, ...]) -> None:
        seen: dict[str, int] = {}
        for provision in provisions:
            for rule in provision.rules:
                if rule.id in seen:
                    self.fault(rule.line, f"rule {rule.id} stands already in line {seen[rule.id]}", "rename one")
                seen[rule.id] = rule.line


def _is_day(value: object) -> bool:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value).isoformat() == value
        except ValueError:
            return False
    return isinstance(value, date) and not isinstance(value, datetime)
