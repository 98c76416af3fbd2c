"""Trains the sentence vectors: ``python -m models.training.vectors`` (``make models``).

The steps, one module each: ``prepare_text``, ``teach``, ``vocabulary``, ``train``,
``quantise``, ``evaluate``. ``DATA`` names the folder that holds the text (default
``../shared/data``), ``NPM`` the ``node_modules`` with WordNet's and emojibase's files
(default ``.cache/models/node_modules``). What the teacher answered is kept in
``.cache/models/vectors``, so that only the first run asks it.
"""
