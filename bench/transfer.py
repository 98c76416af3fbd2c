"""Bytes from the network: until the first suggestion, until everything is packed, and at a second visit.

Offers `run(quick=False) -> list[dict]`. Also `python -m bench.transfer`.

Counted at the server, as bodies sent (headers not included, answers of 304 have none). The
server compresses with gzip; what a host that speaks brotli would send is computed from the
same files. *Raw* is their size on the disk.
"""

from functools import cache

import brotli

from app.server.files import COMPRESSED
from bench.rows import row
from bench.stage import Stage, engine_ready_ms

# brotli's quality: the best, as static hosts compress once and for all; in a quick run a faster one.
QUALITY, QUICK_QUALITY = 11, 5
PEER = "plain loadPyodide + numpy"


def run(quick: bool = False) -> list[dict]:
    quality = QUICK_QUALITY if quick else QUALITY
    with Stage(counting=True) as stage:
        host = stage.host
        with stage.visit("peer") as app:
            app.page.goto(stage.peer_address)
            app.page.wait_for_function("() => window.numpyReady", timeout=120_000)
            peer = Sent(host, 0, quality)
        begun = len(host.answers_sent)
        with stage.visit("suggestion", offline_copy=False) as app:
            app.open()
            engine_ready_ms(app.page)
            suggestion = Sent(host, begun, quality)
        begun = len(host.answers_sent)
        with stage.visit("ours") as app:
            app.open()
            app.wait_ready_to_fly()
            engine_ready_ms(app.page)
            packed = Sent(host, begun, quality)
        begun = len(host.answers_sent)
        with stage.visit("ours") as app:
            app.open()
            engine_ready_ms(app.page)
            app.wait_ready_to_fly()
            second = Sent(host, begun, quality)
        without_app = {path for path, _, _ in host.answers_sent[begun:]} <= {"/sw.js"}
    first = "until the first suggestion, first visit"
    return [
        row(f"bytes {first}, gzip as served", suggestion.served, "MB", peer=PEER, peer_value=peer.served, note=f"raw {suggestion.raw} MB"),
        row(f"bytes {first}, brotli", suggestion.brotli, "MB", peer=PEER, peer_value=peer.brotli, goal="≤ 8 MB"),
        row("bytes until «Ready to fly», first visit, gzip as served", packed.served, "MB",
            note=f"raw {packed.raw} MB, brotli {packed.brotli} MB; page, engine and offline copy together"),
        row("bytes of the app from the network, second visit", second.served if not without_app else 0, "MB", goal="0",
            note=f"{second.requests} request: the browser asks whether sw.js is the same ({second.bytes} bytes)" if without_app
            else ", ".join(sorted(second.paths))),
    ]


class Sent:
    """What a host sent from answer number `begun` on, in MB."""

    def __init__(self, host, begun: int, quality: int):
        sent = host.answers_sent[begun:]
        self.paths = {path for path, _, _ in sent}
        self.requests = len(sent)
        self.bytes = sum(bytes for _, _, bytes in sent)
        self.served = megabytes(self.bytes)
        whole = [(host.root / (path[1:] or "index.html")) for path, status, _ in sent if status == 200]
        whole = [path for path in whole if path.is_file()]  # precache.json is made, and small
        self.raw = megabytes(sum(path.stat().st_size for path in whole))
        self.brotli = megabytes(sum(brotli_bytes(path, quality) for path in whole))


@cache
def brotli_bytes(path, quality: int) -> int:
    content = path.read_bytes()
    return len(brotli.compress(content, quality=quality)) if path.suffix[1:] in COMPRESSED else len(content)


def megabytes(bytes: int) -> float:
    return round(bytes / 1_000_000, 2)


if __name__ == "__main__":
    from bench.table import print_table
    print_table(run())
