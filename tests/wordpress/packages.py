"""Debian's packages: programs that are installed, and releases of WordPress that are unpacked into a folder."""

from __future__ import annotations

import hashlib
import http.client
import lzma
import os
import shutil
import subprocess
import urllib.request
from pathlib import Path

PROGRAMS = {
    "php": "php-cli",
    "mariadbd": "mariadb-server-core",
    "mariadb-install-db": "mariadb-server-core",
    "my_print_defaults": "mariadb-client-core",  # which the one before calls
    "dpkg-deb": "dpkg",
}
MODULES = {"mysqli": "php-mysql", "curl": "php-curl", "mbstring": "php-mbstring", "xml": "php-xml"}
SUITES = {"bookworm": "WordPress 6.1, plugin 5.0", "trixie": "WordPress 6.8, plugin 5.5", "sid": "WordPress 7, plugin 5.7"}
WANTED = {"wordpress", "php-getid3", "libphp-phpmailer", "libjs-cropper", "libjs-underscore", "libjs-lodash", "libjs-jquery-ui"}
"""WordPress and what its folder links to."""


class Missing(Exception):
    """What is needed and not there; the message says how to get it."""


def programs(*, install: bool) -> None:
    """Make sure of the programs. Raises Missing."""
    if "/usr/sbin" not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] += os.pathsep + "/usr/sbin"
    packages, said = _absent(), ""
    if packages and install:
        _apt("update")
        said = _apt("install", "-y", "--no-install-recommends", *packages)
        packages = _absent()
    if packages:
        raise Missing(f"Install {' '.join(packages)}, or run with --install as root. {said[-600:]}".strip())


def _absent() -> list[str]:
    """Give the packages of the programs, and PHP's parts, that are not there."""
    programs = [packages for program, packages in PROGRAMS.items() if shutil.which(program) is None]
    parts = subprocess.run(["php", "-m"], capture_output=True, text=True, check=False).stdout if shutil.which("php") else ""
    modules = [package for module, package in MODULES.items() if module not in parts.split()]
    return sorted({*programs, *modules})


def _apt(*words: str) -> str:
    """Call apt-get, waiting while another holds its lock; gives what it said."""
    command = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120", *words]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True, timeout=400)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return " ".join((done.stdout + done.stderr).split())


def wordpress(suite: str, folder: Path) -> Path:
    """Unpack a release's WordPress, unless it is there; gives its folder. Raises Missing."""
    try:
        return _unpacked(suite, folder)
    except (OSError, IndexError, lzma.LZMAError, subprocess.CalledProcessError) as error:
        raise Missing(f"WordPress of {suite} cannot be unpacked: {error}") from None


def _unpacked(suite: str, folder: Path) -> Path:
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
    for _ in range(3):
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                data: bytes = answer.read()
                return data
        except (OSError, http.client.HTTPException) as error:
            said = error
    raise Missing(f"{address} cannot be fetched: {said}")
