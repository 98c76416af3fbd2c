"""Trains the completion model: ``python -m models.training.completion`` (``make models``).

The steps, one module each: ``prepare_text``, ``split``, ``vocabulary``, ``weigh``,
``count``, ``estimate``, ``prune``, ``quantise`` for the n-gram model; ``encode_stream``,
``train_recurrent``, ``quantise_recurrent``, ``mix``, ``answer_cases`` for the recurrent one; ``evaluate``. ``DATA`` names the folder
that holds the text (default ``../shared/data``). The same text gives the same bytes.
"""
