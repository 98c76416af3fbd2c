"""Step 12: what PyTorch's gated recurrent unit answers, for the comparison in the browser.

Offers ``answer(base, path)`` -> cases for ``manifest.write_reference``: the completer asked with
the network of the shipped file, but computed by PyTorch from the first token on.
"""

import torch

from app.engine.completion import Completer
from app.engine.own_words import OwnWords
from app.engine.recurrent import Recurrent

CASES = (
    "I am looking forw", "I went to the groc", "Today I ", "This morn", "I feel so ", "My sister and I ", "We had dinner with ",
    "It rained all day. I stayed in and read a b", "I could not sl", "Work was long today. My boss ", "I am so tired of ",
    "The kids were loud. I love them, but I need ", "Happy birth", "I want to learn how to pl", "She told me that she ", "I miss my gr",
    "We watched a movie last night. It was really ", "", "I'm proud of ", "On Mon",
)


class ByPyTorch(Recurrent):
    """The network of the file, read anew for each question by PyTorch."""

    def __init__(self, *parts):
        super().__init__(*parts)
        self._gru = torch.nn.GRU(self._input.shape[1], self._recurrent.shape[1])
        for name, value in (("weight_ih_l0", self._input), ("weight_hh_l0", self._recurrent),
                            ("bias_ih_l0", self._input_bias), ("bias_hh_l0", self._recurrent_bias)):
            getattr(self._gru, name).data = torch.from_numpy(value)

    @torch.no_grad()
    def probabilities(self, tokens):
        vectors = torch.from_numpy(self._vectors)
        read, _ = self._gru(vectors[self._encode(tokens)])
        scores = vectors[:self._outputs] @ (torch.from_numpy(self._output) @ read[-1]) + torch.from_numpy(self._bias)
        return torch.softmax(scores, 0).numpy()


def answer(base, path):
    """Return ``[(payload, value)]`` of ``CASES`` for the network in the file ``path``."""
    completer = Completer(base, OwnWords(), ByPyTorch.load(path.read_bytes(), base))
    return [({"before": before, "after": ""}, completer.complete(before)) for before in CASES]
