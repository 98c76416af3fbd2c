"""Texts merged three ways, by static/glue/merging.js. Runs in the page only."""

from pyscript.js_modules import merging_glue


class TextMerging:
    """`await load()` comes before `merge`; without it (a file that can't be had) only what is plain is merged."""

    async def load(self):
        try:
            await merging_glue.load()
        except Exception:
            return False
        return True

    def merge(self, base, ours, theirs):
        """(text, met) with the changes of both, or None where both changed the same; `met`: they wrote at the same place."""
        answer = merging_glue.merge(base, ours, theirs)
        return None if answer is None else (answer.text, answer.met)
