"""Step 5: makes training text: fills templates, and gives the people of real sentences other names.

Offers ``Inventor(lists, rng)`` with

- ``inventor.line()``: a line from a template, as ``(text, spans)``.
- ``inventor.renamed(language, sentence, spans)``: a labelled sentence with other names and places.
- ``inventor.peopled(sentence)``: an English sentence without details in which somebody got a name.

Spans are ``[start, end, kind]`` with the kinds of ``label``.
"""

import re

from models.training.details import templates
from models.training.details.word_lists import kept_apart

LANGUAGES = ("en", "de", "fr", "es")
_LANGUAGE_SHARES = (0.58, 0.16, 0.13, 0.13)
_SLOT = re.compile(r"\{(does|[A-Z])\}")

_ENGLISH_STREETS = ("Street Road Avenue Lane Drive Close Court Crescent Terrace Place Square Way Boulevard Row Mews Gardens Grove Hill "
                    "Walk Park Rise View "
                    "St. St Rd. Rd Ave. Ave Ln Dr. Blvd Ct Pl Parkway Highway Green Quay Yard Wharf Rise Passage").split()
_ENGLISH_STREET_NAMES = ("High Church Mill Station Park Victoria Green Manor Kings Queens New Main School North South West East Albert "
                         "Albion Bridge Canal Castle Cedar Chapel Cherry "
                         "Chestnut Elm Ash Oak Maple Pine Walnut Birch Willow Hawthorn Holly Ivy Rose Lime Orchard Farm Field Meadow "
                         "River Lake Spring Valley Forest Garden Water Market "
                         "Well Tanner's Cobbler's Weaver's Miller's Baker's Potter's St. John's St Mary's Highfield Westgate Broad Long "
                         "Old Upper Lower Washington Lincoln Madison Jefferson 2nd 5th 42nd").split(" ")
_HOUSES = ("The Old|Rose|Ivy|Orchard|Mill|Church|The|Honeysuckle|Hill|Manor|Bay|Oak|Chapel|Lavender", "Forge|Cottage|House|Barn|Rectory|"
           "Bakery|Farm|Mill|Vicarage|Lodge|Stables|School House|Tannery|Coach House")
_STATES = "AL AZ CA CO CT FL GA IL IN IA KS MA MD ME MI MN MO NC NJ NM NV NY OH OR PA TN TX UT VA VT WA WI NSW VIC QLD ON BC".split()
_PARTICLES = ("van der", "van", "von", "de la", "de", "del", "di", "da", "le", "El", "Al-", "O'", "Mc", "ter", "zu", "bin")


class Inventor:
    def __init__(self, lists, rng):
        """``lists``: NameLists. ``rng``: random.Random."""
        self._rng = rng
        self._given = {language: [name for name in names if not kept_apart(name)] for language, names in lists.given.items()}
        self._family = {language: [name for name in names if not kept_apart(name)] for language, names in lists.family.items()}
        self._towns, self._streets, self._titles, self._words = lists.towns, lists.streets, lists.titles, lists.words

    # -- parts ----------------------------------------------------------------------------

    def _pick(self, pool, language, own=0.6):
        """A name of the language, or of English, or from elsewhere: notes are written by people with friends abroad."""
        chance = self._rng.random()
        source = language if chance < own else "en" if chance < own + 0.15 else "other"
        return self._rng.choice(pool[source])

    def given(self, language):
        chance = self._rng.random()
        if chance < 0.07:
            return self._rng.choice(templates.WORD_NAMES)
        if chance < 0.11:
            return self._rng.choice(templates.PLACE_NAMES)
        name = self._pick(self._given, language)
        if chance < 0.14 and " " not in name:
            return name + "-" + self._pick(self._given, language)
        if chance < 0.17 and " " not in name:
            return name + " " + self._pick(self._given, language)
        if chance < 0.29:
            return name + " " + self.family(language)
        return name

    def family(self, language):
        chance = self._rng.random()
        name = self._pick(self._family, language)
        if chance < 0.06:
            particle = self._rng.choice(_PARTICLES)
            return particle + ("" if particle[-1] in "-'c" else " ") + name
        if chance < 0.12:
            return name + "-" + self._pick(self._family, language)
        if chance < 0.16:
            return self._rng.choice(self._rng.choice((templates.WORD_NAMES, templates.PLACE_NAMES)))
        if chance < 0.2 and language == "es":
            return name + " " + self._pick(self._family, language)
        return name

    def full(self, language):
        middle = self._rng.random()
        given = self._pick(self._given, language)
        if middle < 0.08:
            given += " " + self._rng.choice("ABCDEFGHJKLMNPRSTW") + "."
        return given + " " + self.family(language)

    def place(self, language):
        if self._rng.random() < 0.3:
            return self._rng.choice(templates.PLACE_NAMES)
        return self._pick(self._towns, language)

    def address(self, language):
        rng = self._rng
        street = {"en": self._english_street, "de": self._german_street, "fr": self._french_street, "es": self._spanish_street}[language]()
        town = self._pick(self._towns, language, 0.8)
        if language == "en":
            code = rng.choice((f"{rng.choice('BEGLMNSW')}{rng.randint(1, 20)} {rng.randint(1, 9)}{rng.choice('ABDEHLNPR')}{rng.choice('ADGHJLNQSTX')}",
                               f"{rng.choice(('OL', 'EH', 'BS', 'LS', 'NE', 'SW', 'SE', 'CB', 'OX', 'BN', 'NW', 'YO'))}{rng.randint(1, 29)} "
                               f"{rng.randint(1, 9)}{rng.choice('ABDEHLNPRQ')}{rng.choice('ADGHJLNQSTXZ')}"))
            rest = rng.choice(("", "", "", f", {town}", f", {town} {code}", f", {town}, {code}", f", {self.place('en')}, {town} {code}",
                               f", {code}",
                               f", {town}, {rng.choice(_STATES)} {rng.randint(10000, 99899)}", f"\\n{town}, {rng.choice(_STATES)} "
                               f"{rng.randint(10000, 99899)}", f"\\n{town}\\n{code}",
                               f", {town}, {rng.choice(_STATES)}"))
        elif language == "es":
            rest = rng.choice(("", "", f", {town}", f", {rng.randint(10000, 52999)} {town}", f"\\n{rng.randint(10000, 52999)} {town}",
                               f", {rng.randint(10000, 52999)} {town} ({town})"))
        else:
            code = f"{rng.randint(10000, 97999)}" if rng.random() < 0.85 else f"{rng.randint(1000, 9999)}"
            code = rng.choice(("", "", "D-", "A-", "F-")) + code if rng.random() < 0.1 else code
            rest = rng.choice(("", "", f", {town}", f", {code} {town}", f", {code} {town}", f"\\n{code} {town}",
                               f" in {code} {town}" if language == "de" else f" {code} {town}"))
        return (street + rest).replace("\\n", "\n")

    def _house(self):
        rng = self._rng
        number = str(rng.choice((rng.randint(1, 40), rng.randint(1, 200), rng.randint(1, 9999))))
        return number + (rng.choice("abcdeABC") if rng.random() < 0.12 else "")

    def _english_street(self):
        rng = self._rng
        name = rng.choice(_ENGLISH_STREET_NAMES) if rng.random() < 0.5 else rng.choice(self._streets["en"]) if rng.random() < 0.5 else self._pick(self._family, "en")
        if rng.random() < 0.1:
            name = rng.choice(("North", "South", "West", "East", "N", "S", "W", "E", "Upper", "Great", "Old")) + " " + name
        street = name + " " + rng.choice(_ENGLISH_STREETS)
        chance = rng.random()
        if chance < 0.08:
            house, kind = (rng.choice(part.split("|")) for part in _HOUSES)
            return f"{house} {kind}, {street}, {self._pick(self._towns, 'en')}"
        if chance < 0.12:
            house, kind = (rng.choice(part.split("|")) for part in _HOUSES)
            return f"{rng.choice(('Unit', 'Studio', 'Flat'))} {rng.randint(1, 40)}, {house} {kind}, {street}"
        text = f"{self._house()} {street}"
        if chance < 0.22:
            text = f"{rng.choice(('Flat', 'Apt', 'Apartment', 'Unit', 'Room', 'Studio'))} {self._house()}, {text}"
        elif chance < 0.32:
            text += f"{rng.choice((', Apt', ', Apt.', ' #', ', Unit', ', Suite', ' Apt', ', Flat'))} {self._house()}".replace("# ", "#")
        return text

    def _german_street(self):
        rng = self._rng
        name = rng.choice(self._streets["de"]) if rng.random() < 0.6 else (self._pick(self._family, "de") if rng.random() < 0.5
            else rng.choice((
            "Haupt", "Bahnhof", "Garten", "Schul", "Berg", "Wald", "Linden", "Kirch", "Mühlen", "Wiesen", "Ring", "Rosen", "Goethe",
            "Schiller", "Birken", "Feld", "Markt", "Burg")))
        if name.endswith(("e", "r", "n", "t", "l")) and not name.lower().endswith(("straße", "str.", "weg", "platz", "allee", "gasse",
            "ring", "damm", "ufer", "stieg", "hof")):
            name += rng.choice(("straße", "str.", "weg", "gasse", "allee", "platz", "-Straße", " Straße", "strasse", "ring", "damm"))
        return f"{name} {self._house()}" + (f", {rng.randint(1, 5)}. {rng.choice(('Stock', 'OG', 'Stiege'))}" if rng.random() < 0.06
                                            else "") + (
            f"/{rng.randint(1, 20)}" if rng.random() < 0.05 else "")

    def _french_street(self):
        rng = self._rng
        kind = rng.choice(("rue", "rue", "rue", "avenue", "boulevard", "place", "impasse", "chemin", "allée", "quai", "route", "bd",
                           "cours", "av."))
        of = rng.choice(("du ", "de la ", "des ", "de l'", "de ", "", ""))
        name = rng.choice(("Gare", "Paix", "République", "Église", "Marché", "Lilas", "Tanneurs", "Moulin", "Château", "Fontaine",
                           "Écoles", "Liberté", "Roses", "Pont", "Port", "Mairie", "Vignes")) if of else self.full("fr")
        if rng.random() < 0.3:
            of, name = "", rng.choice(self._streets["fr"])
        number = f"{rng.randint(1, 150)}" + rng.choice(("", "", "", "", " bis", " ter", "B"))
        return f"{number}{rng.choice((',', '', '', ''))} {kind} {of}{name}"

    def _spanish_street(self):
        rng = self._rng
        kind = rng.choice(("calle", "Calle", "C/", "c/", "avenida", "Avda.", "Av.", "plaza", "Plaza", "paseo", "Paseo", "camino",
                           "carrera", "ronda", "travesía", "Cra."))
        of = rng.choice(("de la ", "del ", "de los ", "de ", "", "", ""))
        name = rng.choice(("Mayor", "Sol", "Constitución", "Iglesia", "Puerto", "Mar", "Libertad", "Olivos", "Rosas", "Fuente", "Molino",
                           "Estación", "Príncipe", "Alcalá", "Luna", "Real", "Gracia", "Prado"))
        if rng.random() < 0.4:
            of, name = rng.choice(("", "de ")), rng.choice(self._streets["es"]) if rng.random() < 0.5 else self.full("es")
        text = f"{kind} {of}{name}{rng.choice((',', '', ' nº', ' n.º', ', nº', ' #'))} {rng.randint(1, 180)}"
        return text + rng.choice(("", "", "", "", f", {rng.randint(1, 9)}º{rng.choice((' A', ' B', ' izq.', ' dcha.', ''))}", ", bajo",
                                  f", piso {rng.randint(1, 9)}", f", {rng.randint(1, 9)}-{rng.choice('ABCD')}"))

    def _thing(self, language):
        thing = self._rng.choice(self._titles[language])
        chance = self._rng.random()
        if language != "de" and chance < 0.5:
            return thing.lower()
        return thing if chance < 0.9 else thing.title()

    def _number(self):
        rng = self._rng
        return rng.choice((str(rng.randint(1, 31)), str(rng.randint(1, 2500)), str(rng.randint(1000, 99999999)),
                           f"{rng.randint(1, 99)}.{rng.randint(0, 99)}", f"{rng.randint(1, 9)},{rng.randint(0, 999):03}",
                           f"{rng.randint(1, 90)}%", f"£{rng.randint(1, 900)}", f"{rng.randint(1, 900)} €",
                           f"{rng.choice('ABCDKLX')}{rng.randint(1, 9999)}"))

    def fill(self, template, language):
        """Return ``(text, spans)`` of a template: names, addresses and places are marked."""
        rng = self._rng
        template = template.replace("\\n", "\n")
        while "{does}" in template:
            template = template.replace("{does}", rng.choice(templates.DOES[language]), 1)
        text, spans, last = "", [], 0
        for match in _SLOT.finditer(template):
            text += template[last:match.start()]
            last = match.end()
            slot = match.group(1)
            kind = {"G": "name", "S": "name", "F": "name", "A": "address", "P": "place"}.get(slot)
            value = {"G": self.given, "S": self.family, "F": self.full, "A": self.address, "P": self.place, "T": self._thing}.get(slot)
            if value:
                value = value(language)
            elif slot == "M":
                value = rng.choice(templates.MONTHS[language])
            elif slot == "W":
                kind, value = "place", rng.choice(templates.PLACE_NAMES)
            elif slot == "B":
                value = rng.choice(templates.BRANDS)
            elif slot == "K":
                value = "".join(rng.choices("ABCDEFGHIKLMNOPRSTUVW", k=rng.choice((2, 3, 3, 3, 4))))
            elif slot == "C":
                value = rng.choice((f"{rng.randint(0, 23)}:{rng.randint(0, 59):02}", f"{rng.randint(1, 12)}{rng.choice(('am', 'pm', ' Uhr', 'h', ''))}", f"{rng.randint(8, 20)}h{rng.randint(10, 59)}"))
            else:
                value = self._number()
            if kind:
                spans.append([len(text), len(text) + len(value), kind])
            text += value
        text += template[last:]
        return text, spans

    def _salad(self, language):
        """Plain words in no order: they are to be known as plain wherever they stand."""
        words = self._rng.choices(self._words[language], k=self._rng.randint(3, 7))
        if self._rng.random() < 0.5:
            words[0] = words[0][:1].upper() + words[0][1:]
        return " ".join(words) + self._rng.choice(".!?:,") if words else ""

    def line(self):
        """Return ``(text, spans)`` of a random template."""
        rng = self._rng
        language = rng.choices(LANGUAGES, _LANGUAGE_SHARES)[0]
        chance = rng.random()
        if chance < 0.06:
            text, spans = rng.choice(templates.PLAIN_USES), []
        elif chance < 0.1:
            text, spans = self._salad(rng.choice(LANGUAGES)), []
        elif chance < 0.38:
            text, spans = self.fill(rng.choice(templates.NAMED[language]), language)
        elif chance < 0.46:
            before = rng.choice(templates.WITH[language])
            after = rng.choice(("", ".", "", ", {N}", " and {G}" if language == "en" else "",
                                " in {P}" if language in ("en", "de") else "", " {does}", " {does}.", "!", "?", " ({G})"))
            text, spans = self.fill(before + " " + rng.choice(("{G}", "{G}", "{G}", "{F}")) + after, language)
        elif chance < 0.5:
            joint = rng.choice(("{G} {does}", "{G} {does}.", "{F} {does}", "and {G} {does}" if language == "en" else "{G} {does}",
                                "{G} & {G}", "{G}: {does}"))
            text, spans = self.fill(joint, language)
        elif chance < 0.6:
            text, spans = self.fill(rng.choice(templates.ADDRESSED[language]), language)
        else:
            text, spans = self.fill(rng.choice(templates.NOTHING[language]), language)
        return self._dressed(text, spans)

    def _dressed(self, text, spans):
        """People write in small letters, with a capital first, or shout."""
        chance = self._rng.random()
        if chance < 0.09:
            text = text.lower() if len(text.lower()) == len(text) else text
        elif chance < 0.15:
            text = text.upper() if len(text.upper()) == len(text) else text
        elif chance < 0.6:
            text = text[:1].upper() + text[1:]
        return text, spans

    # -- real sentences --------------------------------------------------------------------

    def renamed(self, language, sentence, spans):
        """Return the sentence with most of its names, and some of its places, replaced."""
        text, moved, last = "", [], 0
        for start, end, kind in spans:
            text += sentence[last:start]
            value = sentence[start:end]
            lower = value.islower()
            chance = self._rng.random()
            if kind == "name" and chance < 0.75:
                possessive = value[-2:] if value[-2:] in ("'s", "’s") else ""
                value = (self.full(language) if " " in value or chance > 0.65 else self.family(language) if chance < 0.05
                         else self.given(language)) + possessive
                value, tail = (value[:-2], possessive) if possessive else (value, "")
            elif kind == "place" and chance < 0.5:
                value, tail = self.place(language), ""
            elif kind == "address" and chance < 0.5:
                value, tail = self.address(language).replace("\n", ", "), ""
            else:
                tail = ""
            value = value.lower() if lower and len(value.lower()) == len(value) else value
            moved.append([len(text), len(text) + len(value), kind])
            text += value + tail
            last = end
        text += sentence[last:]
        return self._dressed_sentence(text, moved)

    def peopled(self, sentence):
        """Return an English sentence with a name where «she» or «my brother» stood, or None."""
        match = self._rng.choice(list(_SOMEBODY.finditer(sentence)) or [None])
        if match is None:
            return None
        value = self.given("en") if self._rng.random() < 0.85 else self.full("en")
        text = sentence[:match.start()] + value + sentence[match.end():]
        return self._dressed_sentence(text, [[match.start(), match.start() + len(value), "name"]])

    def _dressed_sentence(self, text, spans):
        if self._rng.random() < 0.08 and len(text.lower()) == len(text):
            text = text.lower()
        return text, spans

    def headed(self, sentence):
        """Return a sentence without details With Capitals, as headings have them."""
        return " ".join(word[:1].upper() + word[1:] for word in sentence.split()[:self._rng.randint(2, 7)]), []


# Somebody who might have been called by name: the subject of a verb in the third person, or a relation.
_SOMEBODY = re.compile(
    r"\b(?:[Ss]he|[Hh]e)\b(?= (?:said|says|told|asked|was|is|came|comes|went|goes|has|had|wants|wanted|loves|loved|likes|liked|thinks|"
    r"thought|knows|knew|got|gets|"
    r"made|makes|gave|took|called|lives|lived|works|worked|just|never|always|did|does|will|would|can|could|looks|looked|died|left|plays|"
    r"played|still|also|really)\b)"
    r"|\b(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er) (?:best |older |younger |little |big |oldest |old )?(?:friend|sister|brother|mom|mum|mother|dad|"
    r"father|wife|husband|boyfriend|girlfriend|son|"
    r"daughter|cousin|uncle|aunt|boss|neighbor|neighbour|roommate|grandma|grandpa|teacher|niece|nephew|dog|cat)\b(?![-'])"
    r"|(?<=\b(?:with|told|gave|love|miss|call|from|sees|asks|meet|help) )(?:him|her)\b(?= ?[.,!?])")
