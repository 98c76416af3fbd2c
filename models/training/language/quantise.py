"""Step 5: rounds the weights to the numbers of the shipped file and makes its probabilities honest.

Offers ``quantise(weights)`` -> ``(numbers, scales)`` and ``calibrate(logits, labels)`` -> temperature.
"""

import numpy as np

from app.engine.language import LEVELS

# Temperatures that are tried.
TEMPERATURES = np.geomspace(0.5, 4, 60)


def quantise(vectors):
    """Return vectors (n, d) as whole numbers from -LEVELS to LEVELS (int8) and the scale (n,) of each row."""
    scales = np.abs(vectors).max(1) / LEVELS + 1e-8
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales


def calibrate(logits, labels):
    """Return the temperature at which the softmax of ``logits`` (n, classes) believes its ``labels`` (n,) best.

    C. Guo and others, «On calibration of modern neural networks», 2017: the one that has the least cross-entropy.
    """
    def loss(temperature):
        scaled = logits / temperature
        top = scaled.max(1, keepdims=True)
        return np.mean(np.log(np.exp(scaled - top).sum(1)) + top[:, 0] - scaled[np.arange(len(labels)), labels])

    return float(min(TEMPERATURES, key=loss))
