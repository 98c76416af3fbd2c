"""Step 11: finds how much the recurrent model counts beside the n-gram model.

Offers ``pairs(base, network, documents)``, what both models say of the development text, and from
that ``weights(…)``, one for each number of context words that the n-gram model knows, and
``perplexities(…)``. The weights make the text likeliest: found by expectation maximisation
(F. Jelinek and R. Mercer, «Interpolated estimation of Markov source parameters from sparse
data», 1980).
"""

import numpy as np

from app.engine import words
from app.engine.completion import context_ids, divide_other
from app.engine.kneser_ney import ORDER
from models.training.completion.split import is_diary_like, sentences

ROUNDS = 60

# Diary-like sentences that are looked at, spread over the documents.
SENTENCES = 1000


def pairs(base, network, documents, limit=SENTENCES):
    """Return (matched, p, q), each (n,): of every word of diary-like sentences, the number of context words
    that the n-gram model knows and the probabilities that the two models give it."""
    found = []
    chosen = [(document, place) for document in documents for place, (_, line) in enumerate(document.lines)
              if any(is_diary_like(sentence) for sentence in sentences(line))]
    for document, place in chosen[::max(1, len(chosen) // limit)]:
        above = "\n".join(line for _, line in document.lines[max(0, place - 8):place])[-300:]
        recent = words.tokens(above + "\n") if above else []
        for sentence in sentences(document.lines[place][1]):
            tokens = [token for part in words.sentences(sentence) for token in part]
            for at, token in enumerate(tokens if is_diary_like(sentence) else []):
                if token[0] != "word" or token[1].lower() not in base.index:
                    continue
                word = base.index[token[1].lower()]
                ids = context_ids(base, tokens[:at])
                p = base.probabilities(ids, 0, base.size)
                p[base.marks["start"]] = 0
                q = divide_other(p, network.probabilities(recent + tokens[:at]), network.known)
                found.append((base.matched(ids), p[word], q[word]))
            recent = recent + tokens + [("end", "")]
    matched, p, q = np.array(found).T
    return matched.astype(int), p, q


def weights(matched, p, q):
    """Return the weights (ORDER,), by the number of context words known, for what ``pairs`` returned."""
    found = np.full(ORDER, 0.5)
    for order in range(ORDER):
        ours, theirs = p[matched == order], q[matched == order]
        for _ in range(ROUNDS if len(ours) else 0):
            share = found[order] * theirs / (found[order] * theirs + (1 - found[order]) * ours)
            found[order] = share.mean()
    return found


def perplexities(matched, p, q, weight):
    """Return the perplexities of the n-gram model, the recurrent one and the mixture."""
    mixed = (1 - weight[matched]) * p + weight[matched] * q
    return tuple(float(np.exp(-np.log(values).mean())) for values in (p, q, mixed))
