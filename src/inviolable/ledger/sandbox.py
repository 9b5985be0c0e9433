"""Where untrusted media is parsed: a process without network, keys, environment or anybody's files.

What runs inside sees the system's programs (`/usr`, read-only), its input as `/in/media` (a file or folder, read-only),
what its caller shows it besides (read-only) and, where it makes something, the one file `/out/made`. Nothing else is
there, not even `/proc`; nothing else can be written, so it can leave no link and no second file behind. bubblewrap
builds that room; where it does not work, `unshare` and a dozen mounts do.

Limits hold per process, by `prlimit` inside the room; the time holds for all of it, since killing the first process of
the room kills the rest.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

INPUT, MADE = "/in/media", "/out/made"
#: Where the room may look for programs; the only variable that is set in it.
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
#: Links at the root of today's systems, which lead into /usr.
LINKS = ("bin", "sbin", "lib", "lib64")
#: What the loader of programs needs besides /usr.
LOADER = ("/etc/ld.so.cache", "/etc/alternatives")
DEVICES = ("/dev/null", "/dev/urandom")
#: So much of what a program prints is read.
READ = 1024 * 1024

#: $1 an empty folder, $2 the input, $3 the file to make (both may be empty words), $4 what is shown besides, one path a
#: line, then the command. Nobody in the room has a capability, and in a chroot the kernel opens no further namespaces.
#: A shell stays its first process, which no signal ends, to report how the second one ended.
UNSHARE_ROOM = f"""set -eu
root=$1 input=$2 made=$3 also=$4
shift 4
mount -t tmpfs -o size=1m,mode=755 none "$root"
cd "$root"
mkdir usr in out dev etc
show() {{ mount --rbind "$1" "$2"; mount -o "remount,bind,$3" "$2"; }}
file() {{ if [ -n "$1" ]; then : >"$2"; show "$1" "$2" "$3"; fi; }}
show /usr usr ro
for name in {" ".join(LINKS)}; do if [ -L "/$name" ]; then ln -s "usr/$name" "$name"; fi; done
for path in {" ".join(DEVICES)}; do file "$path" ".$path" rw; done
if [ -e {LOADER[0]} ]; then file {LOADER[0]} .{LOADER[0]} ro; fi
if [ -e {LOADER[1]} ]; then mkdir .{LOADER[1]}; show {LOADER[1]} .{LOADER[1]} ro; fi
if [ -d "$input" ]; then mkdir .{INPUT}; show "$input" .{INPUT} ro; else file "$input" .{INPUT} ro; fi
file "$made" .{MADE} rw
printf '%s' "$also" | while IFS= read -r path; do mkdir -p ".$path"; show "$path" ".$path" ro; done
mount -o remount,bind,ro "$root"
exec chroot . setpriv --bounding-set -all --inh-caps -all --no-new-privs sh -c '"$@"; exit $?' sh "$@"
"""


class NoSandbox(Exception):
    """Media cannot be parsed safely on this machine; says what is missing."""


class MediaFailed(Exception):
    """A file could not be read or made. Nothing was left behind; says why."""


@dataclass(frozen=True)
class Limits:
    """What one run may use: seconds of time, seconds of processor and bytes of memory and file for each process."""

    seconds: int
    processor: int
    memory: int
    file: int


TRIAL = Limits(seconds=10, processor=5, memory=1 << 30, file=READ)


def sandbox_works() -> str:
    """What rooms are built with here: `bubblewrap`, `unshare`, or nothing if neither works. It is tried each time."""
    for tool, name in (("bwrap", "bubblewrap"), ("unshare", "unshare")):
        if shutil.which(tool):
            try:
                _run(name, ["true"], None, None, TRIAL)
            except MediaFailed:
                continue
            return name
    return ""


def sandbox(argv: Sequence[str], source: Path, made: Path | None, limits: Limits, also: Sequence[Path] = ()) -> bytes:
    """Runs a program of the system on a file or folder `source` (INPUT inside); returns what it prints, at most 1 MiB.

    made: a new file, which it may write as MADE; afterwards the file is there only if all went well. also: folders it
    sees besides, read-only, under their own names, such as those of an interpreter that is not in /usr.
    Raises NoSandbox, MediaFailed, and FileExistsError where `made` is there already."""
    tool = sandbox_works()
    if not tool:
        raise NoSandbox(
            "Media is not opened on this machine, because no sandbox works here. Install bubblewrap 0.8 or newer "
            "(apt-get install bubblewrap) and allow user namespaces."
        )
    if made is None:
        return _run(tool, argv, source, None, limits, also)
    made.touch(0o600, exist_ok=False)
    try:
        return _run(tool, argv, source, made, limits, also)
    except BaseException:
        made.unlink()
        raise


def _run(
    tool: str,
    argv: Sequence[str],
    source: Path | None,
    made: Path | None,
    limits: Limits,
    also: Sequence[Path] = (),
) -> bytes:
    shown = list(dict.fromkeys(path for path in also if not path.is_relative_to("/usr")))
    limited = [
        "prlimit",
        f"--cpu={limits.processor}",
        f"--as={limits.memory}",
        f"--fsize={limits.file}",
        "--nproc=256",
        "--nofile=64",
        "--core=0",
        "--",
        *argv,
    ]
    beside = made.parent if made else None  # large outputs never land in a /tmp that is memory
    with (
        tempfile.TemporaryDirectory() as empty,
        tempfile.TemporaryFile(dir=beside) as printed,
        tempfile.TemporaryFile(dir=beside) as errors,
    ):
        room = _bubblewrap(source, made, shown) if tool == "bubblewrap" else _unshare(Path(empty), source, made, shown)
        try:
            code = subprocess.run(  # noqa: S603 - the room's own words, then a command of ours
                [shutil.which(room[0]) or room[0], *room[1:], *limited],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=errors,
                env={"PATH": PATH},
                cwd="/",
                start_new_session=True,
                timeout=limits.seconds,
            ).returncode
        except subprocess.TimeoutExpired:
            raise MediaFailed(f"It took longer than {limits.seconds} seconds and was stopped.") from None
        if code:
            raise MediaFailed(_in_words(code, errors))
        printed.seek(0)
        return printed.read(READ)


def _bubblewrap(source: Path | None, made: Path | None, also: Sequence[Path]) -> list[str]:
    room = ["bwrap", "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--cap-drop", "ALL"]
    room += ["--ro-bind", "/usr", "/usr"]
    for name in LINKS:
        if Path("/", name).is_symlink():
            room += ["--symlink", f"usr/{name}", f"/{name}"]
    for path in LOADER:
        room += ["--ro-bind-try", path, path]
    for path in DEVICES:
        room += ["--dev-bind", path, path]
    for folder in also:
        room += ["--ro-bind", str(folder), str(folder)]
    if source:
        room += ["--ro-bind", str(source.resolve()), INPUT]
    if made:
        room += ["--bind", str(made.resolve()), MADE]
    return [*room, "--remount-ro", "/", "--chdir", "/", "--"]


def _unshare(empty: Path, source: Path | None, made: Path | None, also: Sequence[Path]) -> list[str]:
    room = ["unshare", "--user", "--map-root-user", "--net", "--pid", "--mount", "--ipc", "--uts", "--fork"]
    paths = [str(path.resolve()) if path else "" for path in (source, made)]
    paths.append("".join(f"{path}\n" for path in also))
    return [*room, "--kill-child", "--", "sh", "-c", UNSHARE_ROOM, "sh", str(empty), *paths]


def _in_words(code: int, errors: IO[bytes]) -> str:
    """Why a program ended: by a signal, or by its own last words."""
    number = code - 128 if code > 128 else -code
    if number in (signal.SIGXCPU, signal.SIGKILL):
        return "It used more processor time than allowed and was stopped."
    if 0 < number < signal.NSIG:
        return f"It crashed (signal {number})."
    errors.seek(0)
    lines = errors.read(READ).decode(errors="replace").strip().splitlines() or ["no reason given"]
    words = "".join(sign if sign.isprintable() else " " for sign in lines[-1])[:300]
    return f"It failed: {words.rstrip('.')}."
