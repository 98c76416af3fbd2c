"""Trains the completion model: ``python -m models.training.completion`` (``make models``).

The steps, one module each: ``prepare_text``, ``split``, ``vocabulary``, ``weigh``,
``count``, ``estimate``, ``prune``, ``quantise``, ``evaluate``. ``DATA`` names the folder
that holds the text (default ``../shared/data``). The same text gives the same bytes.
"""
