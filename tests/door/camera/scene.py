"""Cameras that show what time it is, so that a frame says when it was filmed: over TCP, and by RTSP as real ones do."""

import socket
import socketserver
import struct
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

WIDTH, HEIGHT, BITS, PER_SECOND = 320, 180, 20, 25
STRIPE = WIDTH // BITS


def now() -> int:
    """Milliseconds, by the clock that every process here shares; over after a quarter of an hour."""
    return int(time.monotonic() * 1000) % (1 << BITS)


def frame(number: int) -> bytes:
    """Twenty stripes, black or white: a number in binary."""
    row = b"".join(bytes([235 if number >> bit & 1 else 16]) * STRIPE for bit in range(BITS))
    return b"FRAME\n" + row * HEIGHT + bytes([128]) * (WIDTH * HEIGHT // 2)


#: Of the plain picture: never in a file of the camera.
CANARY = (bytes([235]) * STRIPE + bytes([16]) * STRIPE) * 2


def shown(path: Path) -> list[int]:
    """What its frames show, as ffmpeg decodes them."""
    argv = ["ffmpeg", "-v", "error", "-i", path, "-map", "0:v", "-fps_mode", "passthrough"]
    argv += ["-vf", f"scale={WIDTH}:{HEIGHT}", "-pix_fmt", "gray", "-f", "rawvideo", "-"]
    done = subprocess.run(argv, capture_output=True, check=True, timeout=60)
    assert not done.stderr, done.stderr.decode()
    size, at = WIDTH * HEIGHT, HEIGHT // 2 * WIDTH + STRIPE // 2
    frames = [done.stdout[start : start + size] for start in range(0, len(done.stdout), size)]
    return [sum((one[at + bit * STRIPE] > 128) << bit for bit in range(BITS)) for one in frames]


class _Clocks(socketserver.BaseRequestHandler):
    """One who looks: frames from now on, each at its time."""

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began, count = time.monotonic(), 0
        with suppress(OSError):
            self.request.sendall(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{PER_SECOND}:1 Ip A1:1 C420jpeg\n".encode())
            while True:
                self.request.sendall(frame(now()))
                count += 1
                time.sleep(max(0, began + count / PER_SECOND - time.monotonic()))


class _Rtsp(socketserver.StreamRequestHandler):
    """RTSP 1.0 over one connection (RFC 2326 10.12), with an MPEG transport stream in RTP (RFC 2250)."""

    def handle(self) -> None:
        sdp = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=door\r\nt=0 0\r\nm=video 0 RTP/AVP 33\r\na=control:stream\r\n"
        while line := self.rfile.readline():
            method, fields = line.split()[0].decode(), {}
            while field := self.rfile.readline().strip().decode():
                name, _, value = field.partition(": ")
                fields[name.lower()] = value
            more, body = "Session: 1\r\n", ""
            if method == "DESCRIBE":
                more, body = "Content-Type: application/sdp\r\n", sdp
            elif method == "SETUP":
                more += "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n"
            elif method == "OPTIONS":
                more = "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n"
            said = f"RTSP/1.0 200 OK\r\nCSeq: {fields['cseq']}\r\n{more}Content-Length: {len(body)}\r\n\r\n{body}"
            self.wfile.write(said.encode())
            if method == "PLAY":
                self._play()
                return

    def _play(self) -> None:
        argv = ["ffmpeg", "-v", "error", "-re", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25"]
        argv += ["-re", "-f", "lavfi", "-i", "sine", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-bf", "0"]
        argv += ["-c:a", "aac", "-f", "mpegts", "pipe:1"]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as filming:
            number, began = 0, time.monotonic()
            with suppress(OSError):
                while data := filming.stdout.read(188 * 7):
                    stamp = int((time.monotonic() - began) * 90_000) & 0xFFFFFFFF
                    packet = struct.pack(">BBHII", 0x80, 33, number & 0xFFFF, stamp, 7) + data
                    self.wfile.write(struct.pack(">cBH", b"$", 0, len(packet)) + packet)
                    number += 1
            filming.kill()


class Source(socketserver.ThreadingTCPServer):
    """`with Source(rtsp=…) as source`: what a camera process is to be given."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, *, rtsp: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Rtsp if rtsp else _Clocks)
        self.name = f"{'rtsp' if rtsp else 'tcp'}://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *about: object) -> None:
        self.shutdown()
        super().__exit__(*about)
