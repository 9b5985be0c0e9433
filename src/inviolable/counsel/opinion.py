"""An opinion: what the law says of one case, put into the reader's words for a page.

It adds nothing to `law.assess`: every result, reason and pinpoint comes from the answer, every word from law/texts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inviolable.counsel import record
from inviolable.counsel.terms import (
    Article,
    Change,
    Door,
    Finding,
    Ground,
    Group,
    Instrument,
    Missed,
    Opinion,
    PackReview,
    Reviewed,
    Said,
    View,
)
from inviolable.counsel.wording import RESULT_TONES, TONES, result_words, review_words, standing_words
from inviolable.law.assess import ENGINE, Answer, Assessment
from inviolable.law.behind import Behind, all_told
from inviolable.law.book import provision_anchor
from inviolable.law.casefile import Case
from inviolable.law.lawfile import Pack, Provision, Rule
from inviolable.law.path import decision_path
from inviolable.law.review import SignOff, by_provision, by_rule, of_pack, read_by
from inviolable.law.words import texts

#: The findings a reader looks for first come first.
GROUPS = ("breach", "arguable", "disputed", "open", "engaged", "no_breach", "not_engaged", "out_of_scope")


def door_on(case: Case, home: Path, language: str) -> Door:
    """What the law says of entry, and nothing more: an eighth of the work of an opinion. Raises Faulty."""
    decided = record.decided(home)
    with ENGINE:
        assessment = Assessment(case, decided.positions, decided.signed, decided.own, language=language)
        entry = assessment.entry()
    return Door(
        words=result_words(entry["answer"], language),
        tone=TONES[entry["answer"]],
        cites=tuple(entry["cites"]),
        tag=entry["tag"],
        reviewed=reviewed(assessment, entry, language),
    )


def reviewed(assessment: Assessment, entry: Mapping[str, Any], language: str) -> Reviewed:
    """Who reviewed the law behind an answer at the door, and when: its rules with the words of their provisions, as
    they stand; where some wait, how many."""
    packs, signed = assessment.law.packs, assessment.signed
    names = Behind(all_told({"entry": entry}), packs, assessment.facts).of(["entry"])
    signs = [sign for pack in packs for several in read_by(pack, signed, names).values() for sign in several]
    signs = signs or [of_pack(pack, signed) for pack in packs]
    given = sorted(filter(None, signs), key=lambda sign: sign.date)
    left = len(signs) - len(given)
    if left and given:
        words = ngettext(
            "%(left)s of the %(number)s rules behind it waits for a review by your legal adviser",
            "%(left)s of the %(number)s rules behind it wait for a review by your legal adviser",
            left,
        )
        return Reviewed(words % {"left": left, "number": len(signs)}, whole=False)
    told = dict.fromkeys(review_words(sign.role, sign.date, language) for sign in given)
    return Reviewed("; ".join(told) or review_words("", "", language), whole=not left)


def opinion_on(case: Case, home: Path, language: str) -> Opinion:
    """What the law says of a case under what this home has decided. Raises Faulty, as `assess` does."""
    return _opinion(case, record.decided(home), tuple(record.official_texts(home).items()), language)


@lru_cache(maxsize=256)
def _opinion(case: Case, decided: record.Decided, official: tuple[tuple[str, str], ...], language: str) -> Opinion:
    """Worked out once, until the ministry decides otherwise. Nobody may change it."""
    with ENGINE:
        assessment = Assessment(case, decided.positions, decided.signed, decided.own, language=language)
        return _Writer(assessment, assessment.answer(), dict(official)).opinion()


def article_of(
    provision: Provision, pack: Pack, sign: SignOff | None, official: Mapping[str, str], language: str
) -> Article:
    """A provision in words. sign: whose sign-off counts for it, None where nobody has reviewed it as it stands."""
    return Article(
        cite=provision.cite,
        title=provision.title[language],
        text=provision.text[language],
        tag=provision.tag,
        tag_meaning=str(texts(language)["tags"][provision.tag]),
        source=provision.source,
        official=official.get(provision.cite, ""),
        pack=pack.id,
        anchor=provision_anchor(provision.cite),
        review=review_words(sign.role if sign else "", sign.date if sign else "", language),
        reviewed=sign is not None,
        published=pack.published,
        address=pack.address,
    )


class _Writer:
    def __init__(self, assessment: Assessment, answer: Answer, official: Mapping[str, str]) -> None:
        self.assessment, self.answer, self.language = assessment, answer, assessment.language
        self.words = texts(self.language)
        self.labels: Mapping[str, str] = self.words["labels"]
        law = assessment.law
        self.rules = {rule.id: rule for rules in law.rules.values() for rule in rules}
        self.articles = {
            provision.cite: article_of(provision, pack, signed.get(provision.cite), official, self.language)
            for pack in law.packs
            for signed in (by_provision(pack, assessment.signed),)
            for provision in pack.provisions
        }
        self.packs = {pack.id: pack for pack in law.packs}
        self.alone = {name: sign for pack in law.packs for name, sign in by_rule(pack, assessment.signed).items()}

    def opinion(self) -> Opinion:
        answer, case = self.answer, self.assessment.case
        entry = answer["entry"]
        instruments = [self.instrument(row) for row in answer["regime"]]
        question = answer.get("next_question")
        return Opinion(
            answer=answer,
            case=case,
            language=self.language,
            verdict=self.finding({"id": "entry", "result": entry["answer"], **entry}),
            tone=TONES[entry["answer"]],
            do=tuple(entry["do"]),
            staff=tuple(answer["say"]["staff"]),
            say=answer["say"].get("host", ""),
            say_language=answer["say"].get("host_language", ""),
            known=tuple(self.said(fact) for fact in self.given(1)),
            contested=tuple(self.said(fact) for fact in self.given(2)),
            unknown=tuple(self.fact(fact, ()) for fact in answer["unknown"]),
            path=tuple(self.path()),
            reviewed=reviewed(self.assessment, entry, self.language),
            groups=tuple(self.groups()),
            remedies=tuple(self.finding({"tag": "", "because": [], **remedy}) for remedy in answer["remedies"]),
            compulsory=self.assessment.compulsory_forum(),
            forums=tuple(self.forum(forum) for forum in answer["forums"]),
            otherwise=tuple(self.otherwise()),
            changes=tuple(self.changes()),
            readings=self.readings(),
            governing=tuple(row for row in instruments if row.standing in ("governs", "hypothetical")),
            to_check=tuple(row for row in instruments if row.standing in ("to_be_checked", "arguable")),
            not_governing=tuple(
                row
                for row in instruments
                if row.standing not in ("governs", "hypothetical", "to_be_checked", "arguable")
            ),
            packs=tuple(self.reviews()),
            next_question=self.fact(question["fact"], tuple(row["value"] for row in question["answers"]))
            if question
            else None,
            labels=self.labels,
        )

    # ---- facts ------------------------------------------------------------------------------

    def given(self, number: int) -> Iterator[str]:
        """The facts with one value (1) or with several (2), in the order of facts.toml."""
        for fact in self.assessment.law.words.facts:
            if min(len(self.assessment.facts.get(fact, ())), 2) == number:
                yield fact

    def said(self, fact: str) -> Said:
        case = self.assessment.case
        source = case.sources.get(fact, "")
        if not source and fact not in case.facts:
            source = _("The lists and treaties of this installation")
        return self.fact(fact, self.assessment.facts[fact], source)

    def fact(self, fact: str, values: Iterable[str], source: str = "") -> Said:
        words = self.words["facts"][fact]
        return Said(
            fact=fact,
            question=words["question"],
            answers=tuple(words["answers"][value] for value in values),
            source=source,
            tested=self.assessment.law.words.facts[fact].decides != "never",
        )

    def path(self) -> Iterator[Said]:
        for step in decision_path(self.assessment):
            words = self.words["facts"][step.fact]
            yield Said(
                fact=step.fact,
                question=words["question"],
                answers=tuple(words["answers"][value] for value in step.values) if step.state != "unknown" else (),
                cites=step.cites,
                grounds=tuple(self.ground(rule.id) for rule in step.rules),
                state=step.state,
            )

    # ---- what the law says ------------------------------------------------------------------

    def ground(self, rule_id: str, defeated_by: str = "") -> Ground:
        rule = self.rules[rule_id]
        by = self.rules[defeated_by].words[self.language] if defeated_by else ""
        return Ground(rule, rule.words[self.language], self.read(rule), by)

    def read(self, rule: Rule) -> Article:
        """The provision of a rule; where somebody reviewed the rule and not all of the provision, as they did."""
        article, sign = self.articles[rule.cite], self.alone.get(rule.id)
        review = review_words(sign.role, sign.date, self.language) if sign else article.review
        return replace(article, review=review, reviewed=article.reviewed or sign is not None)

    def otherwise(self) -> Iterator[Missed]:
        for missed in self.assessment.otherwise("entry"):
            needed = tuple((question, tuple(answers)) for question, answers in missed["needed"])
            yield Missed(self.words["results"][missed["result"]], tuple(missed["cites"]), needed)

    def finding(self, found: Mapping[str, Any]) -> Finding:
        name = self.words["modules"][found["id"]]
        grounds = tuple(self.ground(reason["rule"], reason.get("by", "")) for reason in found["because"])
        grounded = {ground.article.cite for ground in grounds}
        return Finding(
            id=found["id"],
            name=name,
            result=found["result"],
            result_words=self.words["results"][found["result"]],
            tone=RESULT_TONES.get(found["result"], ""),
            cites=tuple(found["cites"]),
            tag=found["tag"],
            tag_meaning=self.words["tags"].get(found["tag"], ""),
            grounds=grounds,
            articles=tuple(self.articles[cite] for cite in found["cites"] if cite not in grounded),
            views=tuple(self.view(view) for view in found.get("views", ())),
            waits_for=tuple(self.fact(row["fact"], row["values"]) for row in found.get("because_of", ())),
            possible=tuple(self.words["results"][result] for result in found.get("possible", ())),
            inexact=found.get("exact") == "no",
        )

    def view(self, view: Mapping[str, Any]) -> View:
        taken = []
        for row in view["positions"]:
            words = self.words["positions"][row["position"]]
            taken.append((words["question"], words[row["option"]], row["authority"]))
        return View(self.words["results"][view["result"]], tuple(taken))

    def groups(self) -> Iterator[Group]:
        findings = [self.finding(found) for found in self.answer["findings"]]
        for result in GROUPS:
            members = tuple(finding for finding in findings if finding.result == result)
            if members:
                yield Group(result, self.words["results"][result], RESULT_TONES.get(result, ""), members)

    def forum(self, forum: Mapping[str, Any]) -> Finding:
        return Finding(
            id=forum["id"],
            name=forum["because"],
            result=forum["result"],
            result_words=self.words["results"][forum["result"]],
            tone=RESULT_TONES.get(forum["result"], ""),
            cites=tuple(forum["cites"]),
            tag=forum["tag"],
        )

    def changes(self) -> Iterator[Change]:
        by_answer: dict[str, list[Mapping[str, str]]] = {}
        for change in self.answer["would_change_if"]:
            by_answer.setdefault(change["answer"], []).append(change["facts"])
        for answer, sets in by_answer.items():
            yield Change(answer, self.words["results"][answer], TONES[answer], tuple(self.ways(sets)), len(sets))

    def ways(self, sets: Sequence[Mapping[str, str]]) -> Iterator[tuple[tuple[str, tuple[str, ...]], ...]]:
        """Each set in words; sets that differ in the value of one fact only are said as one."""
        joined: list[dict[str, tuple[str, ...]]] = []
        for facts in sets:
            for known in joined:
                apart = [fact for fact in known if known[fact] != (facts.get(fact),)]
                if known.keys() == facts.keys() and len(apart) == 1:
                    known[apart[0]] += (facts[apart[0]],)
                    break
            else:
                joined.append({fact: (value,) for fact, value in facts.items()})
        for one in joined:
            yield tuple(
                (self.words["facts"][fact]["question"], tuple(self.words["facts"][fact]["answers"][v] for v in values))
                for fact, values in one.items()
            )

    def readings(self) -> str:
        readings = self.answer.get("readings")
        if not readings:
            return ""
        if readings["same"] == "yes":
            return str(self.labels["reading_same"].format(count=readings["count"]))
        questions = self.words["facts"]
        adverse = readings["adverse"]
        return str(
            self.labels["reading_differs"].format(
                count=readings["count"],
                deciding="; ".join(questions[fact]["question"] for fact in readings["deciding"]),
                facts="; ".join(
                    f"{questions[fact]['question']} {questions[fact]['answers'][value]}"
                    for fact, value in adverse["facts"].items()
                ),
                answer=self.words["results"][adverse["answer"]],
            )
        )

    # ---- which law --------------------------------------------------------------------------

    def instrument(self, row: Mapping[str, str]) -> Instrument:
        pack = self.packs.get(row["instrument"])
        return Instrument(
            name=pack.title[self.language] if pack else row["instrument"],
            standing=row["standing"],
            standing_words=standing_words(row["standing"]),
            why=row["why"],
            tag=row["tag"],
            pack=pack.id if pack else "",
        )

    def reviews(self) -> Iterator[PackReview]:
        for pack in self.assessment.law.packs:
            sign = of_pack(pack, self.assessment.signed)
            words = review_words(sign.role if sign else "", sign.date if sign else "", self.language)
            yield PackReview(pack, pack.title[self.language], words, sign is not None)
