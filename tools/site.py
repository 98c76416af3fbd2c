"""Write dist/: the whole app for any static host, also below a path.

    python3 -m tools.site

The files are those that serve.py serves, with precache.json and the stamped
service worker, and a _headers file for hosts that read one. dist/ is built
beside the old one and takes its place when it is whole.
"""

import gzip
import shutil
import sys
from pathlib import Path

from app.server.files import COMPRESSED, GZIP_LEVEL
from app.server.headers import SECURITY_HEADERS
from app.server.release import PRECACHE_URL, Release, ReleaseError
from tools.console import megabytes
from tools.errors import SetupError
from tools.files import FULL, no_space, require_space


def headers_file() -> str:
    """The headers of every file, in the format that static hosts read."""
    lines = [f"  {name}: {value}" for name, value in (SECURITY_HEADERS | {"Cache-Control": "no-cache"}).items()]
    return "\n".join(["/*", *lines, ""])


def build(root: Path, folder: Path) -> tuple[int, int, int]:
    """Write the site of the project in `root` to `folder`, replacing what is there.

    Returns the number of files, their bytes, and their bytes as a host that
    compresses would send them.
    """
    release = Release(root)
    files = release.files()
    new, old = folder.with_name(folder.name + ".new"), folder.with_name(folder.name + ".old")
    require_space(root, sum(file.bytes for file in files), f"{folder.name}/")
    for left_over in (new, old):
        shutil.rmtree(left_over, ignore_errors=True)
    raw = packed = 0
    for url in [*(file.url for file in files), PRECACHE_URL]:
        content, _ = release.read(url)
        path = new / url
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        raw += len(content)
        compressible = url.rpartition(".")[2] in COMPRESSED
        packed += len(gzip.compress(content, GZIP_LEVEL)) if compressible else len(content)
    (new / "_headers").write_text(headers_file(), encoding="utf-8")
    # Hosts that run Jekyll would leave out what begins with an underscore.
    (new / ".nojekyll").write_bytes(b"")
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
    return len(files) + 1, raw, packed


def main() -> int:
    root = Path(__file__).resolve().parent.parent
    try:
        count, raw, packed = build(root, root / "dist")
    except (SetupError, ReleaseError) as error:
        print(f"No site was written: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno not in FULL:
            raise
        print(f"No site was written: {no_space('dist/', root)}", file=sys.stderr)
        return 1
    print(f"dist/: {count} files, {megabytes(raw)}, {megabytes(packed)} compressed (gzip)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
