"""A scene for the camera in which every frame says which one it is, so that a missing one is seen."""

import os
import subprocess
from pathlib import Path

WIDTH, HEIGHT, BITS, NOISE, PER_SECOND, FRAMES = 320, 180, 10, 40, 20, 600


def write_scene(path: Path) -> None:
    """Ten stripes from left to right, white or black: the frame's number in binary; below them noise, as a street has.

    Half a minute, then again.
    """
    stripe = WIDTH // BITS
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{PER_SECOND}:1 Ip A1:1 C420jpeg\n".encode())
        colours = bytes([128]) * (WIDTH * HEIGHT // 2)
        for number in range(FRAMES):
            row = b"".join(bytes([235 if number >> bit & 1 else 16]) * stripe for bit in range(BITS))
            file.write(b"FRAME\n" + row * (HEIGHT - NOISE) + os.urandom(WIDTH * NOISE) + colours)


def frames_of(path: Path) -> list[int]:
    """The numbers of the frames in a file, as ffmpeg decodes them; what does not decode fails."""
    argv = [
        "ffmpeg",
        "-v",
        "fatal",
        "-xerror",
        "-err_detect",
        "explode",
        "-i",
        path,
        "-map",
        "0:v",
        "-fps_mode",
        "passthrough",
    ]
    argv += ["-vf", f"scale={WIDTH}:{HEIGHT}", "-pix_fmt", "gray", "-f", "rawvideo", "-"]
    done = subprocess.run(argv, capture_output=True, check=True)
    size, stripe = WIDTH * HEIGHT, WIDTH // BITS
    middle = HEIGHT // 2 * WIDTH + stripe // 2
    pictures = [done.stdout[at : at + size] for at in range(0, len(done.stdout), size)]
    return [sum((one[middle + bit * stripe] > 128) << bit for bit in range(BITS)) for one in pictures]


def missing_between(before: list[int], after: list[int]) -> int:
    """How many frames lie between the last of one file and the first of the next; less than 0 where they overlap."""
    return (after[0] - before[-1] + FRAMES // 2) % FRAMES - FRAMES // 2 - 1
