"""Makes ``models/mood.en.npz``: which emotion a text shows.

Run ``python -m models.training.mood``; the steps are the modules ``prepare_text``, ``teach``,
``train``, ``calibrate``, ``quantise`` and ``evaluate``.
"""
