"""A network of its own, with a name server that changes its mind and listeners that count: ``python -m tests.outbox.apart``.

Names are resolved by the system, over UDP, as in production. Prints one JSON object; ends with 77 where no network can be made.
"""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import itertools
import json
import os
import socket
import struct
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

from service.outbox.guard import Guard
from service.outbox.sending import Sender
from tests.outbox.forms import FORMS

PORT = 8080
PUBLIC, INNER = "93.184.216.34", ("127.0.0.1", "10.1.2.3", "169.254.169.254")
CANNOT = 77
_NEWNS, _NEWUSER, _NEWNET = 0x00020000, 0x10000000, 0x40000000
_BIND, _REC, _PRIVATE = 4096, 16384, 1 << 18
_SET_FLAGS, _SET_ADDRESS, _UP = 0x8914, 0x8916, 0x1
_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> None:
    if result:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def leave() -> None:
    """Leave the machine's networks and mounts for new ones, in which this process may do as it likes."""
    user, group = os.geteuid(), os.getegid()
    _checked(_libc.unshare(_NEWNET | _NEWNS | (0 if user == 0 else _NEWUSER)))
    if user:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    _checked(_libc.mount(b"none", b"/", None, _REC | _PRIVATE, None))


def connect_this_machine_to_itself() -> None:
    """Bring the loopback up, with addresses beside its own."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP))
        for number, address in enumerate((PUBLIC, *INNER[1:])):
            place = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))
            fcntl.ioctl(control, _SET_ADDRESS, struct.pack("16s16s", f"lo:{number}".encode(), place))


def ask_here(folder: Path) -> None:
    """Make this process's resolver ask the name server of this test."""
    (folder / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    (folder / "nsswitch.conf").write_text("hosts: files dns\n")
    for name in ("resolv.conf", "nsswitch.conf"):
        place = Path("/etc", name).resolve()
        if place.exists():
            _checked(_libc.mount(str(folder / name).encode(), str(place).encode(), None, _BIND, None))


class Names(threading.Thread):
    """A name server: ``rebind`` is public at one question and inner at the next; the others are always inner."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.asked = 0
        self._turns = {"rebind": itertools.cycle([PUBLIC, *INNER[:1], PUBLIC, INNER[1], PUBLIC, INNER[2]])}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 53))

    def run(self) -> None:
        while True:
            question, asker = self._socket.recvfrom(512)
            self.asked += 1
            self._socket.sendto(self._answer(question), asker)

    def _answer(self, question: bytes) -> bytes:
        first = question[13 : 13 + question[12]].decode().lower()
        end = question.index(b"\0", 12) + 5
        for_4 = question[end - 4 : end - 2] == b"\0\1"
        address = next(self._turns.get(first, itertools.repeat(INNER[0]))) if for_4 else ""
        found = b"\xc0\x0c\0\1\0\1\0\0\0\0\0\4" + socket.inet_aton(address) if address else b""
        return question[:2] + b"\x81\x80\0\1" + (b"\0\1" if found else b"\0\0") + b"\0\0\0\0" + question[12:end] + found


class Listeners:
    """A web server at every address, of which the connections are counted."""

    def __init__(self) -> None:
        self.connections: Counter[str] = Counter()

    async def start(self) -> None:
        for address in (PUBLIC, *INNER):
            await asyncio.start_server(self._one(address), address, PORT)
        await asyncio.start_server(self._one(INNER[0]), "127.0.0.1", 80)

    def _one(self, address: str):
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections[address] += 1
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
            writer.close()

        return serve


async def send_everywhere(rounds: int) -> dict[str, object]:
    """Send to a name that rebinds, to names that are inner, and to every odd form of an inner address."""
    names, listeners, guard = Names(), Listeners(), Guard()
    names.start()
    await listeners.start()
    sender, answers = Sender(guard, timeout=5), Counter[str]()
    for url in [f"http://rebind.example:{PORT}/"] * rounds + [f"http://inner{n}.example:{PORT}/" for n in range(5)] + FORMS:
        async with sender.session(url) as post:
            answer = await post(b"{}", {})
            answers["taken" if answer.status == 204 else "refused"] += 1
    guard.close()
    inner, reached = sum(listeners.connections[address] for address in INNER), await _reached(listeners)
    return {"asked": names.asked, "public": listeners.connections[PUBLIC], "inner": inner, "reached": reached, **answers}


async def _reached(listeners: Listeners) -> int:
    """Count the connections when the operator lists the network: that there are none otherwise is the guard's doing."""
    guard, before = Guard(["127.0.0.0/8"]), listeners.connections[INNER[0]]
    async with Sender(guard, timeout=5).session(f"http://inner.example:{PORT}/") as post:
        await post(b"{}", {})
    guard.close()
    return listeners.connections[INNER[0]] - before


def main() -> int:
    """Give 0, or 77 where this system lets nobody make a network."""
    try:
        leave()
        connect_this_machine_to_itself()
        with tempfile.TemporaryDirectory() as folder:
            ask_here(Path(folder))
            print(json.dumps(asyncio.run(send_everywhere(60))))  # noqa: T201 # the answer
    except PermissionError as error:
        sys.stderr.write(f"{error}\n")
        return CANNOT
    return 0


if __name__ == "__main__":
    sys.exit(main())
