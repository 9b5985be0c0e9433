"""Findings of a dossier worked out again: whatever a maker wrote there, it ends in words."""

import json

import pytest

from inviolable.incidents.again import Differs, engine, recompute_dossier

GOOD = {"part": "1", "case": "[case]\n", "answer": {"reviewed": []}, "engine": engine(), "packs": {}}


def dossier(tmp_path, **body):
    (tmp_path / "data").mkdir()
    entry = {"kind": "finding.made", "seq": 3, "body": GOOD | body}
    (tmp_path / "data" / "entries.jsonl").write_text(json.dumps(entry) + "\n")
    return tmp_path


@pytest.mark.parametrize(
    "body",
    [{"case": 5}, {"case": {"a": "b"}}, {"answer": "x"}, {"packs": []}, {"engine": 1}, {"part": {}}, {"answer": []}],
)
def test_a_finding_of_another_form_is_named(tmp_path, body):
    with pytest.raises(Differs, match="line 1: the finding has another form"):
        recompute_dossier(dossier(tmp_path, **body))


@pytest.mark.parametrize("answer", [{}, {"reviewed": 5}, {"reviewed": [5]}, {"reviewed": [{"x": "y"}]}])
@pytest.mark.parametrize("case", ["", "[case", "a" + ".a" * 100_000 + " = 1", "[" * 100_000, "\0", "9" * 5000])
def test_an_answer_that_no_law_gives_is_named(tmp_path, answer, case):
    with pytest.raises(Differs, match="line 1: the finding is not what the law says"):
        recompute_dossier(dossier(tmp_path, answer=answer, case=case))


def test_what_another_version_found_is_counted_apart(tmp_path):
    said = recompute_dossier(dossier(tmp_path, engine="inviolable 0.0.1", answer={}))
    assert said == "0 findings worked out again, 1 made by another version or with other law files"
