"""A verdict as data and in sentences: whichever account is right, what it turns on, what the worst account answers.

Results, questions and answers are the law's own words (law/texts); the sentences around them are in labels/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from inviolable.law.lawfile import Pack
from inviolable.law.review import SignOff, of_pack
from inviolable.law.words import texts

from .agreement import Held, Statement, arrange
from .asking import Question
from .goals import Goal
from .naming import fact_words, labels, left_words, meaning, value_words, voice_words
from .readings import CAP, View
from .verdict import Verdict

Answer = dict[str, Any]
#: So many questions are asked in a plain report; the rest is counted.
MOST_ASKED = 7
#: Certain, and nothing to tell: it waits for facts of which nobody speaks, or does not arise.
NO_NEWS = ("open", "not_engaged", "out_of_scope")


def as_data(found: Mapping[str, Verdict], language: str = "en", signed: Sequence[SignOff] = ()) -> Answer:
    """Both levels as `inviolable sources --json` prints them: every confirmed claim, and beside it `primary`.

    Texts, integers, lists and objects only; `entry`, `robust`, `deciding` and `adverse` are those of the entry.
    signed: who has reviewed which pack."""
    return {
        **_level(found["all"], language),
        "primary": _level(found["primary"], language),
        "reviewed": [
            {"pack": pack.id, "hash": pack.hash, "role": sign.role, "date": sign.date}
            for pack, sign in reviews(found["all"].packs, signed)
            if sign
        ],
        "unreviewed": [pack.id for pack, sign in reviews(found["all"].packs, signed) if not sign],
    }


def reviews(packs: Sequence[Pack], signed: Sequence[SignOff]) -> Iterator[tuple[Pack, SignOff | None]]:
    """Each pack with who has signed it off as it stands, None where nobody has."""
    for pack in packs:
        yield pack, of_pack(pack, signed)


def _level(verdict: Verdict, language: str) -> Answer:
    entry, *findings = (_goal(goal, language) for goal in verdict.goals)
    return {
        "entry": entry.pop("answer"),
        **{key: value for key, value in entry.items() if key != "id"},
        "findings": findings,
        "facts": list(_facts(verdict, language)),
        "questions": list(_questions(verdict, language)),
        "silent": [question.fact for question in verdict.questions if question.state == "silent"],
        "positions": [
            {
                "position": view.position,
                "option": view.option,
                "goals": {goal: list(v) for goal, v in view.goals.items()},
            }
            for view in verdict.views
        ],
        "voices": verdict.voices,
        "until": verdict.until,
        "as_of": verdict.as_of,
        "undated": verdict.undated,
        "over": over(verdict, language),
    }


def _goal(goal: Goal, language: str) -> Answer:
    return {
        "id": goal.id,
        "answer": goal.answer,
        "possible": list(goal.possible),
        "robust": goal.robust,
        "readings": goal.readings,
        "enumerated": "yes" if goal.walked else "no",
        "deciding": list(goal.deciding),
        "adverse": {"facts": dict(goal.adverse.facts), "answer": goal.adverse.answer},
        "cites": list(goal.cites),
        "tag": goal.tag,
        "says": says(goal, language),
    }


def _facts(verdict: Verdict, language: str) -> Iterator[Answer]:
    for fact in verdict.spoken_of():
        answers = verdict.answers(fact)
        yield {
            "fact": fact,
            "contested": "yes" if len({value for left in answers for value in left}) > 1 else "no",
            "values": [
                {"value": left[0], "known": "yes" if left[0] in verdict.known.get(fact, ()) else "no", **_who(told)}
                for left, told in answers.items()
                if len(left) == 1
            ],
            "left_open": [
                {"values": list(left), "text": left_words(fact, left, language), **_who(told)}
                for left, told in answers.items()
                if len(left) > 1
            ],
        }


def _who(told: Iterable[Statement]) -> Answer:
    """The voices that say so, and in which records."""
    said = list(told)
    return {"voices": sorted({one.voice.id for one in said}), "records": sorted({one.record.id for one in said})}


def _questions(verdict: Verdict, language: str) -> Iterator[Answer]:
    for question in verdict.questions:
        words = texts(language)["facts"][question.fact]
        yield {
            "fact": question.fact,
            "state": question.state,
            "text": words["question"],
            "answers": [{"value": value, "text": words["answers"][value]} for value in question.values],
            "goals": list(question.goals),
            "who": [{"id": who.id, "kind": who.kind, "text": who.words[language]} for who in question.who],
            "touched": "yes" if question.touched else "no",
            "said": [
                {"fact": fact, "value": value_words(held.value, usual(held), language), **_who(held.statements)}
                for fact, held in spoken(question)
            ],
        }


def says(goal: Goal, language: str) -> str:
    """One goal under every reading, in sentences."""
    words, possible = sentences(language), _results(goal.possible, language)
    if not goal.possible:
        return words["none_left"]
    if goal.robust == "undecided":
        return words["too_many"].format(readings=goal.readings, cap=CAP, possible=possible)
    if goal.robust == "yes":
        return words["whichever" if goal.answer != "open" else "whichever_open"].format(answer=possible)
    facts = " ".join(texts(language)["facts"][fact]["question"] for fact in goal.deciding)
    return (
        f"{words['differs'].format(possible=possible)} {words['turns_on'].format(facts=facts)} {worst(goal, language)}"
    )


def worst(goal: Goal, language: str) -> str:
    """What the account worst for one's own State answers."""
    words = texts(language)["facts"]
    facts = "; ".join(
        f"{words[fact]['question']} {words[fact]['answers'][value]}"
        for fact, value in goal.adverse.facts.items()
        if fact in goal.deciding
    )
    return sentences(language)["worst"].format(facts=facts, answer=_results([goal.adverse.answer], language))


def paragraphs(
    found: Mapping[str, Verdict], language: str, signed: Sequence[SignOff] = (), most: int | None = MOST_ASKED
) -> Iterator[tuple[str, str]]:
    """Both levels for a plain report: what a paragraph begins with, and its text; two empty ones are an empty line.

    most: how many questions that the sources touch are asked; None: all of them, and those that nothing touches.
    """
    words = sentences(language)
    for level, verdict in found.items():
        yield "", ""
        yield "", f"{words[level]}. {over(verdict, language)}"
        if level != "all" and verdict.goals == found["all"].goals:
            yield "", words["same"]
        else:
            yield from _weighed(verdict, language)
    yield "", ""
    yield "", words["ask_first"]
    every = found["all"].questions
    asked = [question for question in every if most is None or question.touched]
    for number, question in enumerate(asked[:most], 1):
        yield f"{number}. ", _asked(question, language)
    if most is not None and len(asked) > most:
        yield "", words["more"].format(count=len(asked) - most)
    if untouched := len(every) - len(asked):
        yield "", words["untouched"].format(count=untouched)
    yield "", ""
    law = texts(language)["labels"]
    for pack, sign in reviews(found["all"].packs, signed):
        review = law["reviewed"].format(role=sign.role, date=sign.date) if sign else law["not_reviewed"]
        yield "- ", f"{pack.title[language]}: {review}"


def _asked(question: Question, language: str) -> str:
    """A question, how it stands, what sources say near it, and who could answer."""
    words, text = sentences(language), texts(language)["facts"][question.fact]["question"]
    said = "; ".join(
        f"{fact_words(fact, language)}: {said_words(held, language)} "
        f"({', '.join(voice_words(voice, language) for voice in held.voices)})"
        for fact, held in spoken(question)
    )
    who = words["ask"].format(who="; ".join(who.words[language] for who in question.who))
    return " ".join(filter(None, (text, words[question.state], f"{said}." if said else "", who)))


def spoken(question: Question) -> Iterator[tuple[str, Held]]:
    """What sources say near a question that they leave open: the key of a claim and one of its values."""
    for row in arrange(question.passages).rows:
        for held in row.values:
            yield row.fact, held


def _weighed(verdict: Verdict, language: str) -> Iterator[tuple[str, str]]:
    """The entry, every finding that depends on an account, then those that are certain and arise."""
    words = sentences(language)
    for goal in worth_telling(verdict):
        grounds = f" [{', '.join((*goal.cites, goal.tag))}]" if goal.cites else ""
        yield "- ", f"{named(goal.id, language)} {says(goal, language)}{grounds}"
    for view in verdict.views:
        for goal_id in view.goals:
            yield "- ", f"{named(goal_id, language)} {view_says(view, goal_id, language)}"
    waiting = sum(goal.robust == "yes" and goal.answer == "open" for goal in verdict.goals[1:])
    if waiting:
        yield "- ", words["waiting"].format(count=waiting)


def worth_telling(verdict: Verdict) -> list[Goal]:
    """The entry, every finding that depends on an account, then those that are certain and arise."""
    depend = [goal for goal in verdict.goals[1:] if goal.robust != "yes"]
    certain = [goal for goal in verdict.goals[1:] if goal.robust == "yes" and goal.answer not in NO_NEWS]
    return [verdict.entry, *depend, *certain]


def named(goal: str, language: str) -> str:
    """What the entry or a finding is called, so that its answer can follow."""
    name = str(texts(language)["modules"][goal])
    return name if name.endswith("?") else f"{name}:"


def view_says(view: View, goal: str, language: str) -> str:
    """The same facts under one view on a disputed point of law: what one goal can then be."""
    words = texts(language)["positions"][view.position]
    said = sentences(language)["view"]
    return said.format(question=words["question"], view=words[view.option], answer=_results(view.goals[goal], language))


def over(verdict: Verdict, language: str) -> str:
    """Over what a verdict is said: how many voices, until which day, and what does not count on the day asked for."""
    words = sentences(language)
    sentence = words[{0: "over_none", 1: "over_one"}.get(verdict.voices, "over_many")]
    said = [sentence.format(voices=verdict.voices, until=verdict.until or words["undated"])]
    if verdict.as_of:
        said.append(words["as_of"].format(day=verdict.as_of, count=verdict.undated))
    return " ".join(said)


def _results(results: Any, language: str) -> str:
    words = texts(language)["results"]
    return "; ".join(words[result] for result in results)


def said_words(held: Held, language: str) -> str:
    """A value in the reader's language, with the words that most use for it where these are more than its name."""
    return value_words(held.value, usual(held), language)


def brief_words(held: Held, language: str) -> str:
    """A value in the reader's language alone, where it has words there."""
    means, report = meaning(held.value, language), labels(language)["report"]
    said = means or report["quoted"].format(said=usual(held))
    return report["denied"].format(value=said) if held.value.denied else said


def usual(held: Held) -> str:
    """The words that most use for a value."""
    raw = [statement.claim.value for statement in held.statements]
    return max(sorted(set(raw)), key=raw.count)


def sentences(language: str) -> Mapping[str, str]:
    """The sentences around a verdict in one language (labels/<language>.toml)."""
    return labels(language)["verdict"]
