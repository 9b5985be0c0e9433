"""The hash tree of RFC 6962 (section 2.1) over SHA-256: roots, proofs, and the tiles that keep it.

A hash is 32 raw bytes. The *complete subtree* number `i` of level `l` is over the leaves from `i * 2**l` up to
`(i + 1) * 2**l`. Its hash never changes again, so these hashes are all that is ever stored or read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import sha256

#: Root of the tree without leaves.
EMPTY = sha256().digest()
HASH = 32
#: More leaves than this no checkpoint can name, and no proof is longer than this many hashes.
MOST_LEAVES, LONGEST_PROOF = 2**63 - 1, 63
#: A tile holds the hashes of 2**8 neighbours of one level; only the levels 0, 8, 16, … have tiles (C2SP tlog-tiles).
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT

#: (level, number) -> hash of that complete subtree.
Reader = Callable[[int, int], bytes]
#: (tile level, tile number) -> the hashes in that tile, one after the other.
Load = Callable[[int, int], bytes]


class BadProof(Exception):
    """A proof does not hold; says what is wrong with it."""


class BadTile(Exception):
    """A stored tile holds fewer or more hashes than the tree needs of it."""


# Going on from a copy is a tenth quicker than beginning anew: half the time of a short hashing is setting it up.
_LEAF, _NODE = sha256(b"\x00"), sha256(b"\x01")


def leaf_hash(data: bytes) -> bytes:
    """Hash of an entry's bytes as a leaf."""
    hashing = _LEAF.copy()
    hashing.update(data)
    return hashing.digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two subtrees as one."""
    hashing = _NODE.copy()
    hashing.update(left + right)
    return hashing.digest()


class Frontier:
    """A tree that only grows, held as the few complete subtrees that make it up: as many as its size has bits set."""

    __slots__ = ("_edge", "size")

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add one leaf by its leaf hash; on average one more hashing of 65 bytes."""
        self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaves by their leaf hashes; for very many, quicker than one by one."""
        edge, size, begun = self._edge, self.size, _NODE.copy
        for leaf in leaves:
            carry, node = size, leaf
            while carry & 1:
                hashing = begun()  # node_hash, without the call: an audit does this once for every entry.
                hashing.update(edge.pop() + node)
                node = hashing.digest()
                carry >>= 1
            edge.append(node)
            size += 1
        self.size = size

    def root(self) -> bytes:
        """Root over all leaves so far."""
        return _join(self._edge)


def root(read: Reader, size: int, lo: int = 0) -> bytes:
    """Root over the leaves from `lo` up to `size`: a whole tree, or one of the parts into which RFC 6962 splits it."""
    subtrees, at, left = [], lo, size - lo
    while left:
        level = left.bit_length() - 1
        subtrees.append(read(level, at >> level))
        at += 1 << level
        left -= 1 << level
    return _join(subtrees)


def inclusion(read: Reader, index: int, size: int) -> list[bytes]:
    """Proof that the leaf is in the tree of that size (RFC 6962, 2.1.1). ValueError where it is not."""
    (proof,) = inclusions(read, [index], size)
    return proof


def inclusions(read: Reader, indices: Iterable[int], size: int) -> Iterator[list[bytes]]:
    """The same for many leaves: what neighbours have in common is read once."""
    part = lru_cache(maxsize=1 << 12)(lambda lo, hi: root(read, hi, lo))
    for index in indices:
        if not 0 <= index < size:
            raise ValueError(f"a tree of {size} leaves has no leaf {index}")
        proof, lo, hi = [], 0, size
        while hi - lo > 1:
            middle = _split(lo, hi)
            if index < middle:
                proof.append(part(middle, hi))
                hi = middle
            else:
                proof.append(part(lo, middle))
                lo = middle
        yield proof[::-1]


def consistency(read: Reader, old: int, size: int) -> list[bytes]:
    """Proof that the tree of `old` leaves is the beginning of the tree of `size` leaves (RFC 6962, 2.1.2).

    It is empty from the empty tree and between equal sizes. ValueError where `old` is larger than `size`.
    """
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {old} leaves is no beginning of one of {size}")
    if not old:
        return []
    proof, lo, hi = [], 0, size
    while old < hi:
        middle = _split(lo, hi)
        if old <= middle:
            proof.append(root(read, hi, middle))
            hi = middle
        else:
            proof.append(root(read, middle, lo))
            lo = middle
    if lo:
        proof.append(root(read, hi, lo))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise BadProof unless the proof leads from that leaf hash, at that index, to the root of a tree of that size."""
    if not 0 <= index < size <= MOST_LEAVES:
        raise BadProof(f"there is no leaf {index} in a tree of {size}")
    inner, border = _shape(index, size)
    _measure(proof, inner + border, leaf, root)
    if _climb(leaf, index, proof, inner) != root:
        raise BadProof("the proof leads to another root: it is of another entry, another place or another tree")


def verify_consistency(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Raise BadProof unless the proof shows that the tree of `old` leaves is the beginning of the one of `size`."""
    if not 0 <= old <= size <= MOST_LEAVES:
        raise BadProof(f"a tree of {old} leaves cannot be the beginning of one of {size}")
    if not old and old_root != EMPTY:
        raise BadProof("the earlier tree has no leaves, but not the root of an empty tree")
    if old in {0, size}:
        _measure(proof, 0, old_root, root)
        if old == size and old_root != root:
            raise BadProof(f"two different roots are given for {size} leaves: one of the two trees was altered")
        return
    # Both climbs begin at the last complete subtree of the old tree. Where that is the whole old tree its hash is the
    # old root, and the proof leaves it out.
    level = (old & -old).bit_length() - 1
    inner, border = _shape(old - 1, size)
    whole = old == 1 << level
    _measure(proof, inner - level + border + (not whole), old_root, root)
    start, path = (old_root, proof) if whole else (proof[0], proof[1:])
    turns, inner = (old - 1) >> level, inner - level
    before = start
    for height, sibling in enumerate(path):
        if height >= inner or turns >> height & 1:
            before = node_hash(sibling, before)
    if before != old_root:
        raise BadProof("the proof leads to another earlier root: what came before was altered, or it is another tree's")
    if _climb(start, turns, path, inner) != root:
        raise BadProof("the proof leads to another later root: it is another tree's")


class TileReader:
    """Reads complete subtrees out of tiles. Keeps the last 64 it used, so make a new one when the tree has grown."""

    def __init__(self, load: Load) -> None:
        self._tile = lru_cache(maxsize=64)(lambda level, number: _levels(load(level, number)))

    def __call__(self, level: int, index: int) -> bytes:
        """Hash of that complete subtree. BadTile where its tile is too short; what `load` raises where missing."""
        tile_level, inner = divmod(level, TILE_HEIGHT)
        number, place = divmod(index, TILE_WIDTH >> inner)
        try:
            return self._tile(tile_level, number)[inner][place]
        except IndexError:
            raise BadTile(f"tile {tile_level}/{number} ends before it: damaged, or read beyond the tree") from None


def grow(load: Load, size: int, leaves: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
    """The new content of each tile that changes when those leaf hashes are added to a tree of that size.

    Keys are (tile level, tile number). A tile's content is its hashes in order, 256 of them or, in the last tile of a
    level, fewer. BadTile where the tile to go on with does not hold exactly what a tree of that size put there.
    """
    touched: dict[tuple[int, int], bytes] = {}
    level, hashes = 0, leaves
    while hashes:
        first, held = divmod(size, TILE_WIDTH)
        begun = load(level, first) if held else b""
        if len(begun) != held * HASH:
            raise BadTile(
                f"tile {level}/{first} holds {len(begun)} bytes instead of {held * HASH}: damaged, or of another size"
            )
        content = begun + b"".join(hashes)
        tiles = [content[at : at + TILE_WIDTH * HASH] for at in range(0, len(content), TILE_WIDTH * HASH)]
        touched.update({(level, number): tile for number, tile in enumerate(tiles, first)})
        hashes = [node_hash(*_levels(tile)[-1]) for tile in tiles if len(tile) == TILE_WIDTH * HASH]
        level, size = level + 1, first
    return touched


def _join(subtrees: Sequence[bytes]) -> bytes:
    """Root over complete subtrees in order, largest first."""
    if not subtrees:
        return EMPTY
    node = subtrees[-1]
    for left in subtrees[-2::-1]:
        node = node_hash(left, node)
    return node


def _split(lo: int, hi: int) -> int:
    """Where RFC 6962 divides those leaves: after the largest power of two smaller than their number."""
    return lo + (1 << (hi - lo - 1).bit_length() - 1)


def _shape(index: int, size: int) -> tuple[int, int]:
    """Lengths of the two parts of a path from a leaf to the root of a tree.

    (below the point where it meets the tree's right edge, above it: there every sibling is on the left.)
    """
    inner = (index ^ (size - 1)).bit_length()
    return inner, (index >> inner).bit_count()


def _climb(node: bytes, index: int, path: Sequence[bytes], inner: int) -> bytes:
    """The root that a path leads to."""
    for height, sibling in enumerate(path):
        left = height >= inner or index >> height & 1
        node = node_hash(sibling, node) if left else node_hash(node, sibling)
    return node


def _measure(proof: Sequence[bytes], expected: int, *ends: bytes) -> None:
    """Raise BadProof unless there are as many hashes as expected and all of them, and the ends, can be hashes."""
    if len(proof) != expected:
        short = "short" if len(proof) < expected else "long"
        raise BadProof(f"the proof is too {short}: {len(proof)} hashes where it takes {expected}")
    if any(len(one) != HASH for one in (*proof, *ends)):
        raise BadProof(f"a hash has {HASH} bytes, and not all that is given has")


def _levels(tile: bytes) -> list[list[bytes]]:
    """The hashes of a tile and of every complete subtree inside it, by level above the tile's own."""
    row = [tile[at : at + HASH] for at in range(0, len(tile), HASH)]
    levels = [row]
    for _ in range(1, TILE_HEIGHT):
        row = [node_hash(*pair) for pair in zip(row[::2], row[1::2], strict=False)]
        levels.append(row)
    return levels
