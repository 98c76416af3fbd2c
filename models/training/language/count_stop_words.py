"""Beside the detector: counts which words say nothing of what a text is about.

Offers ``stop_words(sentences, interface, unspaced)`` -> list of words, the most frequent first.

A stop word is frequent in two kinds of text that share no subject: everyday sentences (Tatoeba) and what a program
shows (Home Assistant's interface); what is frequent in one of them only must be much more so. Names are left
out by their capitals.
"""

from collections import Counter

# Share of sentences, and of the interface's texts, that a stop word is in; and the share of sentences that
# suffices alone (pronouns are in no interface).
LEAST_SENTENCES = 0.004
LEAST_INTERFACE = 0.004
ENOUGH_SENTENCES = 0.0085

# Tatoeba's favourite names, in scripts without capitals.
_NAMES = set("トム メアリー 汤姆 湯姆 玛丽 瑪麗 톰 톰은 톰이 메리 توم تام सामी टॉम ทอม".split())

# Words to a language, at most.
MOST = 160


def stop_words(sentences, interface, words):
    """Return the stop words of a language; ``words(text)`` gives a text's words as they are written."""
    everyday, capitals, small = Counter(), Counter(), Counter()
    for sentence in sentences:
        found = words(sentence)
        everyday.update({word.lower() for word in found})
        small.update({word for word in found if not word[:1].isupper()} | {"i"})
        capitals.update({word.lower() for word in found[1:] if word[:1].isupper() and word != "I"})
    shown = Counter(word for text in interface for word in {word.lower() for word in words(text)})
    chosen = []
    for word, count in sorted(everyday.items(), key=lambda found: (-found[1], found[0])):
        share = count / len(sentences)
        if share < LEAST_SENTENCES or len(chosen) == MOST:
            break
        common = share >= ENOUGH_SENTENCES or shown[word] / max(1, len(interface)) >= LEAST_INTERFACE
        name = word in _NAMES or not small[word] or capitals[word] >= 0.3 * count
        if common and not name and any(map(str.isalpha, word)):
            chosen.append(word)
    return chosen
