"""Debian's packages: programs that are installed, and releases of WordPress that are unpacked into a folder."""

from __future__ import annotations

import hashlib
import lzma
import os
import shutil
import subprocess
import urllib.request
from pathlib import Path

PROGRAMS = {"php": "php-cli php-mysql php-curl php-mbstring php-xml", "mariadbd": "mariadb-server-core", "dpkg-deb": "dpkg"}
SUITES = {"bookworm": "WordPress 6.1, plugin 5.0", "trixie": "WordPress 6.8, plugin 5.5", "sid": "WordPress 7, plugin 5.7"}
WANTED = {"wordpress", "php-getid3", "libphp-phpmailer", "libjs-cropper", "libjs-underscore", "libjs-lodash", "libjs-jquery-ui"}
"""WordPress and what its folder links to."""


class Missing(Exception):
    """What is needed and not there; the message says how to get it."""


def programs(*, install: bool) -> None:
    """Make sure of the programs. Raises Missing."""
    os.environ["PATH"] += os.pathsep + "/usr/sbin"
    packages = " ".join(package for program, package in PROGRAMS.items() if shutil.which(program) is None)
    if packages and install:
        subprocess.run(["apt-get", "-qq", "update"], check=False, stdout=subprocess.DEVNULL)
        command = ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *packages.split()]
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
        packages = ""
    if packages:
        raise Missing(f"Install {packages}, or run with --install as root.")


def wordpress(suite: str, folder: Path) -> Path:
    """Unpack a release's WordPress, unless it is there; gives its folder."""
    tree = folder / suite / "usr" / "share" / "wordpress"
    if (tree / ".unpacked").exists():
        return tree
    shutil.rmtree(folder / suite, ignore_errors=True)
    (folder / suite).mkdir(parents=True)
    for name, (address, digest) in _index(suite).items():
        package = folder / f"{name}.deb"
        package.write_bytes(_fetched(address))
        if hashlib.sha256(package.read_bytes()).hexdigest() != digest:
            raise Missing(f"The package {name} is damaged; try again.")
        subprocess.run(["dpkg-deb", "-x", package, folder / suite], check=True)
        package.unlink()
    for name in ("wp-config.php", ".htaccess"):
        (tree / name).unlink(missing_ok=True)
    (tree / ".unpacked").touch()
    return tree


def _index(suite: str) -> dict[str, tuple[str, str]]:
    """Where the packages are and what they hash to."""
    found: dict[str, tuple[str, str]] = {}
    for kind in ("binary-all", "binary-amd64"):
        listed = lzma.decompress(_fetched(f"{_mirror()}/dists/{suite}/main/{kind}/Packages.xz")).decode()
        for paragraph in listed.split("\n\n"):
            name = paragraph.partition("\n")[0].removeprefix("Package: ")
            if name in WANTED and name not in found:
                fields = dict(line.split(": ", 1) for line in paragraph.splitlines() if ": " in line and line[0] != " ")
                found[name] = f"{_mirror()}/{fields['Filename']}", fields["SHA256"]
    if "wordpress" not in found:
        raise Missing(f"Debian's {suite} has no WordPress.")
    return found


def _mirror() -> str:
    if named := os.environ.get("DEBIAN_MIRROR"):
        return named.rstrip("/")
    said = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI)"], capture_output=True, text=True, check=True).stdout
    return said.split()[0].rstrip("/")


def _fetched(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=120) as answer:
        data: bytes = answer.read()
        return data
