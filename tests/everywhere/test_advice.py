from app.everywhere.advice_words import features_in, gerund, inventory, sentence, thing_of
from app.everywhere.advisor import Cues, stem, terms_of, words_of


def test_forms_of_a_word_share_a_stem():
    for forms in (("booking", "bookings", "booked", "book"), ("share", "shared", "sharing", "shares"), ("replies", "reply"), ("stopped", "stop", "stopping")):
        assert len(set([stem(form) for form in forms])) == 1, forms


def test_words_are_letters_digits_and_signs_of_money():
    assert words_of("Pay $5 for the user's co-op, now!") == ["pay", "$", "5", "for", "the", "user's", "co", "op", "now"]
    assert words_of("\u65e5\u672c \U0001f389") == [] and "shar list" in terms_of(["shared", "lists"])


def test_a_cue_is_a_phrase_with_open_ends_and_gaps():
    cues = Cues([["a.b", ["pay*", "talk to _ bot"]], ["c.d", ["log in"]]])
    assert cues.found(words_of("Payments")) == {0} and cues.found(words_of("talk to a bot")) == {0} and cues.found(words_of("log in")) == {1}
    assert cues.found(words_of("log into the bot, talk to")) == set()


def test_sizes_are_measured_against_what_a_device_carries():
    cues = Cues([])
    assert [cues.names[place] for place in cues.found(words_of("a 300 MB network"))] == ["heavy.bytes"]
    assert [cues.names[place] for place in cues.found(words_of("a 900 kB network"))] == ["device.bytes"]


def test_a_thing_is_named_so_that_it_fits_into_a_sentence():
    for text, thing in (("metronome", "the metronome"), ("Likes", "likes"), ("Split the bill", "splitting the bill"), ("My notes", "my notes"), ("AI summary", "the AI summary"),
                        ("Users can crop a photo.", "cropping a photo"), ("As a reader I want to find a word, fast", "finding a word"), ("\U0001f389", "this feature"),
                        ("Chat room", "the chat room"), ("Tracks my steps", "tracking my steps")):
        assert thing_of(text, text) == thing, (text, thing_of(text, text))
    assert thing_of("UI-231", "Button for dark mode, remembered") == "the Button for dark mode".replace("B", "b")
    assert gerund("write") == "writing" and gerund("crop") == "cropping" and gerund("see") == "seeing"


def test_the_sentence_is_at_the_point():
    assert sentence("ppl", "likes", "likes", ["likes"], []) == "Likes must be shared across users, so the count lives on the backend."
    assert sentence("key", "Forecast", "Forecast", ["forecast"], []).startswith("The forecast must ask a weather service under a key")


def test_a_text_is_a_description_a_list_or_an_idea():
    assert features_in("crop and rotate") == [("crop and rotate", "crop and rotate")]
    assert features_in("- Likes: hearts with a count\n* [x] metronome\n3. undo\n\n") == [("Likes", "hearts with a count"), ("metronome", "metronome"), ("undo", "undo")]
    assert [name for name, _ in features_in("A travel app where friends plan together, split costs, and see the weather")] == [
        "A travel app", "friends plan together", "split costs", "see the weather"]
    assert [name for name, _ in features_in("I want to build a diary app with sync and a mood chart")] == ["a diary app", "sync", "a mood chart"]
    assert features_in(" \n\t- ") == []


def test_the_inventory_sorts_what_a_backend_needs():
    rows = [{"name": "a", "reason": "llm", "secret": True, "shared": False, "heavy": True}, {"name": "b", "reason": "pay", "secret": True, "shared": True, "heavy": False}]
    assert inventory(rows) == {"secrets": [{"needs": "the model provider's API key", "for": ["a"]}, {"needs": "the payment provider's key", "for": ["b"]}],
                               "shared": [{"needs": "a shared record", "for": ["b"]}], "heavy": [{"needs": "a large model", "for": ["a"]}]}
