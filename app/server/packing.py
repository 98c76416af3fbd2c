"""The modules of a place in one file, so that a start makes one request in the place of fifty.

A pyscript.toml lists under [files] what its place imports, and on a plain file server that is what is fetched. A release
sends it with two lines there instead: app/everywhere/unpacking.py, and a pack of all the others.

Offers:
    CONFIGS             the pyscript.toml whose files are packed
    Packs(root)
        .urls()         what is packed or rewritten: configurations and packs
        .read(url)      their bytes
        .packed()       the modules that a pack holds, as URLs; data in it are asked for elsewhere as well

A pack is, for each module, a line «path bytes», then its bytes.
"""

import posixpath
import tomllib
from pathlib import Path

from app.everywhere.unpacking import PACK

CONFIGS = ("pyscript.toml", "app/engine/pyscript.toml", "app/learner/pyscript.toml", "app/porter/pyscript.toml")
UNPACKING = "app/everywhere/unpacking.py"
FILES = "[files]\n"


class Packs:
    """The packs of the project in `root`, always as the files are now."""

    def __init__(self, root: Path):
        self._root = root

    def urls(self) -> list[str]:
        return [url for config in self._configs() for url in (config, _pack_of(config))]

    def packed(self) -> set[str]:
        return {url for config in self._configs() for url in self._modules(config) if url.endswith(".py") and url != UNPACKING}

    def read(self, url: str) -> bytes | None:
        """The bytes of a configuration or a pack; None for any other URL."""
        for config in self._configs():
            if url == config:
                return self._rewritten(config)
            if url == _pack_of(config):
                return b"".join(self._member(source, path) for source, path in self._modules(config).items() if source != UNPACKING)
        return None

    def _configs(self) -> list[str]:
        return [config for config in CONFIGS if (self._root / config).is_file()]

    def _modules(self, config: str) -> dict[str, str]:
        """{URL of a module: its path in the place's Python}."""
        listed = tomllib.loads((self._root / config).read_text(encoding="utf-8"))["files"]
        return {posixpath.normpath(posixpath.join(posixpath.dirname(config), source)): path for source, path in listed.items()}

    def _rewritten(self, config: str) -> bytes:
        before, _, _ = (self._root / config).read_text(encoding="utf-8").partition(FILES)  # the last section, as tests/test_architecture.py sees to
        unpacking = posixpath.relpath(UNPACKING, posixpath.dirname(config) or ".")
        return f'{before}{FILES}"{unpacking}" = "{UNPACKING}"\n"{posixpath.basename(_pack_of(config))}" = "{PACK}"\n'.encode()

    def _member(self, source: str, path: str) -> bytes:
        content = (self._root / source).read_bytes()
        return f"{path} {len(content)}\n".encode() + content


def _pack_of(config: str) -> str:
    return config.removesuffix(".toml") + ".pack"
