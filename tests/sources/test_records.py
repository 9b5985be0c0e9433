"""Records come in from JSON and CSV, go out to both without loss, and every fault of a file is named."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sources.press import MINNEAPOLIS, PRESS, SHENYANG, files, press

from inviolable.law.faults import MOST, Faulty
from inviolable.sources.records import (
    MODALITIES,
    MOST_CLAIMS,
    POLARITIES,
    Claim,
    Record,
    from_csv,
    from_json,
    load,
    to_csv,
    to_json,
)

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t'=+-@\",;"), max_size=20)
SAID = TEXT.filter(bool)
DAY = st.sampled_from(["", "2026-01-27", "2026-01-27T11:00-06:00", "2026-01-27T17:00:00+00:00"])


CLAIMS = st.builds(
    Claim,
    st.just(""),
    st.just(0),
    SAID,
    SAID,
    attributed_to=TEXT,
    quote=TEXT,
    note=TEXT,
    polarity=st.sampled_from(POLARITIES),
    modality=st.sampled_from(MODALITIES),
    as_of=DAY,
)
OTHERS = dict.fromkeys(("url", "publisher", "title", "lineage", "seen_as", "notes"), TEXT)
LANGUAGE = st.sampled_from(["", "es", "en", "zh-TW"])
RECORD = st.builds(Record, SAID, published=DAY, language=LANGUAGE, claims=st.lists(CLAIMS, max_size=3), **OTHERS)


def _placed(record: Record) -> Record:
    claims = tuple(replace(claim, record=record.id, place=n) for n, claim in enumerate(record.claims))
    return replace(record, claims=claims)


RECORDS = st.lists(RECORD.map(_placed), max_size=4, unique_by=lambda record: record.id)


def test_the_press_of_two_incidents_is_read_whole_and_written_back_as_it_was() -> None:
    assert [len(press(MINNEAPOLIS)), len(press(SHENYANG))] == [56, 14]
    for incident in (MINNEAPOLIS, SHENYANG):
        for path, record in zip(files(incident), press(incident), strict=True):
            was = json.loads(path.read_text())
            assert json.loads(to_json([record])) == {k: v for k, v in was.items() if (k, v) != ("notes", "")}
        assert from_csv(to_csv(press(incident))) == list(press(incident))
        assert from_json(to_json(press(incident))) == list(press(incident))


def test_no_quotation_in_the_test_data_is_longer_than_25_words() -> None:
    quotes = [claim.quote for path in PRESS.glob("*/*.json") for claim in from_json(path.read_text())[0].claims]
    assert len([quote for quote in quotes if quote]) > 50
    assert max(len(quote.split()) for quote in quotes) <= 25


@given(RECORDS)
def test_whatever_a_record_says_comes_back_from_json_and_csv(found: list[Record]) -> None:
    assert from_json(to_json(found)) == found
    assert from_csv(to_csv(found)) == found


def test_a_spreadsheet_takes_no_cell_for_a_formula() -> None:
    claim = Claim("1", 0, "actor.count", "=cmd|' /C calc'!A0", quote="+1", note="'Chancellor'")
    line = to_csv([Record("1", publisher="@evil", claims=(claim,))]).splitlines()[1]
    assert [cell for cell in line.split(",") if cell.strip('"')[:1] in ("=", "+", "@", "-")] == []
    assert ",'Chancellor'," in line, "an apostrophe of somebody's own stays alone"


CLAIM = {"fact": "event.date", "value": "2026-01-27", "attributed_to": None, "quote": None}
ONE = {"id": "1", "published": "2026-01-28", "language": "es", "claims": [CLAIM]}

FAULTS = {
    "nothing at all": ("", "not JSON"),
    "a text": ('"hello"', "record is 'hello'; write an object"),
    "cut off": ('{"id": "1", "claims": [', "not JSON"),
    "nested": ("[" * 100_000, "nested too deeply"),
    "no id": (json.dumps({"claims": []}), "record has no id"),
    "an id that is a number": (json.dumps({**ONE, "id": 7}), "id is 7; write a text"),
    "a key twice": ('{"id": "1", "id": "2"}', "'id' is there twice"),
    "an unknown key": (json.dumps({**ONE, "autor": "x"}), "unknown key 'autor'"),
    "an unknown key of a claim": (json.dumps({**ONE, "claims": [{**CLAIM, "vlaue": "x"}]}), "did you mean value?"),
    "claims that are no list": (json.dumps({**ONE, "claims": {}}), "claims is {}; write a list"),
    "a claim that is a text": (json.dumps({**ONE, "claims": ["yes"]}), "record '1', claim 1 is 'yes'"),
    "a claim without a value": (json.dumps({**ONE, "claims": [{"fact": "x"}]}), "record '1', claim 1 has no value"),
    "a date that is none": (json.dumps({**ONE, "published": "2026-02-30"}), "published is '2026-02-30'"),
    "a moment without offset": (json.dumps({**ONE, "published": "2026-01-27T11:00"}), "a moment with its offset"),
    "a language in words": (json.dumps({**ONE, "language": "Español"}), "write its code of ISO 639"),
    "a polarity of its own": (json.dumps({**ONE, "claims": [{**CLAIM, "polarity": "deny"}]}), "did you mean denies?"),
    "a modality of its own": (json.dumps({**ONE, "claims": [{**CLAIM, "modality": "sure"}]}), "allowed: alleged"),
    "an escape sequence": (json.dumps({**ONE, "title": "\x1b[2J"}), "holds the character U+001B"),
    "half a character": (json.dumps({**ONE, "title": "\ud800"}), "holds the character U+D800"),
    "an id twice": (json.dumps([ONE, ONE]), "id '1' is there twice"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_its_place_and_the_way_out(name: str) -> None:
    text, expected = FAULTS[name]
    with pytest.raises(Faulty) as refused:
        from_json(text, "a.json")
    assert expected in str(refused.value)
    assert str(refused.value).startswith("a.json")


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({**ONE, "language": "Español", "published": "yesterday"}))
    (tmp_path / "b.json").write_bytes(b'{"id": "\xff"}')
    (tmp_path / "c.txt").write_text("hello")
    (tmp_path / "d.json").write_text(json.dumps(ONE))
    (tmp_path / "e.json").write_text(json.dumps(ONE))
    paths = [tmp_path / name for name in ("a.json", "b.json", "c.txt", "d.json", "e.json", "gone.json")]
    with pytest.raises(Faulty) as refused:
        load([*paths, tmp_path])
    lines = [str(fault).removeprefix(f"{tmp_path}/") for fault in refused.value.faults]
    for expected in ("language", "published", "byte 8 is not UTF-8", "ends in .txt", "is also in", "cannot be read"):
        assert any(expected in line for line in lines), expected


def test_a_file_full_of_faults_is_refused_at_the_first_of_them() -> None:
    for text in (json.dumps([{}] * 4_000), json.dumps({"id": "1", "claims": [{}] * 4_000}), HEAD + "\n1,2" * 4_000):
        with pytest.raises(Faulty) as refused:
            from_csv(text) if text.startswith(HEAD) else from_json(text)
        assert len(refused.value.faults) == MOST
        assert "the rest was not read; mend what is named first" in str(refused.value)


def test_no_more_comes_in_at_once_than_can_be_written_while_others_wait() -> None:
    most = Record("1", claims=tuple(Claim("1", n, "weather", "snow") for n in range(MOST_CLAIMS)))
    assert from_json(to_json([most])) == from_csv(to_csv([most])) == [most]
    more = (replace(most, claims=(*most.claims, Claim("1", MOST_CLAIMS, "weather", "snow"))),)
    empty = [Record(f"{n}") for n in range(MOST_CLAIMS + 1)]
    for told in (more, empty):
        for read, text in ((from_json, to_json(told)), (from_csv, to_csv(told))):
            with pytest.raises(Faulty, match=f"more than {MOST_CLAIMS:,} claims; divide it"):
                read(text)


HEAD = to_csv([]).strip()
BAD_CSV = {
    "": "1: no column id",
    HEAD.replace(",title", ""): "1: no column title",
    HEAD + ",mood": "1: unknown column 'mood'",
    HEAD + ",id": "1: column 'id' is there twice",
    HEAD + "\n1,2": "2: 2 cells, expected 17",
    HEAD + '\n"1': "not CSV",
    HEAD + "\n" + "1,,,,es" + "," * 12 + "\n" + "1,,,,en" + "," * 12: "language of '1' is 'en', above 'es'",
}


@pytest.mark.parametrize("text", BAD_CSV)
def test_a_table_that_is_none_is_refused_by_line(text: str) -> None:
    with pytest.raises(Faulty, match=r"^a\.csv") as refused:
        from_csv(text, "a.csv")
    assert BAD_CSV[text] in str(refused.value)


def test_a_key_that_nobody_knows_is_kept() -> None:
    claim = {**CLAIM, "fact": "weather", "value": "snow"}
    assert from_json(json.dumps({**ONE, "claims": [claim]}))[0].claims[0].value == "snow"
