"""Trains the language detector: ``python -m models.training.language`` (``make models``).

The steps, one module each: ``prepare_text``, ``split``, ``choose_ngrams``, ``train``, ``quantise``, ``evaluate``.
``DATA`` names the folder that holds ``tatoeba.tsv.xz`` (default ``../shared/data``); the other texts come from
packages of ``requirements-models.txt``.
"""
