"""Telling the language of a note, or not."""

import asyncio
import io
from pathlib import Path

import numpy as np
import pytest

from app.engine.language import CANDIDATES, LANGUAGES, NONE, Detector, Language, letters, ngrams, scale_codes, surely_english
from app.everywhere.errors import ModelError
from tests.engine.shipped import Shipped

MODEL = Path(__file__).resolve().parents[2] / "models" / "language.npz"
NOTES = Path(__file__).resolve().parents[2] / "bench" / "data" / "notes.languages.tsv"


@pytest.fixture(scope="module")
def language():
    return Language(Detector.load(MODEL.read_bytes()))


def seen(text):
    codes, script, count = letters(text)
    return "".join(map(chr, codes)), script, count


# -- what the model sees ------------------------------------------------------------------


def test_letters_are_lower_case_with_single_spaces_and_no_noise():
    assert seen("Ich, HABE  3 Äpfel!") == (" ich habe äpfel ", "latin", 12)
    assert seen("L’eau\u0301 see https://example.org/x or a@b.org `code()` foo_bar getName #tag") == (" l'eaú see or ", "latin", 9)


def test_only_the_script_that_has_most_is_seen():
    assert seen("Tokyo (東京) war schön")[0] == " tokyo war schön "
    assert seen("東京タワー nice")[:2] == (" 東京タワー ", "han")


def test_a_text_without_letters_has_no_script():
    for text in ("", " ", "12:30", "😀🎉", "\0", "\ud800", "?!", "https://example.org"):
        assert seen(text) == ("  ", "", 0)


def test_ngrams_stay_within_words_and_longer_words_count_whole():
    codes, _, _ = letters("ab cde")
    # Single letters 5; pairs with the spaces around 3 + 4; threes 2 + 3; fours 1 + 2; fives 0 + 1.
    assert len(ngrams(codes)) == 5 + 7 + 5 + 3 + 1
    one, two = set(ngrams(letters("gehen")[0]).tolist()), set(ngrams(letters("gehen gehen")[0]).tolist())
    assert one == two


# -- what it answers ----------------------------------------------------------------------


@pytest.mark.parametrize("code, text", [
    ("en", "I walked home along the river and it was already dark"), ("de", "Heute habe ich lange geschlafen und dann Kuchen gebacken"),
    ("fr", "On a mangé dehors et il faisait encore chaud"), ("es", "Ayer fuimos a ver a mi tía y comimos paella"),
    ("ca", "Ahir vam anar a veure la meva tieta i vam dinar junts"), ("it", "Stamattina ho perso il treno per colpa della pioggia"),
    ("pt", "Ontem não consegui dormir e hoje estou muito cansado"), ("nl", "Vandaag ben ik met de fiets naar mijn werk gegaan"),
    ("da", "I dag cyklede jeg på arbejde, og det blæste meget"), ("no", "I dag syklet jeg til jobben, og det blåste mye, ikke sant"),
    ("sv", "Idag cyklade jag till jobbet och det blåste mycket"), ("fi", "Tänään pyöräilin töihin ja tuuli kovasti"),
    ("pl", "Dzisiaj pojechałem rowerem do pracy i bardzo wiało"), ("cs", "Dneska jsem jel na kole do práce a hodně foukalo"),
    ("ru", "Сегодня я поехал на работу на велосипеде"), ("uk", "Сьогодні я поїхав на роботу велосипедом, і було вітряно"),
    ("bg", "Днес отидох на работа с колело и духаше силен вятър"), ("ar", "ذهبت اليوم إلى العمل بالدراجة وكان الجو عاصفا"),
    ("fa", "امروز با دوچرخه سر کار رفتم و باد تندی می‌وزید"), ("he", "היום רכבתי לעבודה והייתה רוח חזקה"),
    ("hi", "आज मैं साइकिल से काम पर गया और बहुत हवा चल रही थी"), ("ja", "今日は自転車で仕事に行った"), ("zh", "今天我骑自行车去上班，风很大"),
    ("ko", "오늘은 자전거를 타고 출근했다"), ("el", "Σήμερα πήγα στη δουλειά με το ποδήλατο"), ("th", "วันนี้ฉันปั่นจักรยานไปทำงาน"),
    ("vi", "Hôm nay tôi đi xe đạp đi làm và gió rất to"), ("tr", "Bugün işe bisikletle gittim ve çok rüzgar vardı"),
    ("hu", "Ma biciklivel mentem dolgozni és nagyon fújt a szél"), ("id", "Hari ini saya naik sepeda ke kantor karena tidak hujan"),
])
def test_a_sentence_is_told_and_surely(language, code, text):
    assert language.detect(text)[0] == code
    assert language.detect(text.upper())[0] == code


@pytest.mark.parametrize("text", [
    "", " \n", "ok lol", "haha ok", "😀😀🎉", "12.05. 18:30 3x 45 €", "https://example.org/a/long/path?with=query", "Anna Kowalska",
    "def main(argv): return sys.exit(run(argv))", "π r² = 3.14", "α, β", "asdf jkl", "+44 20 7946 0018", "anna@example.com", "hmm", "\0\0",
    "\ud800", "x" * 5000, "#todo #work",
])
def test_what_is_no_language_is_unknown(language, text):
    assert language.answer({"text": text})["language"] == ""


def test_an_answer_names_candidates_by_probability(language):
    answer = language.answer({"text": "Det var en god dag"})
    beliefs = [p for _, p in answer["candidates"]]
    assert len(beliefs) <= CANDIDATES and beliefs == sorted(beliefs, reverse=True) and sum(beliefs) <= 1.001
    assert {"da", "no"} & {code for code, _ in answer["candidates"]}
    assert answer["language"] == "" or answer["confidence"] == beliefs[0] >= round(language.detector.threshold, 4)


def test_the_likeliest_language_is_named_where_none_is_sure(language):
    assert language.likeliest("ok lol") != NONE
    assert language.likeliest("12:30") == ""
    assert language.likeliest("Heute habe ich lange geschlafen") == "de"


def test_a_note_that_quotes_another_language_keeps_its_own(language):
    assert language.detect("Ich habe heute ein Buch gelesen, es heißt «こころ», und ich habe geweint")[0] == "de"


def test_a_long_note_takes_no_longer_than_its_beginning(language):
    text = "Heute habe ich lange geschlafen und dann Kuchen gebacken. "
    assert language.detect(text * 100_000)[0] == "de"


# -- the file -----------------------------------------------------------------------------


def tiny():
    """Return what a file is packed from: a model that knows three n-grams."""
    codes = [*sorted({code for group in LANGUAGES.values() for code in group}), NONE]
    matrix, bias = np.zeros((len(codes), 2), np.float32), np.zeros(len(codes), np.float32)
    matrix[codes.index("de")], matrix[codes.index("fr")] = (5, 0), (0, 5)
    keys, numbers = np.array([3, 900, 65000], np.uint32), np.array([[7, -7], [3, 0], [0, 7]], np.int8)
    return codes, keys, numbers, np.array([0.5, 0.5, 0.5]), matrix, bias, 1.0, 0.5


def packed(arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def test_a_model_comes_out_of_its_file_as_it_went_in():
    codes, keys, numbers, scales, matrix, bias, temperature, threshold = tiny()
    model = Detector.load(packed(Detector.pack(codes, keys, numbers, scales, matrix, bias, temperature, threshold)))
    assert model.codes == codes and model.keys.tolist() == keys.tolist()
    assert np.allclose(model.vectors, numbers * scales[:, None], rtol=0.03)
    assert (model.temperature, model.threshold) == (temperature, threshold)


def test_scales_are_kept_to_within_three_percent():
    scales = np.geomspace(2e-4, 9, 50)
    restored = np.geomspace(1e-4, 10, 256)[scale_codes(scales)]
    assert np.abs(restored / scales - 1).max() < 0.03


def test_a_damaged_file_says_so():
    whole = MODEL.read_bytes()
    with np.load(io.BytesIO(whole)) as file:
        arrays = dict(file)
    damaged = [b"", whole[:5000], packed(arrays | {"format": np.array([9])}), packed(arrays | {"numbers": arrays["numbers"][:-1]}),
               packed(arrays | {"codes": arrays["codes"][:-3]}), packed(arrays | {"bias": arrays["bias"][:-1]}),
               packed({key: value for key, value in arrays.items() if key != "scales"})]
    for data in damaged:
        with pytest.raises(ModelError):
            Detector.load(data)


@pytest.mark.parametrize("code", ["de", "nl", "sv", "da", "no", "fr", "es", "it", "pt", "pl"])
def test_no_other_language_is_surely_english(code):
    for line in NOTES.read_text(encoding="utf-8").splitlines():
        if line.startswith(code + "\t"):
            assert not surely_english(line.split("\t")[1]), line


def test_an_english_note_is_surely_english():
    assert surely_english("My sister said that they were late because the train didn\u2019t come, and then it rained.")
    assert not surely_english("Milk, eggs, flour.")


def test_the_feature_loads_its_model_by_name():
    assert asyncio.run(Language.load(Shipped())).detect("Das ist ein ganz normaler Satz")[0] == "de"
