"""The advisor's words: why a feature runs where it runs, and how a text is taken apart into features.

Offers

- ``ANSWERS``: {reason: the tests that it answers with yes}; ``NONE`` is the reason of the device. ``NEEDS``: what a reason asks of a backend, by test.
- ``QUESTIONS``: {test: what to ask oneself}.
- ``sentence(reason, name, description, words, cues)``: one sentence that says why.
- ``features_in(text)``: the features that a description, a list or a product idea names, as (name, description).
- ``inventory(advice)``: what a backend needs for these features, sorted into secrets, shared records and heavy work.
"""

from app.everywhere.limits import ADVICE_FEATURES, ADVICE_TEXT_CHARACTERS

NONE = "none"

# Reason -> the tests that it fails, the deciding one first.
ANSWERS = {
    NONE: (),
    "pay": ("secret",), "key": ("secret",), "sign": ("secret",), "cred": ("secret",), "hid": ("secret",),
    "llm": ("secret", "heavy"), "auth": ("secret", "shared"),
    "ppl": ("shared",), "live": ("shared",), "devs": ("shared",), "slot": ("shared",), "agg": ("shared",), "team": ("shared",), "link": ("shared",),
    "cat": ("heavy",), "big": ("heavy",), "rend": ("heavy",), "web": ("heavy",), "sim": ("heavy",),
}

# {thing} is what the feature is called in a sentence, {record} what lives on the backend, {provider} who is asked.
_WHY = {
    "pay": "{thing} must take money through a payment provider, whose secret key no device may hold, so the backend charges",
    "key": "{thing} must ask {provider} under a key that would be anybody's on a device, so the backend asks",
    "sign": "{thing} can be trusted only where it is signed or checked with a key that nobody else holds, so that key stays on the backend",
    "cred": "{thing} must act with the operator's own credentials, so it runs where they are kept, on the backend",
    "hid": "{thing} must keep something from the very people who use it, so it is known to the backend only",
    "llm": "{thing} must be done by a provider's large model, and its API key may not lie on a device, so the backend calls it",
    "auth": "{thing} must be checked against secrets of the accounts, which no device may hold, so the backend checks",
    "ppl": "{thing} must be shared across users, so {record} on the backend",
    "live": "{thing} must reach the others at once and alike, so {record} on the backend",
    "devs": "{thing} must read the same on each of the user's devices, so the copy that counts lives on the backend",
    "slot": "{thing} must not be given to two people, so the backend decides who was first",
    "agg": "{thing} must be worked out over all users, so {record} on the backend",
    "team": "{thing} must read the same for all who take part, so {record} on the backend",
    "link": "{thing} must be there for whoever opens the address, so the page lives on the backend",
    "cat": "{thing} must look through more records than a device can hold, so the index lives on the backend",
    "big": "{thing} must run a model that is larger than the 10 MB a device should load, so it runs on the backend",
    "rend": "{thing} must compute for longer than a device can be kept busy, so the backend renders",
    "web": "{thing} must read far more of the web than a device can fetch, so the backend crawls",
    "sim": "{thing} must compute far more than one device can, so the backend does the sums",
    NONE: "{thing} can run on the device: {device}nothing in it is secret, shared or too heavy",
}

# What lives on the backend, by how a word of the description begins; the first that fits.
_RECORDS = (
    (("like", "upvot", "kudos", "heart", "reaction", "vote", "poll", "petition"), "the count lives"),
    (("leaderboard", "ranking", "rank", "score"), "the table of scores lives"),
    (("average", "percentile", "statistic", "analytics", "trend", "popular", "most"), "the sum lives"),
    (("comment", "repl", "remark", "review", "rating"), "what people write lives"),
    (("chat", "message", "dm"), "the messages pass through a server"),
    (("call", "stream", "broadcast", "voice", "video"), "the call is set up"),
    (("multiplayer", "game", "play", "match", "opponent"), "the state of the game lives"),
    (("location", "position", "map", "tracking"), "the positions live"),
    (("calendar", "schedule", "rehears", "plan", "shift"), "the calendar lives"),
    (("list", "chore", "task", "board", "kanban"), "the list lives"),
    (("expense", "debt", "owe"), "the accounts live"),
    (("document", "edit", "note", "whiteboard", "wiki", "file"), "the document lives"),
    (("photo", "picture", "album", "video"), "the pictures live"),
    (("profile", "follow", "friend", "contact"), "the profiles live"),
    (("post", "feed", "forum", "timeline"), "the posts live"),
)
_RECORD = "its record lives"

_PROVIDERS = (
    (("weather", "forecast", "rain", "frost", "temperature"), "a weather service"),
    (("sms", "text", "phones", "telephone", "calls"), "a telephone gateway"),
    (("mail", "email", "newsletter", "inbox"), "a mail service"),
    (("push", "notif"), "the push services"),
    (("map", "geocod", "direction", "address", "traffic"), "a map service"),
    (("share", "stock", "quote", "exchange", "currency", "rate", "bitcoin", "crypto"), "a market-data service"),
    (("flight", "train", "bus", "departure", "ship", "parcel", "courier", "deliver", "label"), "a carrier's service"),
    (("bank", "transaction", "credit"), "a banking service"),
    (("identity", "verif", "kyc", "selfie", "background"), "an identity service"),
    (("news", "headline"), "a news service"),
    (("result", "league", "sport", "football"), "a sports-data service"),
    (("translat", "speech", "caption", "pronunciation"), "a language service"),
)
_PROVIDER = "an outside service"

# What a device has for it, by the cue that was found; the first that fits.
_DEVICE = (
    ("device.clock", "all it takes is a clock"),
    ("device.sensor", "the device's own sensors are all it asks"),
    ("device.own_search", "all that it looks through is already there"),
    ("device.passphrase", "what it protects is there and stays there"),
    ("device.sum", "it is arithmetic on what the user enters"),
    ("device.file", "it makes or reads a file of the user's"),
    ("device.edit", "it works on what the user has open"),
    ("device.play", "one player's game is all there is to know"),
    ("device.look", "it changes only what this user sees"),
    ("device.log", "it keeps what one user enters"),
    ("device.small", "what it has to know fits in a few megabytes"),
)

QUESTIONS = {
    "secret": "does it need a key, a credential or an answer that its user must not be able to read?",
    "shared": "must it read the same for somebody else, or on another device?",
    "heavy": "does it need a model over 10 MB, millions of records, or hours of computing?",
}

# Test -> reason -> what a backend has to hold for it.
NEEDS = {
    "secret": {"pay": "the payment provider's key", "key": "a provider's API key", "sign": "a signing key", "cred": "the operator's credentials",
               "hid": "what nobody may see yet", "llm": "the model provider's API key", "auth": "the accounts' secrets"},
    "shared": {"ppl": "what users show each other", "live": "what users do together at the same time", "devs": "one user's data for all of their devices",
               "slot": "what only one can have", "agg": "sums over all users", "team": "what a group works on", "link": "pages for whoever has the address",
               "auth": "the accounts"},
    "heavy": {"cat": "a search over millions of records", "big": "a large model", "rend": "rendering", "web": "a crawl of the web", "sim": "long computations",
              "llm": "a large model"},
}
# Where another test decided, a yes is told by its kind alone.
_NEEDS_ELSE = {"secret": "a secret", "shared": "a shared record", "heavy": "heavy work"}

# Words that open a feature as a deed, for «split the bill» to become «splitting the bill».
_VERBS = set((
    "accept add adjust align allow analyse analyze annotate answer approve archive arrange ask assemble assign attach avoid back ban batch bid "
    "block blur book bookmark brew bring broadcast browse build buy calculate call cancel capture change charge chat check choose clean clear "
    "clone collapse collect colorise colour colourise combine comment compare complete compress compute connect continue convert copy count "
    "create crop cut decide decode define delete deliver describe design detect dial dictate dim discover display divide do donate download draft "
    "drag draw drop earn edit enable encode encrypt end enrol enter estimate explain explore export extract fade fetch fill filter find flip fold "
    "follow format generate get give go group guess have hear hide highlight identify import increase install invite join jump keep label learn "
    "leave lend let list listen locate lock log look loop make manage map mark match measure merge message mix moderate monitor mute name note "
    "notify open optimise optimize order organise organize outline pair pass pause pay pick pin pitch plan play point post practise predict "
    "prevent preview print proofread protect publish pull push put quiz raise rank rate reach react read receive recognise recognize recommend "
    "record recover redact redeem redo refund remember remind remove rename render rent reorder repeat reply report request reserve reset resize "
    "restore resume review rewrite ring roll rotate route run save say scale scan schedule search see select sell send set shake share shorten "
    "show shrink shuffle sign simulate sketch skip slow solve sort speak split spot stack start stop store stream strip submit subscribe suggest "
    "sum summarise summarize support swap swipe switch sync synchronise synchronize tag take talk tap tell tick tip toggle track trade train "
    "transcribe transfer translate transpose trim tune turn type undo unlock unsubscribe upload upscale use verify view visit vote wake walk warn "
    "watch water weigh wipe wish withdraw work write zip zoom").split())
_DOUBLED = set((
    "begin bid dim drop flip skip strip sum swim crop cut drag get let log map pin plan run set shrug split spot stop swap tag tip "
    "trim zip tap chat ban put trip").split())
_DETERMINED = set((
    "a an the my our your his her their its this that these those all any each every no some one two three who what which how where when i "
    "we you it he she they there everyone everybody anyone anybody both").split())
# Verbs that are as often nouns; what follows tells them apart. And what else follows a verb.
_EITHER = set((
    "block book call chat check colour comment crop cut design display draft film group like list log look map match message name note order "
    "photo plan play post price push quiz rate record report review ring route score search set sort step tag tip train type use view visit "
    "vote walk watch work").split())
_AFTER_VERBS = set("with to by for from in on into out through all one two three ten friends notes photos people".split())
# Words that open what is neither a thing nor a deed: it is quoted.
_PREPOSITIONS = set((
    "on in at by with without from for of to under over between among through during before after like as if not only just never "
    "more most so").split())
_LEADS = (
    "users can ", "users should be able to ", "user can ", "the user can ", "users may ", "i want to ", "i'd like to ", "i would like to ",
    "i can ", "i want ", "we want to ", "let users ", "lets users ", "lets the user ", "let the user ", "let me ", "lets me ", "lets you ",
    "lets people ", "allow users to ", "allows users to ", "allow me to ", "ability to ", "the ability to ", "be able to ", "you can ",
    "people can ", "it should ", "the app should ", "should ", "helps you ", "help me ", "please ")
_STOPS = (". ", ", ", "; ", ": ", " - ", " \u2013 ", " \u2014 ", " so that ", " because ", " (", "! ", "? ")
# A thing of more words than these is cut at a word.
_THING_WORDS = 9
_WEAK_ENDS = set("a an the and or of to for with in on at by from my that which is as".split())


def sentence(reason, name, description, words, cues):
    """Return why: one sentence about the feature, from its reason, its ``words`` and the names of its ``cues``."""
    text = _WHY[reason].replace("{thing}", thing_of(name, description))
    if "{record}" in text:
        text = text.replace("{record}", _first(_RECORDS, words) or _RECORD)
    if "{provider}" in text:
        text = text.replace("{provider}", _first(_PROVIDERS, words) or _PROVIDER)
    if "{device}" in text:
        text = text.replace("{device}", ([said + ", and " for cue, said in _DEVICE if cue in cues] or [""])[0])
    return text[:1].upper() + text[1:] + "."


def _first(table, words):
    for beginnings, said in table:
        for word in words:
            for beginning in beginnings:
                if word.startswith(beginning):
                    return said
    return ""


def thing_of(name, description):
    """Return what the feature is called within a sentence: «splitting a dinner bill with friends», «the metronome», «likes»."""
    words = _clause(name)
    if not words or _is_code(name) or len(words) > _THING_WORDS:
        words = _clause(description)
    if not [word for word in words if word.lower() != word.upper()]:
        return "this feature"
    if len(words) > _THING_WORDS:
        words = words[:_THING_WORDS]
    while len(words) > 1 and words[-1].lower() in _WEAK_ENDS:
        words = words[:-1]
    first = words[0]
    lower = first.lower()
    if first[1:] == first[1:].lower() and lower != "i":
        first = lower
    second = words[1].lower() if len(words) > 1 else ""
    if _third_person(lower) and (second in _DETERMINED or second in _AFTER_VERBS and _third_person(lower) not in _EITHER):
        return " ".join([gerund(_third_person(lower))] + words[1:])
    if lower in _PREPOSITIONS:
        return "\u00ab" + " ".join(words) + "\u00bb"
    if lower in _VERBS and (len(words) > 1 or lower not in _EITHER) and not _is_noun(lower, words):
        return " ".join([gerund(lower)] + words[1:])
    if lower in _VERBS or lower not in _DETERMINED and not lower.endswith("ing") and not lower.endswith("'s") and not _plural(words):
        first = "the " + first
    return " ".join([first] + words[1:])


def _is_noun(verb, words):
    """Whether a word that may be a verb is not meant as one: «chat room», «vote counter», «search engine»."""
    second = words[1].lower() if len(words) > 1 else ""
    return verb in _EITHER and second not in _DETERMINED and second not in _AFTER_VERBS


def _third_person(word):
    """Return the verb in its base form where ``word`` is one in the third person («watches»), else ""."""
    for end, base in (("s", ""), ("es", ""), ("ies", "y")):
        if word.endswith(end) and word[:-len(end)] + base in _VERBS:
            return word[:-len(end)] + base
    return ""


def gerund(verb):
    """Return the -ing form of an English verb in its base form."""
    if verb in _DOUBLED:
        return verb + verb[-1] + "ing"
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith("ee"):
        return verb[:-1] + "ing"
    return verb + "ing"


def _plural(words):
    """Whether the head of a noun phrase, its last word before a preposition, stands in the plural."""
    head = words[-1]
    for i, word in enumerate(words[1:], 1):
        if word.lower() in ("of", "for", "with", "in", "on", "to", "from", "by", "at", "over", "between", "that", "who", "which", "under", "across"):
            head = words[i - 1]
            break
    return head.endswith("s") and not head.endswith("ss") and not head.endswith("us") and not head.endswith("is")


def _clause(text):
    """Return the words of the first clause of ``text``, without what leads to it («Users can …», «As a writer I want to …»)."""
    text = " ".join(text[:600].strip(" \t\n\"'\u00ab\u00bb\u2022*-\u2013").split())
    lower = text.lower()
    if lower.startswith("as a") or lower.startswith("as an "):
        for mark in (" i want to ", " i can ", " i'd like to ", " i would like to ", " i want ", " i must be able to ", " i need to ", " i "):
            at = lower.find(mark)
            if 0 < at < 80:
                text = text[at + len(mark):]
                break
    for lead in _LEADS:
        if text.lower().startswith(lead):
            text = text[len(lead):]
            break
    ends = [at for at in [(text + " ").find(stop) for stop in _STOPS] if at > 2]
    return text[:min(ends)].split() if ends else text.strip(".!?").split()


def _is_code(name):
    """Whether a name is a ticket's number and not a thing: «UI-231»."""
    return len(name.split()) == 1 and len([c for c in name if "0" <= c <= "9"]) > 0 and "-" in name or not [c for c in name if c.lower() != c.upper()]


# Taking a text apart

_KINDS = set((
    "app application website site tool game platform service product shop store planner tracker notebook diary journal editor reader player "
    "marketplace network extension bot portal assistant widget plugin program software system startup page").split())
_JOINS = (" with ", " where ", " that has ", " that lets ", " which has ", " including ", " plus ", ": ", " featuring ", " that ", " for ", " in which ")
_BULLETS = "-*+\u2022\u2023\u25cf\u25e6\u2013\u2014\u2713\u2714>"


def features_in(text):
    """Return [(name, description)] of the features that ``text`` names; empty where it says nothing.

    Several lines are a list, one feature a line («name: description» or a description). One line that opens with a product («a recipe app
    with likes and an AI that plans the week») is taken apart. Anything else is one description.
    """
    text = text[:ADVICE_TEXT_CHARACTERS].replace("\r", "\n")
    lines = [line for line in [_unbulleted(line) for line in text.split("\n")] if line]
    if not lines:
        return []
    if len(lines) > 1 and lines[0].endswith(":") and len(lines[0].split()) < 12:
        lines = lines[1:]  # «Our app can:» is the list's heading
    if len(lines) == 1:
        return [(part, part) for part in _parts_of_an_idea(lines[0])][:ADVICE_FEATURES]
    return [_named(line) for line in lines][:ADVICE_FEATURES]


def _unbulleted(line):
    line = line.strip()
    start = line.lstrip(_BULLETS + " \t")
    for box in ("[ ]", "[x]", "[X]"):
        if start.startswith(box):
            start = start[3:].strip()
    digits = len(start) - len(start.lstrip("0123456789"))
    if 0 < digits <= 3 and start[digits:digits + 2] in (". ", ") "):
        start = start[digits + 2:]
    return start.strip(" \t;")


def _named(line):
    for mark in (": ", " \u2013 ", " \u2014 ", " - "):
        name, found, description = line.partition(mark)
        if found and 0 < len(name.split()) <= 6 and description.strip():
            return name.strip(), description.strip()
    return line, line


def _parts_of_an_idea(line):
    """Return the features of a product idea in one sentence, or the sentence itself where it is no idea."""
    lower, best = line.lower(), None
    for join in _JOINS:
        at = lower.find(join)
        if at > 0 and (best is None or at < best[0]):
            best = (at, join)
    if best is None:
        return [line]
    head, rest = line[:best[0]], line[best[0] + len(best[1]):]
    opening = [word.strip(",.:;\"'") for word in head.lower().split()]
    if not opening or len(opening) > 8 or opening[-1] not in _KINDS or opening[0] in _VERBS and opening[0] not in ("build", "make", "create", "i", "we"):
        return [line]
    if best[1] == " for " and " with " in rest.lower():
        head, rest = head + " for " + rest[:rest.lower().find(" with ")], rest[rest.lower().find(" with ") + 6:]
    elif best[1] == " for ":
        return [line]
    parts = [rest]
    for join in (", and ", ", ", "; ", " and ", " plus ", " as well as ", " & "):
        parts = [piece for part in parts for piece in _split(part, join)]
    return [part for part in [_tidy(head)] + [_tidy(part) for part in parts] if part]


def _split(part, join):
    """Split at ``join``, but not within «between you and me», «name and picture»: each side must stand for itself."""
    pieces, start, lower = [], 0, part.lower()
    at = lower.find(join)
    while at >= 0:
        before, after = lower[start:at].split(), lower[at + len(join):].split()
        bound = join in (" and ", " & ") and (not after or "between" in before or len(before) == 1 and len(after) == 1 and before[0] == "drag")
        if not bound:
            pieces.append(part[start:at])
            start = at + len(join)
        at = lower.find(join, at + len(join))
    return pieces + [part[start:]]


def _tidy(part):
    part = part.strip(" .,;:!?\t")
    for lead in ("i want to build ", "we want to build ", "build ", "we are building ", "i am building ", "i'm building ", "we're building ", "also ", "and ", "users can ",
                 "you can ", "people can ", "it can ", "i want "):
        if part.lower().startswith(lead):
            part = part[len(lead):]
    return part.strip()


def inventory(advice):
    """Return {"secrets", "shared", "heavy"}: of each a list of {"needs": in words, "for": [name of a feature]}, most wanted first."""
    found = {}
    for key, test in (("secrets", "secret"), ("shared", "shared"), ("heavy", "heavy")):
        needs = {}
        for row in advice:
            if row[test]:
                needs.setdefault(NEEDS[test].get(row["reason"], _NEEDS_ELSE[test]), []).append(row["name"])
        found[key] = [{"needs": need, "for": needs[need]} for need in sorted(needs, key=lambda need: (-len(needs[need]), need))]
    return found
