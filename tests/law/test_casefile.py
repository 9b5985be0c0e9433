"""Bad input: every fault named with file, line, what was found and what is allowed; nothing assessed."""

import os
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inviolable.law.assess import assess
from inviolable.law.casefile import Case, load_case, read_case
from inviolable.law.faults import Faulty

GOOD = """[case]
title = "A case"
sending_state = "EC"
receiving_state = "US"
occurred = "2026-01-27T11:00-06:00"
weekday = "tuesday"

[post]
class = "consulate"
head = "career"
status = "open"
host_language = "en"

[facts]
actor = "officer"
zone = "work"
attempted = "yes"
entered = ["no", "partly"]
"""


def faults(text: str) -> list[str]:
    with pytest.raises(Faulty) as caught:
        read_case(text, "case.toml")
    return [str(fault) for fault in caught.value.faults]


def test_a_good_case_is_read_whole() -> None:
    case = read_case(GOOD, "case.toml")
    assert case.facts["entered"] == ("no", "partly")
    assert case.contested == {"entered": ("no", "partly")}
    assert case.kind == "consular"
    assert case.day.isoformat() == "2026-01-27"


@pytest.mark.parametrize(
    ("change", "to", "fault"),
    [
        ('actor = "officer"', 'actr = "officer"', "case.toml:15: unknown fact 'actr'; did you mean actor?"),
        ('zone = "work"', 'zone = "wrok"', "case.toml:16: zone cannot be 'wrok'; did you mean work?"),
        (
            'attempted = "yes"',
            "attempted = true",
            'case.toml:17: attempted is true; write "yes" or "no" in quotation marks',
        ),
        (
            'attempted = "yes"\nentered = ["no", "partly"]',
            'attempted = "no"\nentered = "yes"',
            (
                "case.toml:18: contradictory facts: attempted is no and entered is yes; "
                "no event can be so; correct one of them"
            ),
        ),
        (
            "2026-01-27T11:00-06:00",
            "2026-02-30",
            (
                "case.toml:5: occurred '2026-02-30' is no date: day is out of range for month; "
                "write 2026-01-27 or 2026-01-27T11:00-06:00"
            ),
        ),
        (
            '"tuesday"',
            '"monday"',
            "case.toml:6: 2026-01-27 is a tuesday, not a monday; correct the date or the weekday",
        ),
        (
            "2026-01-27T11:00-06:00",
            "2026-01-27T11:00",
            "case.toml:5: occurred '2026-01-27T11:00' has no offset; add it, such as -06:00",
        ),
        (
            "2026-01-27T11:00-06:00",
            "2026-01-27/2026-01-26",
            "case.toml:5: occurred ends before it begins, or mixes a day with a minute; write first/last",
        ),
        (
            '"EC"',
            '"Ecuador"',
            "case.toml:3: sending_state is 'Ecuador'; did you mean EC (Ecuador)?",
        ),
        (
            'class = "consulate"',
            'class = "honorary-consulate"',
            "case.toml:10: an honorary consulate cannot have the head 'career'; correct class or head",
        ),
        (
            'class = "consulate"',
            'class = "consulat"',
            (
                "case.toml:9: class is 'consulat'; allowed: consulate-general, "
                "consulate, vice-consulate, consular-agency, honorary-consulate, embassy, consular-section"
            ),
        ),
        ('title = "A case"', 'titel = "A case"', "case.toml:2: unknown key 'titel' in [case]; did you mean title?"),
        (
            'entered = ["no", "partly"]',
            'entered = ["no", "no"]',
            "case.toml:18: entered names 'no' twice; name each contested value once",
        ),
        (
            'entered = ["no", "partly"]',
            "entered = []",
            "case.toml:18: entered is an empty list; leave an unknown fact out",
        ),
        ('zone = "work"', 'head = "career"', "case.toml:16: 'head' is a fact of the post; move it to [post]"),
        ("[facts]", "[fact]", "case.toml:14: unknown table [fact]; did you mean facts?"),
        ('"A case"', f'"{"A case " * 50}"', "case.toml:2: [case] title is longer than 300 letters; say it shorter"),
    ],
)
def test_each_fault_has_file_line_and_way_out(change: str, to: str, fault: str) -> None:
    assert change in GOOD
    assert fault in faults(GOOD.replace(change, to))


def test_all_faults_are_named_at_once() -> None:
    text = GOOD.replace('"officer"', '"oficer"').replace('"work"', '"wrok"').replace('"US"', '"UX"')
    assert len(faults(text)) == 3


def test_what_is_not_toml_is_refused_with_its_line() -> None:
    (fault,) = faults(GOOD.replace('zone = "work"', 'zone = "work'))
    assert fault.startswith("case.toml:16: not TOML:")


def test_a_file_of_fifty_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.toml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(Faulty, match="the file has 50,000,000 bytes; a case file has at most 1,000,000"):
        load_case(path)


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(GOOD.replace("A case", "Ción").encode("latin-1"))
    with pytest.raises(Faulty, match="byte 18 is not UTF-8; save the file as UTF-8"):
        load_case(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Faulty, match="cannot be read: No such file"):
        load_case(tmp_path / "none.toml")


def test_a_former_state_is_known_by_its_four_letters() -> None:
    case = read_case(
        GOOD.replace('"US"', '"SUHH"')
        .replace("2026-01-27T11:00-06:00", "1977-08-26")
        .replace('weekday = "tuesday"\n', ""),
        "case.toml",
    )
    assert assess(case)["regime"][0]["instrument"] == "vccr"
    assert "custom" in {row["instrument"] for row in assess(case)["regime"]}


def test_a_state_that_had_ended_is_refused_with_the_file() -> None:
    case: Case = read_case(GOOD.replace('"US"', '"SUHH"'), "case.toml")
    with pytest.raises(Faulty, match=r"case\.toml: receiving_state: SUHH ended on"):
        assess(case)


def test_a_hypothetical_case_names_instruments_instead_of_states() -> None:
    text = GOOD.replace('sending_state = "EC"\nreceiving_state = "US"\n', "") + '\n[regime]\ninstruments = ["vccr"]\n'
    assert assess(read_case(text, "case.toml"))["entry"]["answer"] == "open"
    assert faults(GOOD + '\n[regime]\ninstruments = ["vccr"]\n') == [
        "case.toml:3: [regime] stands instead of States, but sending_state is given; remove one of them",
        "case.toml:4: [regime] stands instead of States, but receiving_state is given; remove one of them",
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"2026-01-27T11:00-06:00"', "0", "occurred is 0; write"),
        ('"2026-01-27T11:00-06:00"', '"20260127"', "occurred '20260127' is no date: it is written in another way"),
        ('"2026-01-27T11:00-06:00"', '"2026-W05-2"', "occurred '2026-W05-2' is no date"),
        ('"2026-01-27T11:00-06:00"', '"2026-01-27 11:00-06:00"', "is no date: it is written in another way"),
        ('"2026-01-27T11:00-06:00"', '"2026-01-27T11-06:00"', "is no date: it is written in another way"),
        ('"2026-01-27T11:00-06:00"', '"2026-01-27T11:00-06:00:30"', "is no date: it is written in another way"),
        ('"2026-01-27T11:00-06:00"', '"２０２６-01-27"', "is no date: it is written in another way"),
        ('"2026-01-27T11:00-06:00"', '"1970-01-01"', "1970-01-01 is a thursday, not a tuesday"),
        ("[post]", "as_of = 0\n[post]", "as_of is 0; write"),
        ("[post]", "as_of = false\n[post]", "as_of is False; write"),
        ("[post]", 'as_of = ""\n[post]', "as_of is ''; write"),
        ("[post]", "place = 1\n[post]", "place is 1; write place"),
        ('title = "A case"', "title = 1", "title is 1; write title"),
        ('"en"', "0", "host_language is 0; two letters"),
        ('"en"', '"../x"', "host_language is '../x'; two letters"),
        ('"EC"', '["EC"]', "sending_state is ['EC']"),
        ('"officer"', "[[]]", "actor cannot be []"),
    ],
)
def test_values_of_another_kind_are_refused(old: str, new: str, fault: str) -> None:
    assert old in GOOD
    assert any(fault in one for one in faults(GOOD.replace(old, new, 1)))


@pytest.mark.parametrize("moment", ["2026-01-27T11:00:30-06:00", "2026-01-27", "2026-01-27T11:00+00:00"])
def test_a_date_or_a_minute_with_offset_is_read(moment: str) -> None:
    for written in (f'"{moment}"', moment if moment != "2026-01-27T11:00+00:00" else "2026-01-27T11:00:00.5Z"):
        assert read_case(GOOD.replace('"2026-01-27T11:00-06:00"', written), "case.toml").day.isoformat() == "2026-01-27"


@pytest.mark.parametrize("character", ["\\u001b", "\\n", "\\u0085", "\\u202e", "\\u200b", "\\u2028", "\\u2029"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('title = "A case"', 'title = "A {}case"'),
        ("[post]", 'place = "here{}"\n[post]'),
        ("[post]", 'source = "{}ours"\n[post]'),
        ("[post]", '[sources]\nS1 = "ours{}"\n[post]'),
        ("[post]", '[sources]\n"S1{}" = "ours"\n[post]'),
    ],
)
def test_no_text_can_forge_what_is_printed(character: str, old: str, new: str) -> None:
    found = faults(GOOD.replace(old, new.format(character)))
    assert any("holds the character U+" in one for one in found)
    assert not any(set(one) & set("\x1b\n\x85\u202e\u200b\u2028\u2029") for one in found)


def test_a_long_value_is_cut_in_its_fault() -> None:
    for old in ('"officer"', '"EC"', '"consulate"', '"2026-01-27T11:00-06:00"', '"tuesday"', '"en"'):
        assert all(len(one) < 300 for one in faults(GOOD.replace(old, '"' + "x" * 10_000 + '"')))
    assert all(len(one) < 300 for one in faults(GOOD + "x" * 10_000 + " = 1\n"))
    assert all(len(one) < 300 for one in faults(GOOD + f"[{'x' * 10_000}]\n"))


def test_many_faults_are_counted_and_found_at_once() -> None:
    found = faults(GOOD + "".join(f"f{number} = 1\n" for number in range(50_000)))
    assert len(found) == 51
    assert found[0].startswith("case.toml:19: unknown fact 'f0'")
    assert found[-1] == "case.toml: and 49950 more"


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 100_000, "{a=" * 100_000, "a" + ".a" * 400_000 + " = 1"])
def test_what_no_reader_can_hold_is_refused_in_one_line(value: str) -> None:
    for text in (f"[facts]\nactor = {value}\n", f"[facts]\nactor.{value}\n"):
        assert all(len(one) < 400 for one in faults(text))


def test_an_instrument_is_named_once() -> None:
    text = GOOD.replace('sending_state = "EC"\nreceiving_state = "US"\n', "")
    [fault] = faults(text + '[regime]\ninstruments = ["vccr", "vccr"]\n')
    assert "names 'vccr' twice" in fault


def test_only_a_regular_file_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    for path in (tmp_path / "pipe.toml", tmp_path, Path("/dev/zero")):
        with pytest.raises(Faulty, match="is no regular file"):
            load_case(path)


def test_a_byte_order_mark_and_windows_lines_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_case(path).title == "A case"


VALUES = st.one_of(
    st.text(max_size=12),
    st.integers(),
    st.booleans(),
    st.sampled_from(["yes", "no", "work", "EC", "2026-01-27", "consulate"]),
    st.lists(st.one_of(st.text(max_size=5), st.integers(), st.sampled_from(["yes", "no"])), max_size=3),
)
KEYS = st.one_of(
    st.text(max_size=8), st.sampled_from(["title", "occurred", "actor", "entered", "class", "sending_state"])
)


@given(
    st.dictionaries(
        st.sampled_from(["case", "post", "facts", "positions", "regime", "x"]), st.dictionaries(KEYS, VALUES)
    )
)
def test_whatever_the_file_holds_it_is_read_or_refused_with_words(data: dict[str, dict[str, object]]) -> None:
    lines = []
    for table, rows in data.items():
        lines.append(f"[{table}]")
        lines += [f"{_quoted(key)} = {_toml(value)}" for key, value in rows.items()]
    text = "\n".join(lines)
    tomllib.loads(text)
    with suppress(Faulty):
        read_case(text, "case.toml")


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    return '"' + "".join(f"\\U{ord(letter):08X}" for letter in text) + '"'
