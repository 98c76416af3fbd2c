"""Makes ``models/spelling.en.npz``: the words that are right, and what slips cost.

Run ``python -m models.training.spelling``; the steps are the modules ``list_words``,
``find_slips``, ``estimate`` and ``evaluate``.
"""
