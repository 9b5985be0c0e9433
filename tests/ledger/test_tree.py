"""The hash tree: everybody computes the same roots, every true proof holds, and no other does."""

import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from inviolable.ledger.tree import (
    EMPTY,
    HASH,
    BadProof,
    BadTile,
    Frontier,
    Reader,
    TileReader,
    consistency,
    grow,
    inclusion,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

MOST = 300

# The eight leaves with which Certificate Transparency's implementations test themselves, and the roots of the trees of
# 0 to 8 of them. Source: github.com/transparency-dev/merkle, testonly/constants.go.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

# 196 proofs, good and bad. Source: github.com/transparency-dev/merkle (Apache-2.0), testdata/consistency and
# testdata/inclusion, one file a line here.
PUBLISHED = [json.loads(line) for line in Path(__file__).with_name("published_proofs.jsonl").read_text().splitlines()]
#: We refuse this one although its source accepts it: its roots are equal, but no hashes of 32 bytes.
NO_HASHES = "consistency/additional/sizes-are-equal-one-and-proof-is-empty"


def reader(leaves: list[bytes]) -> Reader:
    """Every complete subtree over these leaf hashes."""
    rows = [leaves]
    while len(rows[-1]) > 1:
        rows.append([node_hash(*pair) for pair in zip(rows[-1][::2], rows[-1][1::2], strict=False)])
    return lambda level, index: rows[level][index]


HASHES = [leaf_hash(b"entry %d" % n) for n in range(MOST)]
READ = reader(HASHES)
ROOT = [root(READ, size) for size in range(MOST + 1)]


# RFC 6962, 2.1, word for word: slow and plainly right.
def split(n: int) -> int:
    return max(2**k for k in range(n) if 2**k < n)


def mth(d: list[bytes]) -> bytes:
    if len(d) < 2:
        return d[0] if d else EMPTY
    k = split(len(d))
    return node_hash(mth(d[:k]), mth(d[k:]))


def path(m: int, d: list[bytes]) -> list[bytes]:
    if len(d) == 1:
        return []
    k = split(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: list[bytes], known: bool) -> list[bytes]:
    if m == len(d):
        return [] if known else [mth(d)]
    k = split(len(d))
    if m <= k:
        return [*subproof(m, d[:k], known), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


def test_roots_are_those_of_certificate_transparency() -> None:
    frontier = Frontier()
    assert frontier.root() == EMPTY == bytes.fromhex(ROOTS[0])
    for size, leaf in enumerate(LEAVES, 1):
        frontier.append(leaf_hash(bytes.fromhex(leaf)))
        assert (frontier.size, frontier.root().hex()) == (size, ROOTS[size])


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case["name"])
def test_published_proofs(case: dict[str, Any]) -> None:
    proof = [b64decode(one) for one in case["proof"]]

    def check() -> None:
        if case["name"].startswith("consistency"):
            roots = b64decode(case["root1"]), b64decode(case["root2"])
            verify_consistency(case["size1"], roots[0], case["size2"], roots[1], proof)
        else:
            leaf = b64decode(case["leafHash"])
            verify_inclusion(leaf, case["leafIdx"], case["treeSize"], proof, b64decode(case["root"]))

    if case["holds"] == "yes" and case["name"] != NO_HASHES:
        check()
    else:
        with pytest.raises(BadProof):
            check()


def test_roots_and_proofs_are_those_that_the_rfc_defines() -> None:
    for size in range(1, 66):
        leaves = HASHES[:size]
        assert ROOT[size] == mth(leaves)
        for index in range(size):
            assert inclusion(READ, index, size) == path(index, leaves)
            assert consistency(READ, index + 1, size) == subproof(index + 1, leaves, True)


def test_roots_and_proofs_are_those_of_pymerkle() -> None:
    theirs = InmemoryTree(algorithm="sha256")
    for n in range(MOST):
        theirs.append_entry(b"entry %d" % n)
    for size in range(MOST + 1):
        assert theirs.get_root(size) == ROOT[size]
    for size in range(1, MOST + 1, 7):
        for index in range(size):
            assert theirs.prove_inclusion(index + 1, size).path == [HASHES[index], *inclusion(READ, index, size)]


def test_every_inclusion_proof_holds_and_neither_a_shorter_nor_a_longer_one() -> None:
    for size in range(1, MOST + 1):
        for index in range(size):
            proof = inclusion(READ, index, size)
            verify_inclusion(HASHES[index], index, size, proof, ROOT[size])
            with pytest.raises(BadProof, match="too long"):
                verify_inclusion(HASHES[index], index, size, [*proof, EMPTY], ROOT[size])
            if proof:
                with pytest.raises(BadProof, match="too short"):
                    verify_inclusion(HASHES[index], index, size, proof[:-1], ROOT[size])


def test_every_consistency_proof_holds_and_neither_a_shorter_nor_a_longer_one() -> None:
    for size in range(MOST + 1):
        for old in range(size + 1):
            proof = consistency(READ, old, size)
            verify_consistency(old, ROOT[old], size, ROOT[size], proof)
            with pytest.raises(BadProof, match="too long"):
                verify_consistency(old, ROOT[old], size, ROOT[size], [*proof, EMPTY])
            if proof:
                with pytest.raises(BadProof, match="too short"):
                    verify_consistency(old, ROOT[old], size, ROOT[size], proof[:-1])


def test_no_entry_can_take_the_place_of_another() -> None:
    for size in range(2, 66):
        for index in range(size):
            proof = inclusion(READ, index, size)
            for other in range(size):
                if other != index:
                    refused(verify_inclusion, HASHES[index], other, size, proof, ROOT[size])
                    refused(verify_inclusion, HASHES[other], index, size, proof, ROOT[size])


def refused(check: Callable[..., None], *given: Any) -> None:
    with pytest.raises(BadProof):
        check(*given)


@st.composite
def spoiled(draw: st.DrawFn, proof: list[bytes]) -> list[bytes]:
    """The proof with one thing wrong."""
    ways = ["lengthen"] + ["shorten", "flip", "cut"] * bool(proof) + ["swap"] * (len(proof) > 1)
    way, proof = draw(st.sampled_from(ways)), list(proof)
    if way == "lengthen":
        proof.insert(draw(st.integers(0, len(proof))), draw(st.sampled_from([*proof, EMPTY, b""])))
        return proof
    at = draw(st.integers(0, len(proof) - 1 - (way == "swap")))
    if way == "shorten":
        del proof[at]
    elif way == "cut":
        proof[at] = proof[at][:-1]
    elif way == "swap":
        proof[at], proof[at + 1] = proof[at + 1], proof[at]
    else:
        bit = draw(st.integers(0, 8 * HASH - 1))
        proof[at] = (int.from_bytes(proof[at], "big") ^ 1 << bit).to_bytes(HASH, "big")
    return proof


@settings(max_examples=300)
@given(st.data())
def test_a_spoiled_proof_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, MOST))
    index = data.draw(st.integers(0, size - 1))
    bad = data.draw(spoiled(inclusion(READ, index, size)))
    refused(verify_inclusion, HASHES[index], index, size, bad, ROOT[size])
    old = data.draw(st.integers(0, size))
    bad = data.draw(spoiled(consistency(READ, old, size)))
    refused(verify_consistency, old, ROOT[old], size, ROOT[size], bad)


@given(st.data())
def test_a_tree_with_another_past_is_refused(data: st.DataObject) -> None:
    """One entry is altered afterwards and everything over it computed anew: no proof leads there from the old root."""
    size = data.draw(st.integers(1, MOST))
    altered = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(altered + 1, size))
    forged = reader([*HASHES[:altered], leaf_hash(b"another entry"), *HASHES[altered + 1 :]])
    for proof in (consistency(forged, old, size), consistency(READ, old, size)):
        refused(verify_consistency, old, ROOT[old], size, root(forged, size), proof)


@given(st.integers(-5, 5), st.integers(-5, 5), st.lists(st.binary(max_size=40), max_size=4))
def test_absurd_sizes_are_refused_and_do_nothing_else(a: int, b: int, proof: list[bytes]) -> None:
    for index, size in ((a, min(a, b)), (-1 - abs(a), b), (2**64 + a, 2**64 + b)):
        with pytest.raises(BadProof, match=f"no leaf {index} in a tree of {size}"):
            verify_inclusion(EMPTY, index, size, proof, ROOT[1])
        with pytest.raises(BadProof, match=f"a tree of {index} leaves cannot be the beginning of one of {size - 1}"):
            verify_consistency(index, ROOT[1], size - 1, ROOT[2], proof)


def test_nobody_proves_what_is_not_there() -> None:
    with pytest.raises(ValueError, match="no leaf 3"):
        inclusion(READ, 3, 3)
    with pytest.raises(ValueError, match="no beginning"):
        consistency(READ, 4, 3)
    with pytest.raises(BadProof, match="not the root of an empty tree"):
        verify_consistency(0, ROOT[1], 3, ROOT[3], [])
    with pytest.raises(BadProof, match="two different roots are given for 3 leaves"):
        verify_consistency(3, ROOT[2], 3, ROOT[3], [])


class Shelf(dict[tuple[int, int], bytes]):
    """Tiles kept in memory."""

    def load(self, level: int, number: int) -> bytes:
        return self[level, number]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 700), max_size=8), st.data())
def test_tiles_grown_in_any_batches_hold_the_same_tree(batches: list[int], data: st.DataObject) -> None:
    shelf, frontier, leaves = Shelf(), Frontier(), list[bytes]()
    for batch in batches:
        new = [leaf_hash(b"%d" % n) for n in range(len(leaves), len(leaves) + batch)]
        before = dict(shelf)
        shelf.update(touched := grow(shelf.load, len(leaves), new))
        assert all(content.startswith(before.get(key, b"")) for key, content in touched.items()), "tiles only grow"
        assert all(touched[key] != before.get(key) for key in touched), "only what changes is written"
        leaves += new
        frontier.extend(new)
    size = len(leaves)
    assert {level: sum(map(len, (c for (at, _), c in shelf.items() if at == level))) for level, _ in shelf} == {
        level: HASH * (size >> 8 * level) for level in range(3) if size >> 8 * level
    }
    tiled, plain = TileReader(shelf.load), reader(leaves)
    assert root(tiled, size) == root(plain, size) == frontier.root()
    for _ in range(20 * bool(size)):
        until = data.draw(st.integers(1, size))
        index, old = data.draw(st.integers(0, until - 1)), data.draw(st.integers(0, until))
        assert inclusion(tiled, index, until) == inclusion(plain, index, until)
        assert consistency(tiled, old, until) == consistency(plain, old, until)


def test_a_tree_of_three_tile_levels_is_the_same_in_one_batch_and_leaf_by_leaf() -> None:
    """Of 70,000 leaves the tlog-tiles specification itself counts the tiles."""
    leaves = [leaf_hash(b"%d" % n) for n in range(70_000)]
    shelf, frontier = Shelf(), Frontier()
    shelf.update(grow(shelf.load, 0, leaves[:-300]))
    for size in range(len(leaves) - 300, len(leaves)):
        shelf.update(grow(shelf.load, size, leaves[size : size + 1]))
    for leaf in leaves:
        frontier.append(leaf)
    assert {key: len(tile) // HASH for key, tile in shelf.items() if len(tile) < 256 * HASH} == {
        (0, 273): 112,
        (1, 1): 17,
        (2, 0): 1,
    }
    assert len(shelf) == 277
    assert shelf == grow(shelf.load, 0, leaves)
    assert root(TileReader(shelf.load), 70_000) == frontier.root()


def test_a_damaged_tile_is_named_and_never_grown() -> None:
    shelf = Shelf(grow(Shelf().load, 0, HASHES))
    with pytest.raises(BadTile, match="tile 0/1 ends before"):
        TileReader(shelf.load)(0, MOST)
    for damaged in (b"", shelf[0, 1][:-1], shelf[0, 1] + EMPTY):
        with pytest.raises(BadTile, match=f"tile 0/1 holds {len(damaged)} bytes instead of {44 * HASH}"):
            grow(Shelf({**shelf, (0, 1): damaged}).load, MOST, [EMPTY])
