"""The last step: what the engine must answer, by the libraries and the network that it was made from.

Offers ``cases(network, lists)``: ``[(payload, value)]`` for ``models/reference/details.json``.

Numbers with a shape are answered by python-stdnum, phonenumbers and the standard library, names and addresses
by the network in torch before it was quantised; how the engine finds them is not asked.
"""

import ipaddress

import numpy as np
import torch

from app.engine import details_tagger
from app.engine.details_tagger import COLUMNS, Features
from models.training.details import train

# Each holds one detail of a kind that a library can check.
_NUMBERS = (
    ("transfer it to DE89 3704 0044 0532 0130 00 please", "iban"), ("iban: FR76 3000 6000 0112 3456 7890 189", "iban"),
    ("iban: DE89 3704 0044 0532 0130 01", "iban"), ("card 4111 1111 1111 1111, exp 02/28", "card"),
    ("card 4111 1111 1111 1112, exp 02/28", "card"),
    ("mein Handy ist +49 170 1234567", "phone"), ("reach me at +1 415-555-2671", "phone"), ("that is +1 115-555-2671", "phone"),
    ("the server is 203.0.113.7", "ip"), ("the server is 203.0.113.700", "ip"), ("PESEL 44051401359", "national_id"),
    ("PESEL 44051401358", "national_id"),
    ("my DNI is 12345678Z", "national_id"), ("my DNI is 12345678A", "national_id"), ("CPF 390.533.447-05", "national_id"),
)
_PROSE = (
    "Lunch with Anna Kowalska and her brother Tobias.", "April was wet, and we flew to Paris.", "I moved to 14 Cobbler's Lane, Todmorden "
    "OL14 7QX.",
    "Heute mit Lukas am See, Frau Schneider war auch da.", "Déjeuner avec Thibault, puis courses.", "Cena con Amparo y Gonzalo.",
    "Nothing happened today, and I was glad of it.",
)


def _checked(text, kind):
    """The value by the library: the one detail where its check passes, else none."""
    import phonenumbers
    from stdnum import iban, luhn
    from stdnum.br import cpf
    from stdnum.es import dni
    from stdnum.pl import pesel

    digits = [at for at, sign in enumerate(text.partition(", exp")[0]) if sign.isdigit()]
    start, end = digits[0], digits[-1] + 1
    if kind == "iban":
        start -= 2
    elif kind == "phone":
        start -= 1
    elif text[end:end + 1].isalpha():
        end += 1
    number = text[start:end]
    if kind == "ip":
        try:
            fits = bool(ipaddress.ip_address(number))
        except ValueError:
            fits = False
    elif kind == "phone":
        fits = phonenumbers.is_valid_number(phonenumbers.parse(number))
    else:
        fits = {"iban": iban, "card": luhn}.get(kind, pesel if "PESEL" in text else dni if "DNI" in text
                                                else cpf).is_valid(number.replace(" ", ""))
    return [{"start": start, "end": end, "kind": kind, "text": number}] if fits else []


def _tagged(network, features, text):
    """The value by the network in float32: spans are cut as the engine cuts them, labels are torch's own."""
    places = details_tagger.tokens(text)
    columns = np.array([features.of(text[start:end]) for start, end in places], np.int64)
    with torch.no_grad():
        scores = network(torch.from_numpy(columns[None, :, :len(COLUMNS)]), torch.from_numpy(columns[None, :,
            len(COLUMNS):].astype(np.float32)), torch.ones(1, len(places), 1))[0]
    found = details_tagger.spans(text, places, scores.softmax(1).numpy(), features)
    return [{"start": start, "end": end, "kind": kind, "text": text[start:end]} for start, end, kind in found]


def cases(network, lists):
    features = Features(train.filters(lists))
    found = [({"text": text}, {"details": _checked(text, kind)}) for text, kind in _NUMBERS]
    return found + [({"text": text}, {"details": _tagged(network, features, text)}) for text in _PROSE]
