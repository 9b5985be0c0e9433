"""The answer to one case: what `assess --json` prints (docs/assess.schema.json), as plain data.

The answer equals the set of answers over every possible completion of the facts: if all agree, that
one; `disputed` where the views on an unset position differ; otherwise `open`, with all of them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from threading import RLock
from typing import Any

from .casefile import Case
from .changes import minimal_changes
from .decisions import result_of
from .faults import Fault, Faulty
from .lawfile import Pack
from .reasoning import STAGES, Reasoning
from .review import SignOff, by_provision, by_rule, of_pack
from .words import say, texts

#: What was worked out is kept in tables that every thread shares, so one thread asks the engine at a time.
ENGINE = RLock()

#: Entry answers from best to worst for the sending State, to name the worst reading.
ADVERSITY = (
    "refuse",
    "not_governed",
    "consent_needed_now",
    "admit_by_consent",
    "admit_protective_action_only",
    "disputed",
    "open",
    "no_treaty_bar",
    "admit_by_treaty",
)
Answer = dict[str, Any]
#: More readings than a person can weigh; a case file beyond that is several accounts.
MAX_READINGS = 4096
#: What comes before any law, by emergency.
LIFE_FIRST = {
    "fire": "people-out",
    "disaster": "people-out",
    "device": "people-out",
    "threat": "people-out",
    "violence": "get-away",
    "medical": "help-the-ill",
}


def assess(
    case: Case,
    positions: Mapping[str, str] | None = None,
    signed: Iterable[SignOff] = (),
    own: Sequence[Pack] = (),
    language: str = "en",
) -> Answer:
    """Everything the law says of a case.

    positions: the ministry's; those in the case come first. own: the ministry's own packs.
    Raises Faulty where no possible world is left, or where a pack of its own cannot be proved."""
    return Assessment(case, positions or {}, signed, own, language).answer()


class Assessment(Reasoning):
    """What the reasoning says, put into the parts of an answer and into one language."""

    def __init__(
        self,
        case: Case,
        positions: Mapping[str, str],
        signed: Iterable[SignOff] = (),
        own: Sequence[Pack] = (),
        language: str = "en",
    ) -> None:
        super().__init__(case, positions, own)
        self.signed, self.language = tuple(signed), language
        self.words = texts(language)

    def answer(self) -> Answer:
        entry = self.entry()
        findings = [self.finding(module) for module in self.law.order_by_role("finding")]
        question = self.next_question(entry["answer"], findings)
        answer: Answer = {
            "case": self.header(),
            "regime": [
                {"instrument": row.instrument, "standing": row.standing, "why": row.why[self.language], "tag": row.tag}
                for row in self.rows
            ],
            "entry": entry,
            "findings": findings,
            "unknown": self.unknown(),
            "would_change_if": self.would_change_if(entry["answer"]),
            "remedies": [self.remedy(module) for module in self.law.order_by_role("remedy")],
            "forums": [
                {
                    "id": forum.id,
                    "result": forum.result,
                    "tag": forum.tag,
                    "cites": list(forum.cites),
                    "because": forum.because[self.language],
                }
                for forum in self.regime.forums
            ],
            "say": self.say(entry["answer"]),
            **self.reviews(),
        }
        if question:
            answer["next_question"] = question
        if self.contested:
            answer["readings"] = self.readings()
        return answer

    def reviews(self) -> Answer:
        """Who has reviewed what of the law behind this: whole packs, of the others single provisions, and single rules
        of those that nobody has reviewed whole."""
        whole: dict[str, list[SignOff]] = {}
        parts: list[Answer] = []
        rules: list[Answer] = []
        for pack in self.law.packs:
            old = [one for one in self.signed if not one.provisions and (one.pack, one.hash) == (pack.id, pack.hash)]
            sign = of_pack(pack, self.signed)
            whole[pack.id] = old or ([sign] if sign else [])
            parts += [
                {"pack": pack.id, "provision": cite, "digest": pack.digests[cite], "role": one.role, "date": one.date}
                for cite, one in ({} if sign else by_provision(pack, self.signed)).items()
            ]
            rules += [
                {"pack": pack.id, "rule": name, "digest": pack.rule_digests[name], "role": one.role, "date": one.date}
                for name, one in by_rule(pack, self.signed).items()
            ]
        told: Answer = {
            "unreviewed": [
                {"pack": pack.id, "hash": pack.hash, "note": self.words["labels"]["not_reviewed"]}
                for pack in self.law.packs
                if not whole[pack.id]
            ],
            "reviewed": [
                {"pack": sign.pack, "hash": sign.hash, "role": sign.role, "date": sign.date}
                for signs in whole.values()
                for sign in signs
            ],
        }
        alone = {"reviewed_provisions": parts, "reviewed_rules": rules}
        return told | {name: rows for name, rows in alone.items() if rows}

    def header(self) -> Answer:
        first, last = self.case.occurred
        header = {
            "title": self.case.title,
            "sending_state": self.case.sending,
            "receiving_state": self.case.receiving,
            "occurred": first if first == last else f"{first}/{last}",
            "as_of": self.case.as_of,
            "place": self.case.place,
            "post_class": self.case.post_class,
        }
        return {key: value for key, value in header.items() if value}

    def entry(self) -> Answer:
        result, possible, tag = self.settled("entry")
        because = self.because(STAGES)
        cites = list(
            dict.fromkeys(cite for reason in because if reason["state"] == "holds" for cite in reason["cites"])
        )
        entry: Answer = {
            "answer": result,
            "possible": possible,
            "do": [self.wording("do", key) for key in self.to_do(result, possible)],
            "because": because,
            "cites": cites or self.cites("entry"),
            "tag": tag,
        }
        if result == "disputed":
            entry["views"] = self.views("entry")
        if result == "open":
            entry["because_of"] = self.because_of("entry")
            if "entry" in self.law.bounded:
                entry["exact"] = "no"
        return entry

    def to_do(self, result: str, possible: Sequence[str]) -> list[str]:
        """What to do now: life first, then what the rules behind the answer say; never empty."""
        if result in ("open", "disputed"):
            keys = ["disputed-wait" if result == "disputed" else "wait-for-facts"]
            if {"admit_protective_action_only", "disputed"} & set(possible) and self.values("need") == {"yes"}:
                keys.append("disputed-crew")
            keys += ["no-contact", "call-consenter", "archives-closed"]
        else:
            keys = self.orders(result)
        first = self.life_first()
        return list(dict.fromkeys([*first, *(key for key in keys if not (first and key == "close-door"))]))

    def orders(self, result: str) -> list[str]:
        """What every rule that may stand behind a certain answer orders."""
        of, allowed = self.compiled_for("entry")
        decision = of.decision("entry")
        behind = [
            rule
            for rule, stands in zip(decision.rules, decision.stands, strict=True)
            if rule.result == result and self.reached(of, "entry", stands, allowed) != {None}
        ]
        shared = [key for key in behind[0].do if all(key in rule.do for rule in behind)]
        return shared or ["call-consenter", "archives-closed"]

    def life_first(self) -> list[str]:
        """Before any law, wherever an emergency is named: people out, away, or helped."""
        return [LIFE_FIRST[emergency] for emergency in self.facts.get("emergency", ()) if emergency in LIFE_FIRST]

    def at_mission(self) -> bool:
        """Whether only a head of mission consents here."""
        return self.regime.kind == "mission"

    def wording(self, table: str, key: str) -> Any:
        """Words from a table of texts/, in their form for a mission where there is one."""
        special = self.words[f"{table}_mission"] if self.at_mission() else {}
        return special.get(key, self.words[table][key])

    def finding(self, module: str) -> Answer:
        result, possible, tag = self.settled(module)
        finding: Answer = {
            "id": module,
            "result": result,
            "cites": self.cites(module),
            "tag": tag,
            "because": self.because([module]),
        }
        if result == "disputed":
            finding["views"] = self.views(module)
        if result == "open":
            finding["possible"] = possible
            finding["because_of"] = self.because_of(module)
            if module in self.law.bounded:
                finding["exact"] = "no"
        return finding

    def views(self, module: str) -> list[Answer]:
        """The views of the reasoning, each with the authority that carries it, in words."""
        views = super().views(module)
        for view in views:
            for taken in view["positions"]:
                taken["authority"] = self.words["positions"][taken["position"]]["authority"][taken["option"]]
        return views

    def otherwise(self, module: str) -> list[Answer]:
        """Why not another answer: each rule that certainly does not apply, and in words what it would need."""
        rules = {rule.id: rule for rule in self.law.rules[module]}
        return [
            {
                "result": rules[missed["rule"]].result,
                "cites": missed["cites"],
                "needed": [self.needed(fail["name"], fail["needed"]) for fail in missed["fails"]],
            }
            for missed in self.why_not(module)
        ]

    def needed(self, name: str, values: Sequence[str]) -> tuple[str, list[str]]:
        """A condition as a question and the answers that meet it."""
        if name in self.law.rules:
            return self.words["modules"][name], [self.words["results"][value] for value in values]
        words = self.words["facts"][name]
        return words["question"], [words["answers"][value] for value in values]

    def compulsory_forum(self) -> tuple[str, str] | None:
        """Whether the other State can be taken to a judge against its will, in words, and the weakest tag
        this rests on; None for a case without States."""
        if not self.regime.forums:
            return None
        result, tag = self.regime.compulsory
        return self.words["labels"][f"compulsory_{result}"], tag

    def remedy(self, module: str) -> Answer:
        result, _, _ = self.settled(module)
        remedy: Answer = {"id": module, "result": result, "cites": self.cites(module)}
        if result == "open" and module in self.law.bounded:
            remedy["exact"] = "no"
        return remedy

    def unknown(self) -> list[str]:
        """Facts nobody has given that can still change the entry or a finding."""
        found: set[str] = set()
        for module in ("entry", *self.law.order_by_role("finding")):
            found.update(fact for fact in self.deciding(module) if fact not in self.facts)
        return [fact for fact in self.law.words.facts if fact in found]

    def next_question(self, answer: str, findings: Sequence[Answer]) -> Answer | None:
        """The question with the least expected cost to settle the entry; once that is settled, the
        cheapest fact that most open findings wait for."""
        if answer == "open":
            fact = self.questions().next(self.results_graph("entry"))
        else:
            waiting: dict[str, int] = {}
            for finding in findings:
                for reason in finding.get("because_of", ()):
                    waiting[reason["fact"]] = waiting.get(reason["fact"], 0) + 1
            facts = self.law.words.facts
            fact = max(waiting, key=lambda name: (waiting[name], -facts[name].cost), default="")
        return self.question(fact) if fact else None

    def question(self, fact: str) -> Answer:
        """A fact as a question in words, with the answers that are still possible."""
        words = self.words["facts"][fact]
        values = self.facts.get(fact, self.law.words.facts[fact].values)
        return {
            "fact": fact,
            "text": words["question"],
            "answers": [{"value": value, "text": words["answers"][value]} for value in values],
        }

    def would_change_if(self, answer: str) -> list[Answer]:
        """Every minimal set of facts that, learnt or corrected, gives another certain answer."""
        if "entry" in self.law.bounded:
            return []
        graphs = self.compiled.graphs
        node = graphs.combine(result_of, self.compiled.answers("entry", self.positions))
        found = minimal_changes(graphs, node, self.facts, answer)
        costs = self.law.words.facts
        ranked = sorted(
            found,
            key=lambda change: (len(change[0]), sum(costs[fact].cost for fact in change[0]), sorted(change[0].items())),
        )
        return [{"facts": facts, "answer": other} for facts, other in ranked]

    def readings(self) -> Answer:
        """Every complete choice among the contested facts, and what it would mean at the door."""
        graphs = self.compiled.graphs
        node = self.results_graph("entry")
        linked = {fact for impossible in self.law.words.impossible for fact, _ in impossible.when}
        matter = [fact for fact in self.contested if fact in graphs.asked(node) or fact in linked]
        idle = {fact: values for fact, values in self.contested.items() if fact not in matter}
        if math.prod(len(self.contested[fact]) for fact in matter) > MAX_READINGS:
            what = f"more than {MAX_READINGS} readings of the contested facts {', '.join(matter)}"
            raise Faulty([Fault(self.case.file, 0, what, "settle some of them, or make a case file for each account")])
        answers: dict[tuple[str, ...], str] = {}
        for choice in product(*(self.contested[fact] for fact in matter)):
            reading = dict(zip(matter, choice, strict=True))
            if self.possible_reading(reading):
                results = graphs.outcomes(node, {fact: (value,) for fact, value in reading.items()}) - {None}
                answers[choice] = results.pop() if len(results) == 1 else "open"
        worst = max(answers, key=lambda choice: ADVERSITY.index(answers[choice]))
        adverse = {**dict(zip(matter, worst, strict=True)), **{fact: values[0] for fact, values in idle.items()}}
        return {
            "count": len(answers) * math.prod(len(values) for values in idle.values()),
            "same": "yes" if len(set(answers.values())) == 1 else "no",
            "deciding": [fact for index, fact in enumerate(matter) if _decides(index, answers)],
            "adverse": {"facts": {fact: adverse[fact] for fact in self.contested}, "answer": answers[worst]},
        }

    def possible_reading(self, reading: Mapping[str, str]) -> bool:
        """Whether a choice leaves any possible world."""
        facts = {**self.facts, **{fact: (value,) for fact, value in reading.items()}}
        for impossible in self.law.words.impossible:
            if all(set(facts.get(fact, ("?",))) <= values for fact, values in impossible.when):
                return False
        return True

    def say(self, answer: str) -> Answer:
        """What to say: to the officer in the host language, or in English where nobody has written it."""
        words: Answer = {"staff": list(self.wording("staff", answer))}
        if self.case.host_language:
            language = self.case.host_language if say(self.case.host_language) else "en"
            host = say(language) or {}
            special = host["host_mission"] if self.at_mission() else {}
            words |= {"host": special.get(answer, host["host"][answer]), "host_language": language}
        return words


def _decides(index: int, answers: Mapping[tuple[str, ...], str]) -> bool:
    """Whether two readings that differ in this place alone have different answers."""
    by_rest: dict[tuple[str, ...], set[str]] = {}
    for reading, answer in answers.items():
        by_rest.setdefault((*reading[:index], *reading[index + 1 :]), set()).add(answer)
    return any(len(found) > 1 for found in by_rest.values())


def canonical(answer: Answer) -> str:
    """Canonical JSON (a profile of RFC 8785: objects, arrays, strings, integers): sorted keys, no blanks, UTF-8."""
    return json.dumps(answer, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
