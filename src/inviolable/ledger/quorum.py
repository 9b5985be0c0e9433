"""Recovery by three of five: an age identity as five lists of words (SLIP-39), any three of which give it back.

The words stand on paper with five people; fewer than three say nothing about the key. The 32 bytes of the identity are
the master secret; there is no passphrase, because a forgotten one would lose what the paper is there to save.
"""

from __future__ import annotations

from collections.abc import Sequence

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.wordlist import WORDLIST

from .seal import BadIdentity, check_identity

NEEDED, SHARES, WORDS = 3, 5, 33
HUMAN = "age-secret-key-"
#: The alphabet of Bech32, and what its checksum is made with (BIP 173).
ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


class BadShares(ValueError):
    """Shares that give no key back; the message says which and why, and never holds a word of them."""


def split(identity_text: str) -> list[str]:
    """Five shares, of 33 words each, of an `AGE-SECRET-KEY-1…`. Raises BadIdentity."""
    secret = identity_bytes(identity_text)
    shares: list[str] = generate_mnemonics(1, [(NEEDED, SHARES)], secret, iteration_exponent=0)[0]
    return shares


def combine(mnemonics: Sequence[str]) -> str:
    """The `AGE-SECRET-KEY-1…` behind three shares; of more all are read and three used. Raises BadShares."""
    shares = [_share(f"Share {number} of these {len(mnemonics)}", words) for number, words in enumerate(mnemonics, 1)]
    places: dict[int, int] = {}
    for number, share in enumerate(shares, 1):
        if share.group_parameters() != shares[0].group_parameters():
            raise BadShares(
                f"Shares 1 and {number} of these are of different keys. Bring shares of one and the same key"
            )
        if (other := places.setdefault(share.index, number)) != number:
            raise BadShares(f"Shares {other} and {number} of these are the same share. Bring {NEEDED} different ones")
    if len(shares) < NEEDED:
        raise BadShares(f"Here are {len(shares)} shares, and {NEEDED} are needed. Bring {NEEDED - len(shares)} more")
    try:
        return identity_text(combine_mnemonics(mnemonics[:NEEDED]))
    except (MnemonicError, BadIdentity):
        raise BadShares("These shares give no age key back. Bring shares that `inviolable keys split` wrote") from None


def _share(which: str, mnemonic: str) -> Share:
    """One share, read. Raises BadShares with the place of the first word which is none."""
    words = mnemonic.lower().split()
    for place, word in enumerate(words, 1):
        if word not in WORDLIST:
            raise BadShares(f"{which}: word {place} is no word of such lists. Compare it with the paper")
    try:
        return Share.from_mnemonic(" ".join(words))
    except MnemonicError:
        wrong = (
            f"{len(words)} words where a share has {WORDS}"
            if len(words) != WORDS
            else "a word that is wrong or misplaced"
        )
        raise BadShares(f"{which} has {wrong}. Compare it with the paper") from None


def identity_bytes(text: str) -> bytes:
    """The 32 bytes of an `AGE-SECRET-KEY-1…` (Bech32, BIP 173). Raises BadIdentity."""
    check_identity(text)
    digits = [ALPHABET.index(letter) for letter in text.lower()[len(HUMAN) + 1 :]]
    return bytes(_regroup(digits[:-6], 5, 8))


def identity_text(secret: bytes) -> str:
    """32 bytes as an `AGE-SECRET-KEY-1…`. Raises BadIdentity for any other length."""
    digits = _regroup([*secret, 0], 8, 5)[: (len(secret) * 8 + 4) // 5]
    text = HUMAN + "1" + "".join(ALPHABET[digit] for digit in digits + _checksum(digits))
    check_identity(text.upper())
    return text.upper()


def _regroup(digits: Sequence[int], from_bits: int, to_bits: int) -> list[int]:
    """The same bits in digits of another width; what does not fill a last one is dropped."""
    value = 0
    for digit in digits:
        value = value << from_bits | digit
    bits = len(digits) * from_bits
    return [value >> (bits - (place + 1) * to_bits) & ((1 << to_bits) - 1) for place in range(bits // to_bits)]


def _checksum(digits: Sequence[int]) -> list[int]:
    """The six digits at the end of a Bech32 text with our prefix."""
    rest = 1
    for digit in [*(ord(c) >> 5 for c in HUMAN), 0, *(ord(c) & 31 for c in HUMAN), *digits, 0, 0, 0, 0, 0, 0]:
        top, rest = rest >> 25, (rest & 0x1FFFFFF) << 5 ^ digit
        for bit, power in enumerate(GENERATOR):
            if top >> bit & 1:
                rest ^= power
    return [(rest ^ 1) >> 5 * (5 - place) & 31 for place in range(6)]
