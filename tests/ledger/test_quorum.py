"""Recovery: five people keep words on paper; any three of them give the key back, and nobody else does."""

import shutil
import subprocess
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inviolable.ledger.quorum import BadShares, combine, identity_bytes, identity_text, split
from inviolable.ledger.seal import BadIdentity, Identity, check_identity, open_sealed, seal

KEY = identity_text(bytes(range(32)))
PAPERS = split(KEY)
OTHERS = split(KEY)


def test_every_three_of_five_papers_give_the_key_back():
    sets = list(combinations(PAPERS, 3))
    assert len(sets) == 10
    for papers in sets:
        assert combine(papers) == KEY
    letter = seal(b"open in need", [str(check_identity(KEY).to_public())])
    assert open_sealed(letter, [check_identity(combine(PAPERS[2:]))]) == b"open in need"


def test_order_capitals_line_breaks_and_further_papers_do_not_matter():
    for papers in permutations(PAPERS[:3]):
        assert combine(papers) == KEY
    assert combine([f"  {paper.upper()}\n".replace(" ", "\n") for paper in PAPERS[:3]]) == KEY
    assert combine(PAPERS) == combine(PAPERS[1:]) == KEY


def test_a_paper_has_33_words_and_none_says_the_same_as_another():
    assert [len(paper.split()) for paper in PAPERS] == [33] * 5
    assert len({*PAPERS, *OTHERS}) == 10


@pytest.mark.parametrize("many", [0, 1, 2])
def test_fewer_than_three_are_too_few(many):
    with pytest.raises(BadShares, match=f"Here are {many} shares, and 3 are needed. Bring {3 - many} more"):
        combine(PAPERS[:many])


def test_the_same_paper_twice_is_one_paper():
    with pytest.raises(BadShares, match="Shares 1 and 3 of these are the same share"):
        combine([PAPERS[0], PAPERS[1], PAPERS[0]])


def test_papers_of_two_keys_or_of_two_splits_are_told_apart():
    with pytest.raises(BadShares, match="Shares 1 and 3 of these are of different keys"):
        combine([*PAPERS[:2], OTHERS[2]])


def changed(paper: str, place: int, word: str) -> str:
    words = paper.split()
    words[place] = word
    return " ".join(words)


def test_a_word_that_was_read_wrongly_is_found():
    for place in range(33):
        word = "academic" if PAPERS[1].split()[place] != "academic" else "acid"
        with pytest.raises(BadShares, match="Share 2 of these 3 has a word that is wrong or misplaced"):
            combine([PAPERS[0], changed(PAPERS[1], place, word), PAPERS[2]])


def test_a_word_that_is_none_is_named_by_its_place_and_not_repeated():
    with pytest.raises(BadShares, match="Share 3 of these 3: word 7 is no word of such lists") as refused:
        combine([*PAPERS[:2], changed(PAPERS[2], 6, "secretword")])
    assert "secretword" not in str(refused.value)


@pytest.mark.parametrize("words", [0, 1, 20, 32, 34, 66])
def test_a_paper_with_too_few_or_too_many_words_is_refused(words):
    paper = " ".join((PAPERS[2].split() * 2)[:words])
    with pytest.raises(BadShares, match=f"Share 3 of these 3 has {words} words where a share has 33"):
        combine([*PAPERS[:2], paper])


def test_two_exchanged_words_are_found():
    words = PAPERS[2].split()
    place = next(place for place in range(10, 30) if words[place] != words[place + 1])
    words[place], words[place + 1] = words[place + 1], words[place]
    with pytest.raises(BadShares, match="wrong or misplaced"):
        combine([*PAPERS[:2], " ".join(words)])


def test_words_that_hide_something_else_than_a_key_are_refused():
    from shamir_mnemonic import generate_mnemonics

    wallet = generate_mnemonics(1, [(3, 5)], bytes(16), iteration_exponent=0)[0]
    with pytest.raises(BadShares, match="give no age key back"):
        combine(wallet[:3])
    two_of_three = generate_mnemonics(1, [(2, 3)], identity_bytes(KEY), iteration_exponent=0)[0]
    with pytest.raises(BadShares, match="give no age key back"):
        combine(two_of_three)


def test_shares_that_another_slip_39_program_wrote_are_taken():
    """With its own defaults: extendable, and many more rounds."""
    from shamir_mnemonic import generate_mnemonics

    theirs = generate_mnemonics(1, [(3, 5)], identity_bytes(KEY), extendable=False, iteration_exponent=2)[0]
    assert combine(theirs[1:4]) == KEY


@pytest.mark.parametrize("text", ["", "AGE-SECRET-KEY-1", KEY[:-1], KEY[:-1] + ("Q" if KEY[-1] != "Q" else "P")])
def test_only_a_whole_key_is_split(text):
    with pytest.raises(BadIdentity):
        split(text)


@given(st.binary(min_size=32, max_size=32))
def test_our_bech32_is_the_one_of_age(secret):
    """check_identity is pyrage's: it refuses a wrong checksum and writes the text anew."""
    text = identity_text(secret)
    assert str(check_identity(text)) == text
    assert identity_bytes(text) == secret


def test_keys_made_by_pyrage_are_written_as_it_writes_them():
    for _ in range(200):
        text = str(Identity.generate())
        assert identity_text(identity_bytes(text)) == text


def test_age_keygen_reads_what_we_write():
    if not shutil.which("age-keygen"):
        pytest.skip("age-keygen is missing: apt-get install age")
    done = subprocess.run(["age-keygen", "-y"], input=KEY, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(check_identity(KEY).to_public())


@pytest.mark.parametrize("length", [0, 31, 33])
def test_no_other_length_is_a_key(length):
    with pytest.raises(BadIdentity):
        identity_text(bytes(length))
