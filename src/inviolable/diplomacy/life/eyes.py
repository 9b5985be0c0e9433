"""Where one person alone stands for what two were to see: it stops nothing, and whoever decides on a note must know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from inviolable.counsel import record
from inviolable.diplomacy.checks.standing import who_decides, wrote
from inviolable.diplomacy.drafting.writing import in_force, rests_on
from inviolable.diplomacy.file import RELEASED, NoteFile
from inviolable.diplomacy.terms import Content
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.terms import Item
from inviolable.incidents.wording import charged, who_words
from inviolable.law.lawfile import Pack
from inviolable.law.review import SignOff, by_provision, by_rule
from inviolable.ledger.actions import Actor
from inviolable.posts.lookup import accounts, same_person


def own_law(state: IncidentState, file: NoteFile, content: Content) -> Iterator[str]:
    """Who wrote a version of a note and signed law that it rests on, which nobody else did."""
    relied, whose, home = rests_on(state, content), accounts(), Path(settings.HOME)
    signed = record.decided(home).signed
    own = [one for one in signed if one.by and wrote(file, {"role": one.role, "id": one.by}, whose)]
    others, found = [one for one in signed if one not in own], dict[str, list[str]]()
    for pack in record.all_packs(home, in_force(state, content)).values() if own else ():
        by_them, by_others = _read(pack, own), _read(pack, others)
        for one in pack.provisions:
            names = [name for name in (one.cite, *(rule.id for rule in one.rules)) if name in relied]
            alone = next((by_them[name] for name in names if name in by_them.keys() - by_others.keys()), None)
            if alone:
                found.setdefault(who_words({"role": alone.role, "id": alone.by}), []).append(one.cite)
    told = _("%(who)s wrote it and also signed the law that it rests on, and nobody else has: %(cites)s.")
    yield from (told % {"who": who, "cites": ", ".join(cites)} for who, cites in found.items())


def _read(pack: Pack, signed: list[SignOff]) -> Mapping[str, SignOff]:
    """The provisions and rules that were reviewed as they stand, by name."""
    whole = by_provision(pack, signed)
    rules = {rule.id: whole[one.cite] for one in pack.provisions if one.cite in whole for rule in one.rules}
    return {**by_rule(pack, signed), **rules, **whole}


def both_decisions(file: NoteFile) -> Iterator[str]:
    """Who approves a note and may release it as well, or has done both."""
    may = who_decides(file.organ, "release")
    able = [one.actor for one in file.approvals if one.actor["role"] in may]
    if file.state == RELEASED:
        told = _("%(who)s both approved and released it: the last two steps are one person's.")
        yield from (told % {"who": who_words(one)} for one in able if _released_it(file, one))
        return
    told = _("%(who)s approved it and may release it as well: somebody else should, where there is one.")
    yield from (told % {"who": who_words(one)} for one in able)
    told = _("Whoever approves it as %(role)s may release it as well: somebody else should, where there is one.")
    left = file.steps[len(file.approvals) :]
    yield from (told % {"role": charged(step)} for step in dict.fromkeys(left) if step in may)


def one_word(state: IncidentState, file: NoteFile, delivery: Item) -> list[str]:
    """What of a delivery rests on the word of whoever released the note: that it was received, and the proof of it."""
    found, proof = [], state.exhibits.get(delivery.body.get("proof", ""))
    if delivery.body["outcome"] == "received" and _released_it(file, delivery.actor):
        found.append(_("One person's word: whoever released it recorded that it was received."))
    if proof and _released_it(file, state.timeline[proof.seq].actor):
        found.append(_("One person's word: whoever released it added the stamped copy or receipt."))
    return found


def _released_it(file: NoteFile, actor: Actor) -> bool:
    """Whether somebody released a note, or had the command line do it for them."""
    if not file.released:
        return False
    hands = filter(None, (file.released.actor["id"], file.released.body.get("for")))
    return any(same_person({"id": one}, actor) for one in hands)
