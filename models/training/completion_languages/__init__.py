"""Trains completion in German, French and Spanish: ``python -m models.training.completion_languages`` (``make models``).

Little text of these languages may be shipped, so what is known of single words comes from lists of word counts and only
what follows what comes from text. The steps, one module each: ``prepare_text``, ``count_words``, ``choose_words``,
``train``, ``evaluate``; and ``judge_japanese``, which shows why there is no Japanese. ``DATA`` names the folder that
holds Tatoeba (default ``../shared/data``).
"""

# Language -> its name in English, as the cards say it.
LANGUAGES = {"de": "German", "fr": "French", "es": "Spanish"}
