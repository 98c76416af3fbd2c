"""The feature «themes»: which themes the notes have, by what they mean and by their words.

Offers ``themes(payload, lesson)``. It says which notes are of a theme; the engine, which knows their words, names it
(«name_themes»).

Method: of each note the mean of its passages' vectors, brought to DIMENSIONS by principal components, beside its words weighed by
TF-IDF and brought to as many by latent semantic analysis (S. Deerwester and others, 1990), both of length one; k-means over the two
together. How many themes there are is the number from LEAST_THEMES to MOST_THEMES whose silhouette (P. Rousseeuw, 1987) is widest. A
note that lies hardly nearer to its theme than to the next is of none. Everything random begins at the same seed, and the lesson is in the
order of the notes' ids: the same notes have the same themes.

Only notes of one language are asked, the one in which most are written: vectors of two spaces cannot be compared, and in the
space that other languages share, notes gather by language. On the 134 English notes of static/sample with tags, the mutual
information of themes and tags, adjusted for chance, is .29 for both together, .24 for vectors and .22 for words alone (`python -m bench --only
insights`); over its 173 notes in eight other languages it was .1 at most.
"""

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics import silhouette_score

SEED = 0
# Notes of one language from which themes are looked for; notes to a theme, on average, at least.
LEAST_NOTES = 40
NOTES_TO_A_THEME = 12
LEAST_THEMES, MOST_THEMES = 3, 12
# Numbers that a note is described by, of either kind.
DIMENSIONS = 16
# Words count that stand in two notes at least, and in at most so large a share of them.
LEAST_DOCUMENTS, MOST_DOCUMENTS = 2, 0.2
# Notes that k-means learns from, and of these that a silhouette is measured on: more changes little and takes long.
LEARNED_FROM, MEASURED_ON = 3000, 1000
# How much nearer its own centre is than the next, as a share of the distance to that: of fewer, a note is of no theme.
LEAST_MARGIN = 0.05
# Notes that a theme is shown with, the nearest first.
SHOWN = 50


def themes(payload, lesson):
    """{} → {"language": the code, "notes": in this language, "others": in other languages, "least": LEAST_NOTES, "themes": [{"size", "ids", "months"}]}.

    The largest theme comes first. ``ids``: its notes nearest to its centre, at most SHOWN. ``months``: [[month «2025-03», its notes, all notes of the
    language]], ascending, without gaps. Too few notes have no themes.
    """
    language, rows = _main_language(lesson)
    answer = {"language": language, "notes": len(rows), "others": len(lesson) - len(rows), "least": LEAST_NOTES, "themes": []}
    if len(rows) < LEAST_NOTES:
        return answer
    points = _unit(np.hstack([_meanings(lesson, rows), _words(lesson, rows)]))
    distances = _distances(points, _centres(points))
    nearest = distances.argmin(1)
    two = np.sort(distances, axis=1)[:, :2]
    is_of = two[:, -1] - two[:, 0] >= LEAST_MARGIN * two[:, -1]
    days = np.array([lesson.days[row] for row in rows])
    for theme in range(distances.shape[1]):
        own = np.flatnonzero(is_of & (nearest == theme))
        if len(own):
            order = own[np.argsort(distances[own, theme], kind="stable")]
            answer["themes"].append({"size": len(own), "ids": [lesson.ids[rows[at]] for at in order[:SHOWN].tolist()], "months": _months(days, days[own])})
    answer["themes"].sort(key=lambda row: (-row["size"], row["ids"]))
    return answer


def _main_language(lesson):
    """Return (the language of most notes, their rows); the first by its code where several have as many. Notes without a vector count not."""
    by_language = {}
    for row, language in enumerate(lesson.languages):
        if lesson.spaces[row]:
            by_language.setdefault(language or "en", []).append(row)
    return max(by_language.items(), key=lambda item: (len(item[1]), item[0]), default=("", []))


def _unit(points):
    return points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-9)


def _meanings(lesson, rows):
    """Return (n, DIMENSIONS): what the notes mean. All notes of a language are in one space."""
    owners, vectors = lesson.means(int(lesson.spaces[rows[0]]))
    own = vectors[np.searchsorted(owners, rows)]
    return _unit(PCA(min(DIMENSIONS, len(own) - 1, own.shape[1]), svd_solver="covariance_eigh").fit_transform(own))


def _words(lesson, rows):
    """Return (n, DIMENSIONS or fewer): which words the notes share."""
    place = np.full(len(lesson), -1)
    place[rows] = np.arange(len(rows))
    owners, words, times = lesson.words
    own = place[owners]
    owners, words, times = own[own >= 0], words[own >= 0], times[own >= 0]
    known, columns = np.unique(words, return_inverse=True)
    documents = np.bincount(columns, minlength=len(known))
    useful = (documents >= LEAST_DOCUMENTS) & (documents <= MOST_DOCUMENTS * len(rows))
    keep = useful[columns]
    columns = (np.cumsum(useful) - 1)[columns[keep]]
    if useful.sum() <= DIMENSIONS:
        return np.zeros((len(rows), 0))
    counts = csr_matrix((times[keep].astype(np.float64), (owners[keep], columns)), shape=(len(rows), int(useful.sum())))
    weighed = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    return _unit(TruncatedSVD(DIMENSIONS, random_state=SEED).fit_transform(weighed))


def _centres(points):
    """Return the centres of the themes, (k, d)."""
    chosen = points
    if len(points) > LEARNED_FROM:
        chosen = points[np.sort(np.random.RandomState(SEED).choice(len(points), LEARNED_FROM, replace=False))]
    best, widest = None, -2.0
    different = len(np.unique(chosen.round(3), axis=0))  # ten thousand notes may say the same
    for count in range(LEAST_THEMES, min(different - 1, MOST_THEMES, len(points) // NOTES_TO_A_THEME) + 1):
        found = KMeans(count, n_init=5, random_state=SEED).fit(chosen)
        width = silhouette_score(chosen, found.labels_, sample_size=min(MEASURED_ON, len(chosen)), random_state=SEED)
        if width > widest:
            best, widest = found.cluster_centers_, width
    return points[:1] if best is None else best


def _distances(points, centres):
    """Return (n, k): how far each note is from each centre."""
    return np.stack([np.linalg.norm(points - centre, axis=1) for centre in centres], axis=1)


def _months(days, own):
    """Return [[month, notes of the theme, all notes]] from the first month with any note to the last. Days are as 20250309."""
    known = days[days > 0] // 100
    if not len(known):
        return []
    first, last = int(known.min()), int(known.max())
    found, month = [], first
    while month <= last:
        found.append([f"{month // 100:04}-{month % 100:02}", int((own // 100 == month).sum()), int((known == month).sum())])
        month += 89 if month % 100 == 12 else 1
    return found
