"""Step 8: the list of emoji with their labels and tags, from emojibase.

Offers ``rows(npm)`` -> ``[[character, label, tags], …]``, ``table(encode, rows)``, their vectors, and ``write(npm, encode, path)``.

An emoji lies where its label lies, and seven tenths of its tags.

Source: npm emojibase-data 17 (MIT), English. Variants collapse into one: skin tones are
inside their emoji already, «man …» and «woman …» give way to the person where there is one.
"""

import json
import re
from pathlib import Path

import numpy as np

from app.engine.emoji import Emoji
from app.engine.vectors import quantise
from models.training.manifest import write_arrays

# Groups left out: components (skin and hair by themselves), and letters of flags, which have no group.
COMPONENTS, FLAGS = 2, 9
# The clock faces of every half hour: one clock is enough.
CLOCK = re.compile(r"o\u2019clock|-thirty")
# Tags kept for each emoji, and what they count beside the label.
MOST_TAGS = 6
TAGS_SHARE = 0.7


def rows(npm):
    """Return the emoji in emojibase's order, from the folder ``npm`` that holds ``emojibase-data``."""
    data = json.loads((Path(npm) / "emojibase-data" / "en" / "data.json").read_text(encoding="utf-8"))
    data = sorted((emoji for emoji in data if emoji.get("group") not in (None, COMPONENTS)), key=lambda emoji: emoji["order"])
    labels = {emoji["label"] for emoji in data}
    persons = {label.removeprefix("person ") for label in labels}
    kept, found = set(), []
    for emoji in data:
        label = emoji["label"]
        role = label.split(" ", 1)[1] if label.startswith(("man ", "woman ", "men ", "women ")) else ""
        role = role.split(":")[0]
        known = role in labels | persons or f"person {role}" in labels or f"people {role}" in labels
        if label.startswith(("man:", "woman:")) or role and known:
            continue
        if "facing right" in label or label.startswith("keycap") or CLOCK.search(label) or label in kept:
            continue
        kept.add(label)
        words = set(label.lower().replace(":", "").split())
        tags = [tag for tag in emoji.get("tags", []) if tag.lower() not in words]
        # A country's tag is its code, which is also a word («it», «no», «be»).
        found.append([emoji["emoji"], label.removeprefix("flag: "), [] if emoji["group"] == FLAGS else tags[:MOST_TAGS]])
    return found


def table(encode, rows):
    """Return the vectors (rows, d) of the emoji, of length one; ``encode``: as ``Vectors.encode``."""
    mixed = encode([label for _, label, _ in rows]) + TAGS_SHARE * encode([" ".join(tags) for _, _, tags in rows])
    return mixed / np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-9)


def write(npm, encode, path):
    """Write the list with its vectors to ``path`` and return the bytes."""
    listed = rows(npm)
    return write_arrays(Emoji.pack(listed, quantise(table(encode, listed))), path)
