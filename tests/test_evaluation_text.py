"""The text that models are judged on keeps its promises: see `bench/data/README.md`.

What is checked: identifiers and counts, that every answer exists, that a paraphrase shares no content word with
its answer, that the halves don't share answers, that offsets fit, that numbers with a checksum have a right one, and that
a feature's place follows from its three answers.
"""

from collections import Counter, defaultdict
from datetime import date
import ipaddress
import json
import lzma
from pathlib import Path
import re
import tomllib

import pytest

from app.everywhere.places import TESTS
from models.training.details import notes

DATA = Path(__file__).parent.parent / "bench" / "data"
MOODS = {"anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise"}
VALENCES = {"positive", "neutral", "negative"}
QUERY_TYPES = ("keyword", "paraphrase", "half")
HALVES = ("dev", "test")

# Closed-class words: sharing one of these is no clue to a search.
FUNCTION_WORDS = set("""
a about above across after again against all alone along already also although am among an and another any anybody
anyone anything are aren around as at away back be because been before behind being below beside between both but by
can cannot could couldn d did didn do does doesn doing don done down during each either else enough even ever every
everybody everyone everything few for from had hadn has hasn have haven having he her here hers herself him himself
his how i if in inside into is isn it its itself just least less let ll m many may me might mine more most much must
my myself near neither never no nobody none nor not nothing now of off on once one only onto or other others our ours
ourselves out outside over own per rather re s same shall she should shouldn since so some somebody someone something
still such t than that the their theirs them themselves then there these they this those though through till to too
toward towards under until up upon us ve very was wasn we were weren what when where whether which while who whom
whose why will with within without won would wouldn yet you your yours yourself
""".split())

# Forms of one word that neither a suffix nor a common beginning shows.
IRREGULAR = {form: line.split()[0] for line in """
ask asking
begin began begun
break broke broken
bring brought
buy bought
catch caught
child children
come came
die died dying dead death
do did done
dig dug
draw drew drawn
drive drove driven
eat ate eaten
fall fell fallen
feel felt
find found
fly flew flown
foot feet
forget forgot forgotten
get got gotten
give gave given
go went gone
hear heard
hold held
keep kept
know knew known
lead led
leave left
lend lent
lose lost
make made
man men
mouse mice
old older oldest elder elderly
pay paid
person people
ride rode ridden
ring rang rung
rise rose risen
run ran
say said
see saw seen
sell sold
send sent
shake shook shaken
sing sang sung
sit sat
sleep slept asleep sleepless
speak spoke spoken
stand stood
steal stole stolen thief theft
stick stuck
swim swam swum
take took taken
teach taught
tell told
telephone phone phoned phoning
think thought
throw threw thrown
tooth teeth
wake woke woken
wear wore worn
wife wives
woman women
write wrote written
""".strip().splitlines() for form in line.split()}


def rows(name):
    with open(DATA / name, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def stem(word):
    """Return a word less its English inflection; coarse, and rather too much off than too little."""
    word = IRREGULAR.get(word, word)
    for ending, rest in (("ies", "y"), ("ied", "y"), ("ying", "y"), ("iest", "y"), ("ier", "y"), ("ing", ""), ("edly", ""),
                         ("ed", ""), ("est", ""), ("ers", ""), ("er", ""), ("ly", ""), ("es", ""), ("s", ""), ("e", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[:len(word) - len(ending)] + rest
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


def content_words(text):
    return {word for word in re.findall(r"[^\W_]+", text.lower().replace("’", "'").replace("'", " ")) if word not in FUNCTION_WORDS}


def are_related(one, other):
    """Tell whether two words may be forms of each other: one stem, or all but the end of the longer in common."""
    if stem(one) == stem(other):
        return True
    common = next((at for at, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    return common >= 5 or (common >= 4 and common == min(len(one), len(other)) and abs(len(one) - len(other)) <= 3)


def shared(query, text):
    return {(one, other) for one in content_words(query) for other in content_words(text) if are_related(one, other)}


@pytest.mark.parametrize("one, other", [("walk", "walked"), ("studies", "studying"), ("went", "go"), ("stopped", "stop"),
                                        ("promotion", "promoted"), ("sing", "sung"), ("theft", "stolen")])
def test_inflections_count_as_sharing(one, other):
    assert are_related(one, other)


@pytest.mark.parametrize("one, other", [("dog", "hound"), ("car", "card"), ("bird", "birth"), ("train", "trial")])
def test_words_of_their_own_do_not(one, other):
    assert not are_related(one, other)


@pytest.fixture(scope="module")
def diary():
    return rows("diary.en.jsonl")


def test_diary_has_a_long_writer_and_six_others(diary):
    writers = Counter(entry["writer"] for entry in diary)
    assert len(diary) >= 130
    assert writers.most_common(1)[0][1] >= 75
    assert len(writers) >= 7
    assert min(writers.values()) >= 8


def test_diary_entries_are_complete_and_in_order(diary):
    assert len({entry["id"] for entry in diary}) == len(diary)
    latest = {}
    for entry in diary:
        assert set(entry) == {"id", "writer", "date", "text", "mood", "valence"}
        assert entry["mood"] in MOODS and entry["valence"] in VALENCES
        assert 40 <= len(entry["text"].split()) <= 120, entry["id"]
        day = date.fromisoformat(entry["date"])
        assert day > latest.get(entry["writer"], date.min), entry["id"]
        latest[entry["writer"]] = day


def test_diary_has_every_mood_several_times_and_no_text_twice(diary):
    assert min(Counter(entry["mood"] for entry in diary).values()) >= 8
    assert {entry["mood"] for entry in diary} == MOODS
    assert len({entry["text"] for entry in diary}) == len(diary)


@pytest.fixture(scope="module")
def entries():
    return {row["id"]: row for row in rows("retrieval.jsonl") if row["kind"] == "entry"}


@pytest.fixture(scope="module")
def queries():
    return [row for row in rows("retrieval.jsonl") if row["kind"] == "query"]


def test_retrieval_has_enough_of_everything(entries, queries):
    assert len(entries) >= 200
    assert len(queries) >= 100
    assert len(entries) + len(queries) == len(rows("retrieval.jsonl"))
    assert len({query["id"] for query in queries}) == len({query["text"] for query in queries}) == len(queries)
    for kind in QUERY_TYPES:
        halves = Counter(query["split"] for query in queries if query["type"] == kind)
        assert set(halves) == set(HALVES)
        assert sum(halves.values()) >= len(queries) * .3
        assert abs(halves["dev"] - halves["test"]) <= 1


def test_retrieval_takes_diary_entries_as_they_are(entries, diary):
    assert {entry["id"]: entry["text"] for entry in diary}.items() <= {name: row["text"] for name, row in entries.items()}.items()


def test_every_answer_exists_and_is_graded(entries, queries):
    for query in queries:
        assert query["type"] in QUERY_TYPES
        assert query["relevant"].keys() <= entries.keys()
        assert set(query["relevant"].values()) <= {1, 2}
        assert 2 in query["relevant"].values()


def test_no_paraphrase_shares_a_content_word_with_its_answer(entries, queries):
    found = {query["id"]: (query["text"], sharing) for query in queries if query["type"] == "paraphrase"
             for answer in query["relevant"] if (sharing := shared(query["text"], entries[answer]["text"]))}
    assert not found


def test_every_other_query_shares_one(entries, queries):
    for query in queries:
        if query["type"] != "paraphrase":
            assert all(shared(query["text"], entries[answer]["text"]) for answer in query["relevant"]), query["id"]


def test_halves_share_no_answer(queries):
    used = defaultdict(set)
    for query in queries:
        used[query["split"]] |= query["relevant"].keys()
    assert not used["dev"] & used["test"]


DETAIL_KINDS = {"email", "phone", "card", "iban", "national_id", "ip", "key", "birth_date", "name", "address", "optional"}


@pytest.fixture(scope="module")
def labelled():
    return rows("details.jsonl")


def details(labelled, kind):
    """Return what is labelled as ``kind`` as it stands in the texts."""
    return [row["text"][found["start"]:found["end"]] for row in labelled for found in row["details"] if found["kind"] == kind]


def passes_luhn(digits):
    doubled = [int(digit) * 2 if at % 2 else int(digit) for at, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def is_iban(text):
    text = re.sub(r"[ -]", "", text)
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def test_details_have_enough_of_everything(labelled):
    assert len(labelled) >= 160
    assert len({row["text"] for row in labelled}) == len(labelled)
    assert sum(all(found["kind"] == "optional" for found in row["details"]) for row in labelled) >= 60
    assert all(count >= 20 for count in Counter(row["lang"] for row in labelled).values())
    assert {row["lang"] for row in labelled} == {"en", "de", "fr", "es"}
    for half in HALVES:
        kinds = Counter(found["kind"] for row in labelled if row["split"] == half for found in row["details"])
        assert kinds.keys() == DETAIL_KINDS
        assert min(kinds.values()) >= 5


def test_details_lie_inside_their_text_in_order(labelled):
    for row in labelled:
        assert set(row) == {"text", "lang", "details", "split"} and row["split"] in HALVES
        end = 0
        for found in row["details"]:
            assert set(found) == {"start", "end", "kind"} and found["kind"] in DETAIL_KINDS
            assert end <= found["start"] < found["end"] <= len(row["text"])
            end = found["end"]
            marked = row["text"][found["start"]:end]
            assert marked == marked.strip(" ,;:")
            # A detail begins and ends where its words do.
            assert not (marked[-1] + row["text"][end:end + 1]).isalnum() or end == len(row["text"]), marked
            assert not row["text"][:found["start"]][-1:].isalnum(), marked


def test_halves_share_no_detail(labelled):
    used = {half: {row["text"][found["start"]:found["end"]].lower() for row in labelled if row["split"] == half
                   for found in row["details"]} for half in HALVES}
    assert not used["dev"] & used["test"]


def test_what_details_are_taught_on_shares_no_name_no_beginning_and_no_four_words_with_what_they_are_judged_on(labelled):
    def words(text):
        return re.findall(r"\w+", text.lower())

    def runs(text):
        found = words(text)
        return {tuple(found[:2])} | {tuple(found[at:at + 4]) for at in range(len(found) - 3)}

    names = {word for name in details(labelled, "name") for word in words(name) if len(word) > 2}
    judged = set().union(*(runs(row["text"]) for row in labelled))
    taught = notes.read()
    assert len(taught) > 1500
    for _, text, spans in taught:
        assert not names & {word for start, end, kind in spans if kind == "name" for word in words(text[start:end])}, text
        assert len(words(text)) < 2 or not judged & runs(text), text


def test_cards_pass_luhn_and_nothing_unlabelled_does(labelled):
    for text in details(labelled, "card"):
        assert passes_luhn(re.sub(r"\D", "", text)), text
    for row in labelled:
        if not row["details"]:
            for run in re.findall(r"\d(?:[ -]?\d){12,18}", row["text"]):
                assert not passes_luhn(re.sub(r"\D", "", run)), row["text"]


def test_ibans_and_addresses_of_machines_are_valid(labelled):
    assert all(map(is_iban, details(labelled, "iban")))
    for text in details(labelled, "ip"):
        ipaddress.ip_address(text)


def test_machines_and_mail_are_of_ranges_set_aside_for_examples(labelled):
    # RFC 2606 and RFC 6761 keep these names from ever being registered; RFC 5737 and RFC 3849 these numbers.
    for text in details(labelled, "email"):
        assert text.endswith((".example", "@example.org", "@example.com", "@example.net", ".example.net")), text
    for text in details(labelled, "ip"):
        assert ipaddress.ip_address(text).is_private, text


def test_nobody_wrote_in_two_halves_of_the_tagged_notes():
    with lzma.open(DATA / "tags.en.jsonl.xz", "rt", encoding="utf-8") as file:
        notes = [json.loads(line) for line in file]
    assert {note["half"] for note in notes} == {"train", "dev", "test"}
    for key in ("writer", "text"):
        halves = defaultdict(set)
        for note in notes:
            halves[note[key]].add(note["half"])
        assert [value for value, found in halves.items() if len(found) > 1] == [], key


@pytest.fixture(scope="module")
def held_out_features():
    return tomllib.loads((DATA / "advisor_held_out.toml").read_text(encoding="utf-8"))["feature"]


def test_each_feature_answers_the_three_tests_and_its_place_follows(held_out_features):
    for feature in held_out_features:
        assert set(feature) == {"name", "description", *TESTS, "place", "decided_by"}, feature
        assert feature["name"].strip() and feature["description"].strip(), feature
        assert all(isinstance(feature[test], bool) for test in TESTS), feature["name"]
        assert feature["decided_by"] == next((test for test in TESTS if feature[test]), "none"), feature["name"]
        assert feature["place"] == ("device" if feature["decided_by"] == "none" else "server"), feature["name"]


def test_features_are_told_apart_by_name_and_by_description(held_out_features):
    for key in ("name", "description"):
        assert len({feature[key].lower() for feature in held_out_features}) == len(held_out_features)


def test_features_are_as_many_and_as_misleading_as_promised(held_out_features):
    assert Counter(feature["decided_by"] for feature in held_out_features) == {"secret": 96, "shared": 113, "heavy": 66, "none": 204}
    misleading = (DATA / "advisor_held_out.toml").read_text(encoding="utf-8").count("\n# Misleading: ")
    assert misleading >= len(held_out_features) / 3
