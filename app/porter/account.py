"""What became of what was brought in: counts, and a line for each thing that is not as it was.

Offers ``Account`` with ``skipped(path, why)``, ``changed(path, what)``, ``here(path, what)``, ``copied(path, what)``, ``counts``, ``rows(most)`` and ``text(title)``. Paths and reasons
come from hostile files: whoever shows them shows them as text.
"""

# Lines that are kept of each kind; beyond that they are only counted.
MOST_LINES = 20_000
# Characters of a path and of a reason that are kept.
MOST_CHARACTERS = 300

SKIPPED, CHANGED, COPIED, HERE = "skipped", "changed", "copied", "here"
KINDS = ((SKIPPED, "Skipped"), (CHANGED, "Changed on the way"), (COPIED, "Added under a new id"), (HERE, "Already here"))


class Account:
    def __init__(self):
        self.counts = {kind: 0 for kind, _ in KINDS}
        self._lines = {kind: [] for kind, _ in KINDS}

    def skipped(self, path, why):
        self._add(SKIPPED, path, why)

    def changed(self, path, what):
        self._add(CHANGED, path, what)

    def copied(self, path, what):
        self._add(COPIED, path, what)

    def here(self, path, what=""):
        self._add(HERE, path, what)

    def _add(self, kind, path, sentence):
        self.counts[kind] += 1
        if len(self._lines[kind]) < MOST_LINES:
            self._lines[kind].append((_line(path), _line(sentence)))

    def rows(self, most):
        """The first ``most`` lines as [[kind, path, sentence]], what was skipped first; what is merely here already is no news."""
        return [[kind, path, sentence] for kind, _ in KINDS if kind != HERE for path, sentence in self._lines[kind]][:most]

    def text(self, opening):
        """The whole report for a text file; ``opening``: its first lines."""
        lines = list(opening)
        for kind, title in KINDS:
            if self.counts[kind]:
                lines += ["", f"{title}: {self.counts[kind]}"]
                lines += [f"  {path}: {sentence}" if sentence else f"  {path}" for path, sentence in self._lines[kind]]
                more = self.counts[kind] - len(self._lines[kind])
                lines += [f"  and {more} more"] if more else []
        return "\n".join(lines) + "\n"


def _line(text):
    """``text`` on one line, without what cannot be seen or written."""
    text = "".join(character if character.isprintable() else " " for character in str(text)[:MOST_CHARACTERS + 1])
    return text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS - 1] + "…"
