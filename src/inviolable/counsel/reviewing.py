"""The legal adviser signs the law piece by piece: what was ticked, as it was read, and nothing else."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from inviolable.counsel import library, record
from inviolable.counsel.library import Chapter, Volume
from inviolable.counsel.page import Request, home
from inviolable.law.lawfile import Pack, Rule
from inviolable.law.review import SignOff
from inviolable.ledger.actions import INSTALLATION, Actor, append
from inviolable.posts.actions import Refused
from inviolable.posts.models import User
from inviolable.posts.roles import can


class NotSigned(Exception):
    """Nothing was signed; says why. status: of the answer."""

    def __init__(self, says: str, status: int) -> None:
        super().__init__(says)
        self.status = status


@transaction.atomic
def sign(
    user: User, pack: str, names: Iterable[str], *, actor: Actor, now: datetime, among: Collection[str] = ()
) -> SignOff:
    """Somebody has reviewed provisions and rules of a pack as they stand, by name; where nothing is named, each of its
    provisions. In the record and in sign-offs.jsonl, or in neither.

    user: whose signature it is; actor: who has it written; names: a mapping holds the SHA-256 of each as it was shown;
    among: the law files in force together there. Raises Refused where they may not, record.Changed where something
    else stands there now, Faulty."""
    may_sign(user)
    given = partial(enter, actor=actor, now=now)
    return record.sign(home(), pack, user.role, now.date(), names, by=user.actor["id"], first=given, among=among)


def may_sign(user: User) -> None:
    """Raises Refused where somebody may not sign the law off."""
    if not can(user, "sign", "pack"):
        raise Refused(f"law sign: {user.name} signs in as {user.role}; only a legal adviser signs the law off.")


def enter(signed: SignOff, *, actor: Actor, now: datetime) -> None:
    """The entry of a signature."""
    read = [{"name": name, "sha256": digest} for name, digest in signed.provisions]
    body = {
        "pack": signed.pack,
        "hash": signed.hash,
        "role": signed.role,
        "by": signed.by,
        "day": signed.date,
        "read": read,
    }
    append(INSTALLATION, "law.signed", body, actor=actor, now=now)


@transaction.atomic
def sign_ticked(request: Request, among: Collection[str] = ()) -> None:
    """Record what was ticked, each tick the digests of what was shown beside it; all of it or nothing.

    among: the law files in force together where it was shown. Raises NotSigned, Faulty."""
    ticked = [digest for tick in request.POST.getlist("read") for digest in tick.split()]
    packs = record.all_packs(home(), among)
    known = {digest: (pack.id, name) for pack in packs.values() for name, digest in pack.signable.items()}
    if not ticked:
        raise NotSigned(_("Nothing was signed. Tick each provision that you have read and agree with, then sign."), 422)
    changed = NotSigned(
        _("Nothing was signed: a provision is not the one you read, it has changed. Read it again, then sign."), 409
    )
    if not known.keys() >= set(ticked):
        raise changed
    read: dict[str, dict[str, str]] = {}
    for digest in ticked:
        pack, name = known[digest]
        read.setdefault(pack, {})[name] = digest
    try:
        for pack, names in read.items():
            sign(request.user, pack, names, actor=request.user.actor, now=request.now, among=among)
    except record.Changed:
        raise changed from None


def together(home: Path, pack: str, beside: Sequence[str]) -> list[str]:
    """The law files that are in force where a pack and those treaties are: with what they change, and what is common
    to all. Raises Faulty."""
    packs = record.all_packs(home)
    named = [one for one in packs.values() if one.id in (pack, *beside)]
    bases = [one.extends for one in named if one.extends]
    common = [one.id for one in packs.values() if one.kind == "common"]
    return list(dict.fromkeys([*bases, *common, pack, *beside]))


def words_of(
    pack: Pack, named: Mapping[str, str], language: str, rules: Mapping[str, Rule] | None = None
) -> Iterator[str]:
    """What a sign-off is of, line by line: what the law file is, then names with their digests, the words that are read
    in every language, that one first, with their evidence, each rule with all that its page says of it, and the rules
    that come before it.

    rules: all by id, for those that a rule comes before."""
    known = rules or {rule.id: rule for rule in pack.rules}
    languages = sorted(pack.title, key=lambda one: one != language)
    with override(language):
        before = _("before it comes")
    frame = (pack.kind, pack.extends, ", ".join(sorted(pack.parties)), pack.in_force, *sorted(pack.bounded))
    yield f"{pack.id}: {'; '.join([*(pack.title[one] for one in languages), *map(str, filter(None, frame))])}"
    for one in pack.provisions:
        ours = [rule for rule in one.rules if one.cite in named or rule.id in named]
        if one.cite in named or ours:
            yield f"{one.cite} {one.title[language]}" + _sha256(named, one.cite)
            yield f"    {one.text[language]}"
            for other in languages[1:]:
                yield f"    {other}: {one.title[other]}"
                yield f"    {other}: {one.text[other]}"
            yield f"    {one.tag}: {one.source}"
        for rule in ours:
            yield f"    {rule.id}" + _sha256(named, rule.id)
            yield from _in_full(rule, known, language)
        over = {rule.id: rule for it in ours if it.id in named for rule in pack.over(it)}
        over |= {rule.id: rule for rule in pack.elsewhere(one) if one.cite in named}
        for rule in over.values():
            yield f"    {before} {rule.id} ({rule.cite})"
            yield from _in_full(rule, known, language)


def _in_full(rule: Rule, rules: Mapping[str, Rule], language: str) -> Iterator[str]:
    """A rule as its page has it: what it says and how well it was verified, when it applies, what then is and is done,
    which rules it comes before, and the note beside it."""
    entry = library.rule_entry(rule, rules, language)
    sides = [(name.removeprefix("<"), name.startswith("<")) for name in rule.over]
    with override(language):
        told = [(_("When"), f"{question} {answer}") for question, answer in entry.conditions]
        told += [(_("When"), _("in every other case"))] if rule.is_default else []
        told += [(_("Under the view"), f"{question} {option}") for question, option in entry.views]
        since = f" ({entry.since})" if entry.since else ""
        told += [(_("Then"), f"{entry.module}: {entry.result}{since}")]
        told += [(_("What is done at the door"), words) for words in entry.do]
        for name, under in sides:
            says = f"{name} {rules[name].words[language]}" if name in rules else name
            told.append((_("before it comes") if under else _("Comes before"), says))
        told += [(_("Note"), rule.comment)] if rule.comment else []
    yield f"        {entry.sentence} {rule.tag}"
    yield from (f"        {other}: {sentence}" for other, sentence in entry.also)
    yield from (f"        {name}: {words}" for name, words in told)


def _sha256(named: Mapping[str, str], name: str) -> str:
    return f", SHA-256 {named[name]}" if name in named else ""


def to_be_read(
    home: Path, waiting: Mapping[str, Sequence[str]], among: Collection[str], language: str
) -> list[tuple[Volume, list[Chapter]]]:
    """What waits for a review, pack by pack: of each provision its words and no more than the rules that wait.

    waiting: rules by id and whole provisions by pinpoint, each with the rules that would change it; among: the law
    files in force together there. Raises Faulty on a fault in this home's files.
    """
    packs = record.all_packs(home, among)
    rules = {rule.id: rule for pack in packs.values() for rule in pack.rules}
    found = []
    for pack in packs.values():
        if waiting.keys() & pack.signable.keys() and (book := library.book(home, pack.id, language, among)):
            chapters = [_waiting(one, pack, waiting, rules, language) for one in book.chapters]
            found.append((book.volume, [one for one in chapters if one]))
    return found


def _waiting(
    chapter: Chapter, pack: Pack, waiting: Mapping[str, Sequence[str]], rules: Mapping[str, Rule], language: str
) -> Chapter | None:
    if chapter.article.cite in waiting:
        return chapter
    read = tuple(entry for entry in chapter.rules if entry.rule.id in waiting)
    over = dict.fromkeys(name for entry in read for name in waiting[entry.rule.id])
    if not read:
        return None
    return replace(
        chapter,
        part=True,
        rules=read,
        digest=" ".join(pack.rule_digests[entry.rule.id] for entry in read),
        over=tuple(library.rule_entry(rules[name], rules, language) for name in over),
        rest=tuple(entry for entry in chapter.rules if entry not in read and entry.rule.id not in over),
    )
