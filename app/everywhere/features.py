"""The placement table: every feature of Carryon, and the three answers that place it.

Ask of each feature, in this order:

1. **secret**: does it need something the user's device must not hold?
2. **shared**: must it read the same for several people or devices?
3. **heavy**: does it need more than a device has?

Each answer is `NO` or the reason in words. One yes sends the feature to the server, and the
first yes is the test that decided; three times no keeps it on the device, in the place
named by `runs_in`. The router, the engine, the learner, the porter and the server all read this table,
and the page «What runs where» draws it, so that it cannot say one thing and do another.

Offers `Feature`, `NO`, `FEATURES` and `feature(name)`.
"""

from app.everywhere.errors import UnknownFeature
from app.everywhere.places import DEVICE_PLACES, ENGINE, LEARNER, PAGE, PORTER, SERVER, TESTS

NO = ""


class Feature:
    """A row of the table.

    `title` is what the user reads. `secret`, `shared` and `heavy` have no default: whoever
    adds a feature answers all three. `runs_in` counts only for a feature of the device.
    `models` names rows of `models/manifest.json`. A server feature says what it `sends`,
    and which device feature serves `instead` of it (or, in `instead_why_none`, why none can).
    """

    def __init__(self, name, title, *, secret, shared, heavy, runs_in=ENGINE, models=(),
                 sends="", instead="", instead_why_none=""):
        for test, answer in (("secret", secret), ("shared", shared), ("heavy", heavy)):
            assert isinstance(answer, str), name + ": answer " + test + " with NO or the reason in words"
        assert runs_in in DEVICE_PLACES, name + ": runs_in is one of " + ", ".join(DEVICE_PLACES)
        self.name = name
        self.title = title
        self.answers = {"secret": secret, "shared": shared, "heavy": heavy}
        self.models = tuple(models)
        self.sends = sends
        self.instead = instead
        self.instead_why_none = instead_why_none
        self.decided_by = ""
        for test in TESTS:
            if self.answers[test]:
                self.decided_by = test
                break
        self.place = SERVER if self.decided_by else runs_in
        if self.place == SERVER:
            assert sends, name + ": a server feature says what it sends"
            assert instead or instead_why_none, name + ": a server feature names a fallback or says why none can exist"
        else:
            assert not sends, name + ": a device feature sends nothing"

    @property
    def on_device(self):
        return self.place != SERVER

    @property
    def explanation(self):
        """One sentence for the user: where it runs, and the test that decided."""
        if self.on_device:
            return "Needs no secret, is shared with nobody and is light enough: it runs on this device."
        reason = self.answers[self.decided_by]
        if self.decided_by == "secret":
            return "Needs a secret this device must not hold (" + reason + "), so it runs on the server."
        if self.decided_by == "shared":
            return "Must read the same for others (" + reason + "), so it lives on the server."
        return "Needs more than a device has (" + reason + "), so it runs on the server."


FEATURES = (
    Feature("keep", "Keep my notes", secret=NO, shared=NO, heavy=NO, runs_in=PAGE),
    Feature("attach", "Keep pictures and files with my notes", secret=NO, shared=NO, heavy=NO, runs_in=PAGE),
    Feature("preview", "Show Markdown as it will look", secret=NO, shared=NO, heavy=NO, runs_in=PAGE),
    Feature("compare", "Show what changed in a note", secret=NO, shared=NO, heavy=NO, runs_in=PAGE),
    Feature("count", "Count what I wrote", secret=NO, shared=NO, heavy=NO, runs_in=PAGE),
    Feature("lock", "Lock my notebook with a passphrase", secret=NO, shared=NO, heavy=NO, runs_in=PAGE),
    Feature("find", "Find exact words without an engine", secret=NO, shared=NO, heavy=NO, runs_in=PAGE),
    Feature("complete", "Finish my words", secret=NO, shared=NO, heavy=NO,
            models=("completion.en", "completion.en.neural", "completion.de", "completion.fr", "completion.es", "language")),
    Feature("read", "Read my notes when the engine starts", secret=NO, shared=NO, heavy=NO),
    Feature("learn", "Learn my words from my notes", secret=NO, shared=NO, heavy=NO),
    Feature("learned", "Show which words were learned", secret=NO, shared=NO, heavy=NO),
    Feature("forget", "Forget a learned word", secret=NO, shared=NO, heavy=NO),
    Feature("wipe", "Forget all that was learned", secret=NO, shared=NO, heavy=NO),
    Feature("language", "Notice the language", secret=NO, shared=NO, heavy=NO, models=("language",)),
    Feature("mood", "Notice the mood", secret=NO, shared=NO, heavy=NO, models=("mood.en",)),
    Feature("details", "Find personal details", secret=NO, shared=NO, heavy=NO, models=("details",)),
    Feature("spelling", "Find misspelt words", secret=NO, shared=NO, heavy=NO, models=("spelling.en", "completion.en")),
    Feature("segment", "Find the words in Japanese, Chinese and Thai", secret=NO, shared=NO, heavy=NO, models=("segment",)),
    Feature("key_phrases", "Name what a note is about", secret=NO, shared=NO, heavy=NO, models=("segment", "stop_words", "language")),
    Feature("summary", "Pick the key sentences of a note", secret=NO, shared=NO, heavy=NO, models=("segment", "stop_words", "language")),
    Feature("similar", "Tell what means the same", secret=NO, shared=NO, heavy=NO, models=("vectors.en",)),
    Feature("similar_across", "Tell what means the same in another language", secret=NO, shared=NO, heavy=NO,
            models=("vectors.multilingual",)),
    Feature("index", "Remember what my notes say", secret=NO, shared=NO, heavy=NO, models=("vectors.en", "vectors.multilingual", "language")),
    Feature("search", "Find notes by words and meaning", secret=NO, shared=NO, heavy=NO,
            models=("vectors.en", "vectors.multilingual", "language")),
    Feature("related", "Find what I wrote before", secret=NO, shared=NO, heavy=NO, models=("vectors.en", "vectors.multilingual", "language")),
    Feature("look_back", "Look back on all my notes: words, moods, names", secret=NO, shared=NO, heavy=NO,
            models=("mood.en", "details", "language", "vectors.en", "vectors.multilingual")),
    Feature("lesson", "Tell the learner what my notes say", secret=NO, shared=NO, heavy=NO,
            models=("vectors.en", "vectors.multilingual", "language")),
    Feature("themes", "Find the themes of my notes", secret=NO, shared=NO, heavy=NO, runs_in=LEARNER),
    Feature("name_themes", "Name the themes of my notes", secret=NO, shared=NO, heavy=NO, models=("segment", "stop_words", "language")),
    Feature("emoji", "Suggest emoji", secret=NO, shared=NO, heavy=NO, models=("vectors.en", "emoji.en")),
    Feature("tags", "Suggest my own tags", secret=NO, shared=NO, heavy=NO, models=("vectors.en", "vectors.multilingual", "language")),
    Feature("learn_tags", "Learn which of my tags fit", secret=NO, shared=NO, heavy=NO, runs_in=LEARNER),
    Feature("tags_taught", "Keep what was learned of my tags", secret=NO, shared=NO, heavy=NO),
    Feature("tags_known", "Tell what was learned of my tags", secret=NO, shared=NO, heavy=NO),
    Feature("export", "Take my notes with me as files", secret=NO, shared=NO, heavy=NO, runs_in=PORTER),
    Feature("exit_kit", "Write my notes into one page that needs no app", secret=NO, shared=NO, heavy=NO, runs_in=PORTER),
    Feature("import_look", "Look at what I want to bring in", secret=NO, shared=NO, heavy=NO, runs_in=PORTER),
    Feature("import", "Bring notes in from elsewhere", secret=NO, shared=NO, heavy=NO, runs_in=PORTER),
    Feature("import_undo", "Take an import back", secret=NO, shared=NO, heavy=NO, runs_in=PORTER),
    Feature("advise", "Advise where a feature of any app should run", secret=NO, shared=NO, heavy=NO, models=("advisor", "vectors.en")),
    Feature("tags_from_words", "Tell which tags mean what a text says", secret=NO, shared=NO, heavy=NO, models=("vectors.en",)),
)


def feature(name, table=FEATURES):
    """The row called `name`; UnknownFeature lists the names there are."""
    for row in table:
        if row.name == name:
            return row
    raise UnknownFeature("There is no feature «" + str(name) + "». Known: " + ", ".join([row.name for row in table]) + ".")
