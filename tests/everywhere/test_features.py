from app.everywhere.errors import UnknownFeature
from app.everywhere.features import FEATURES, NO, Feature, feature
from app.everywhere.places import ENGINE, PAGE, SERVER


def refused(make):
    try:
        make()
    except AssertionError:
        return True
    return False


def test_three_times_no_stays_on_the_device():
    row = Feature("metronome", "Keep time", secret=NO, shared=NO, heavy=NO)
    assert (row.place, row.decided_by, row.on_device) == (ENGINE, "", True)


def test_the_first_yes_decides_in_the_order_secret_shared_heavy():
    every = {"secret": "an API key", "shared": "a public page", "heavy": "a large model"}
    rest = {"sends": "the text", "instead": "summarise"}
    assert Feature("x", "X", **every, **rest).decided_by == "secret"
    assert Feature("x", "X", **(every | {"secret": NO}), **rest).decided_by == "shared"
    assert Feature("x", "X", **(every | {"secret": NO, "shared": NO}), **rest).decided_by == "heavy"
    assert Feature("x", "X", **every, **rest).place == SERVER


def test_the_explanation_names_the_reason():
    row = Feature("likes", "Count likes", secret=NO, shared="likes are read by everybody", heavy=NO,
                  sends="a like", instead_why_none="a like alone is no count")
    assert "likes are read by everybody" in row.explanation
    assert "this device" in feature("complete").explanation


def test_a_row_answers_all_three_questions_in_words():
    assert refused(lambda: Feature("x", "X", secret=None, shared=NO, heavy=NO))


def test_a_server_feature_says_what_it_sends_and_what_serves_instead():
    assert refused(lambda: Feature("x", "X", secret="a key", shared=NO, heavy=NO, instead="y"))
    assert refused(lambda: Feature("x", "X", secret="a key", shared=NO, heavy=NO, sends="the text"))


def test_a_device_feature_sends_nothing():
    assert refused(lambda: Feature("x", "X", secret=NO, shared=NO, heavy=NO, sends="the text"))


def test_names_are_used_once_and_fallbacks_are_features_of_the_device():
    names = [row.name for row in FEATURES]
    assert len(names) == len(set(names))
    for row in FEATURES:
        if row.instead:
            assert feature(row.instead).on_device


def test_an_unknown_name_is_told_which_there_are():
    try:
        feature("fly")
    except UnknownFeature as error:
        assert "«fly»" in str(error) and "complete" in str(error)
    else:
        raise AssertionError("it was found")


def test_what_is_typed_is_completed_and_kept_on_the_device():
    assert feature("complete").place == ENGINE
    assert feature("keep").place == PAGE
