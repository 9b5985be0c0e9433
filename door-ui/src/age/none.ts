/** In the place of curves and lattices that no key of ours is made of: without them a page weighs 74 kB less. */

export const [MLKEM768X25519, MLKEM768P256, p256] = [undefined, undefined, undefined];
