"""The page's own merging (static/glue/merging.js), asked from Python through Node.js. Offers `MERGING`."""

import json
import subprocess
from pathlib import Path

from tools.node import node_path

ROOT = Path(__file__).resolve().parents[2]


class MergingProcess:
    """As TextMerging: `await load()`, `merge(base, ours, theirs)`. Node starts at the first question and ends with Python."""

    def __init__(self):
        self._process = None

    async def load(self):
        return True

    def merge(self, base, ours, theirs):
        if self._process is None:
            self._process = subprocess.Popen(
                [str(node_path(ROOT)), "--no-warnings", str(Path(__file__).with_name("merging.mjs")), str(ROOT / "static/glue/merging.js")],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        self._process.stdin.write(json.dumps([base, ours, theirs]) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return None if answer is None else (answer["text"], answer["met"])


MERGING = MergingProcess()
