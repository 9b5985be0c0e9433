"""The answer to a case as plain text: readable without colour, in any terminal, by a screen reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import fill
from typing import Any

from .assess import Assessment
from .lawfile import Rule
from .words import texts

WIDTH = 100
CHANGES_SHOWN = 12


def plain(assessment: Assessment) -> str:
    """Lines of at most 100 characters: verdict, orders, words to say, reasons, findings, remedies."""
    return "\n".join(_Plain(assessment).lines()) + "\n"


class _Plain:
    def __init__(self, assessment: Assessment) -> None:
        self.answer, self.language, law = assessment.answer(), assessment.language, assessment.law
        self.missed = assessment.otherwise("entry")
        self.compulsory = assessment.compulsory_forum()
        self.words = texts(self.language)
        self.labels: Mapping[str, str] = self.words["labels"]
        self.rules: Mapping[str, Rule] = {rule.id: rule for rules in law.rules.values() for rule in rules}
        self.packs = law.packs

    def lines(self) -> Iterator[str]:
        yield from self.header()
        yield from self.entry()
        yield from self.findings()
        yield from self.remedies()
        yield from self.changes()
        yield from self.unknown()
        yield from self.regime()
        yield from self.review()

    def header(self) -> Iterator[str]:
        case = self.answer["case"]
        yield case["title"]
        where = [case.get("place", ""), case["occurred"]]
        if case.get("as_of"):
            where.append(f"{self.labels['as_of']} {case['as_of']}")
        yield ", ".join(part for part in where if part)

    def entry(self) -> Iterator[str]:
        entry = self.answer["entry"]
        yield from self.title(self.words["modules"]["entry"])
        yield from self.item(self.result(entry["answer"]), f"[{entry['tag']}] {', '.join(entry['cites'])}", "")
        if entry["answer"] == "open":
            yield from self.item(self.labels["possible"] + ": " + "; ".join(self.result(r) for r in entry["possible"]))
        yield from self.views(entry)
        yield from self.title(self.labels["do"])
        for number, order in enumerate(entry["do"], 1):
            yield from self.item(order, first=f"{number}. ")
        say = self.answer["say"]
        if "host" in say:
            yield from self.title(self.labels["say_host"])
            yield from self.item(f"“{say['host']}”", first="")
        yield from self.title(self.labels["why"])
        for reason in entry["because"]:
            yield from self.reason(reason)
        yield from self.why_not()
        if "readings" in self.answer:
            yield from self.title(self.labels["readings"])
            yield from self.item(self.readings(self.answer["readings"]))

    def reason(self, reason: Mapping[str, Any]) -> Iterator[str]:
        rule = self.rules[reason["rule"]]
        sentence = rule.words[self.language]
        if reason["state"] == "defeated":
            sentence += f" ({self.labels['defeated']} {reason['by']})"
        yield from self.item(f"{sentence} [{', '.join(reason['cites'])}; {rule.tag}]")

    def why_not(self) -> Iterator[str]:
        yield from self.title(self.labels["why_not"])
        for missed in self.missed:
            needed = "; ".join(f"{question} {', '.join(answers)}" for question, answers in missed["needed"])
            cites = ", ".join(missed["cites"])
            yield from self.item(f"{self.result(missed['result'])} [{cites}] {self.labels['only_if']}: {needed}")

    def readings(self, readings: Mapping[str, Any]) -> str:
        if readings["same"] == "yes":
            return self.labels["reading_same"].format(count=readings["count"])
        adverse = readings["adverse"]
        return self.labels["reading_differs"].format(
            count=readings["count"],
            deciding=", ".join(readings["deciding"]),
            facts=self.facts(adverse["facts"]),
            answer=self.result(adverse["answer"]),
        )

    def findings(self) -> Iterator[str]:
        yield from self.title(self.labels["findings"])
        order = ("breach", "arguable", "disputed", "open", "engaged", "no_breach", "not_engaged", "out_of_scope")
        for finding in sorted(self.answer["findings"], key=lambda found: order.index(found["result"])):
            name = self.words["modules"][finding["id"]]
            yield from self.item(
                f"{self.result(finding['result'])}: {name} [{', '.join(finding['cites'])}; {finding['tag']}]"
            )
            if finding["result"] in ("breach", "arguable", "no_breach", "engaged"):
                for reason in finding["because"]:
                    yield from self.item(self.rules[reason["rule"]].words[self.language], first="    ")
            if "because_of" in finding:
                questions = (self.words["facts"][reason["fact"]]["question"] for reason in finding["because_of"])
                yield from self.item(f"{self.labels['waits_for']}: {' '.join(questions)}", first="    ")
            yield from self.views(finding)

    def views(self, part: Mapping[str, Any]) -> Iterator[str]:
        for view in part.get("views", ()):
            for taken in view["positions"]:
                words = self.words["positions"][taken["position"]]
                said = f"{words['question']} {words[taken['option']]}"
                result = self.result(view["result"])
                yield from self.item(
                    f"{self.labels['view'].format(view=said)}: {result}. {taken['authority']}", first="    "
                )

    def remedies(self) -> Iterator[str]:
        yield from self.title(self.labels["remedies"])
        for remedy in self.answer["remedies"]:
            name = self.words["modules"][remedy["id"]]
            inexact = f" ({self.labels['inexact']})" if remedy.get("exact") == "no" else ""
            yield from self.item(f"{self.result(remedy['result'])}: {name} [{', '.join(remedy['cites'])}]{inexact}")
        yield from self.title(self.labels["forums"])
        if self.compulsory:
            yield from self.item("{} [{}]".format(*self.compulsory), first="")
        for forum in self.answer["forums"]:
            yield from self.item(
                f"{self.result(forum['result'])}: {forum['because']} [{', '.join((*forum['cites'], forum['tag']))}]"
            )

    def changes(self) -> Iterator[str]:
        changes = self.answer["would_change_if"]
        yield from self.title(self.labels["would_change"])
        for change in changes[:CHANGES_SHOWN]:
            yield from self.item(f"{self.facts(change['facts'])} → {self.result(change['answer'])}")
        if len(changes) > CHANGES_SHOWN:
            yield f"  {len(changes) - CHANGES_SHOWN} {self.labels['and_more']}"

    def unknown(self) -> Iterator[str]:
        if self.answer["unknown"]:
            yield from self.title(self.labels["unknown"])
            for fact in self.answer["unknown"]:
                yield from self.item(f"{self.words['facts'][fact]['question']} [{fact}]")
        if "next_question" in self.answer:
            question = self.answer["next_question"]
            yield from self.title(self.labels["next_question"])
            yield from self.item(question["text"], first="")
            for choice in question["answers"]:
                yield from self.item(f"{choice['value']}: {choice['text']}")

    def regime(self) -> Iterator[str]:
        yield from self.title(self.labels["regime"])
        for row in self.answer["regime"]:
            yield from self.item(f"{row['instrument']}: {row['why']} [{row['tag']}]")

    def review(self) -> Iterator[str]:
        yield from self.title(self.labels["review"])
        signed = {review["pack"]: review for review in self.answer["reviewed"]}
        for pack in self.packs:
            review = signed.get(pack.id)
            words = self.labels["reviewed"].format(**review) if review else self.labels["not_reviewed"]
            yield from self.item(f"{pack.title[self.language]}: {words}")

    def facts(self, facts: Mapping[str, str]) -> str:
        words = self.words["facts"]
        return "; ".join(f"{words[name]['question']} {words[name]['answers'][value]}" for name, value in facts.items())

    def result(self, result: str) -> str:
        return str(self.words["results"][result])

    def title(self, text: str) -> Iterator[str]:
        yield ""
        yield text
        yield "-" * len(text)

    def item(self, text: str, extra: str = "", first: str = "- ") -> Iterator[str]:
        yield fill(
            f"{text} {extra}".strip(),
            WIDTH,
            initial_indent=first,
            subsequent_indent=" " * len(first),
            break_long_words=False,
            break_on_hyphens=False,
        )
