"""Pictures of every screen for the documents: `python -m tests.queue.pictures [--to docs/pictures] [--only queue comment]`.

Light: each screen of the routes. Dark, on a phone and from right to left: those of `MOST_SEEN`. The browser that drew
them reduces their colours to a palette, so that all of them together stay small.
"""

from __future__ import annotations

import argparse
import base64
import random
import struct
import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from service.people.preferences import Preferences, write
from service.store import people
from tests.browser import FLAGS, executable
from tests.queue.crowd import WORDS
from tests.queue.given import add_site, forget, stored
from tests.queue.month import fill
from tests.queue.screens import Screen, screens
from tests.queue.waiting import TEXTS, hold
from tests.queue.world import admin, make_world
from tests.serving import Service, serving

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
MOST_SEEN = {"queue", "comment", "author", "search", "rules", "site", "model", "stats", "audit"}
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "device_scale_factor": 0.75}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 1}
LOOKS: dict[str, tuple[dict[str, Any], Preferences]] = {
    "light": (WIDE, Preferences()),
    "dark": ({**WIDE, "color_scheme": "dark"}, Preferences()),
    "phone": (PHONE, Preferences()),
    "rtl": (WIDE, Preferences(language="ar-XB")),
}
_REDUCE = """async ([source, most]) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const counts = new Map(), keys = new Uint32Array(data.length / 4);
    for (let i = 0; i < keys.length; i++) {
        const key = (data[4 * i] << 16) | (data[4 * i + 1] << 8) | data[4 * i + 2];
        keys[i] = key;
        counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const palette = [...counts].sort((a, b) => b[1] - a[1]).slice(0, most).map(([key]) => key);
    const nearest = new Map(palette.map((key, place) => [key, place]));
    const far = (a, b) => ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;
    let binary = "";
    for (let i = 0; i < keys.length; i++) {
        let place = nearest.get(keys[i]);
        if (place === undefined) {
            place = palette.reduce((best, key, at) => far(key, keys[i]) < far(palette[best], keys[i]) ? at : best, 0);
            nearest.set(keys[i], place);
        }
        binary += String.fromCharCode(place);
    }
    return [image.width, image.height, palette, btoa(binary)];
}"""


def reduced(page: Page, picture: bytes, most: int = 64) -> bytes:
    """Give a PNG with a palette of the most frequent colours; every other becomes the nearest of them."""
    source = "data:image/png;base64," + base64.b64encode(picture).decode()
    width, height, palette, places = page.evaluate(_REDUCE, [source, most])
    indexes = base64.b64decode(places)
    lines = b"".join(b"\0" + indexes[start : start + width] for start in range(0, width * height, width))
    colours = b"".join(colour.to_bytes(3, "big") for colour in palette)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = (b"IHDR", header), (b"PLTE", colours), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_part, *zip(*parts, strict=True)))


def _part(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def furnish(service: Service) -> dict[str, str]:
    """Give the service something to show: a month of traffic, and a queue as it is in the morning."""
    add_site(service, "other")
    dice = random.Random(1)
    version = service.ask("GET", "/version").json()["model"]
    stored(service, lambda connection: fill(connection, 3000, time.time(), 1, version))
    world = make_world(service, "Nele")
    for number in range(3):
        hold(
            service,
            *(f"{text}{' ' + dice.choice(WORDS) if number else ''}" for text in TEXTS),
            permalink="http://blog.example.net/harbour",
        )
    usual = {"spam": {"hold_at": 0.6, "reject_at": 0.97}, "abuse": {"hold_at": 0.7, "reject_at": 0.98}, "trusted_after": 3}
    service.until(lambda: service.api("PUT", "/v1/policy", usual).status == 200, 30.0)
    return world


def draw(service: Service, browser: Browser, world: dict[str, str], only: set[str]) -> Iterator[tuple[str, bytes]]:
    """Give name and picture of every screen in every look."""
    blank = browser.new_page()
    for look, (options, chosen) in LOOKS.items():
        context = browser.new_context(reduced_motion="reduce", **options)
        ana = admin(service, "Ana")
        settings = write(chosen)
        stored(service, lambda connection, who=ana, body=settings: people.change_person(connection, who.person_id, settings=body))
        inside, outside = context.new_page(), browser.new_context(**options).new_page()
        context.add_cookies(ana.cookies(service))
        for screen in screens(world):
            if (look != "light" and screen.name not in MOST_SEEN) or (only and screen.name not in only):
                continue
            page = outside if screen.outside else inside
            yield f"{screen.name}-{look}", reduced(blank, _shot(service, page, screen))


def _shot(service: Service, page: Page, screen: Screen) -> bytes:
    page.set_default_timeout(60_000)
    page.goto(f"http://127.0.0.1:{service.port}{screen.address}")
    page.locator("[data-fresh]").first.wait_for(state="detached")  # what is still being counted
    page.wait_for_timeout(300)
    return page.screenshot()  # animations are not switched off: what fades at an edge is one


def main() -> None:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=FOLDER)
    parser.add_argument("--only", nargs="*", default=[], help="names of screens")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        with serving(Path(folder), deadline_ms=20_000) as service:
            world, size = furnish(service), 0
            for name, picture in draw(service, browser, world, set(given.only)):
                (given.to / f"{name}.png").write_bytes(picture)
                size += len(picture)
                print(f"{name} {len(picture) // 1000} kB, {size // 1000} kB together", flush=True)  # noqa: T201 # a command line prints
            forget(service)


if __name__ == "__main__":
    main()
