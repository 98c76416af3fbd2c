"""Reads BudouX's JSON, writes ``models/segment.npz``, its row and what BudouX's own parser answers."""

import importlib.util
import itertools
import json
import sys
from pathlib import Path

from app.engine.segment import MODELS, Segmenter
from models.training.manifest import MODELS as FOLDER
from models.training.manifest import write_arrays, write_reference, write_row

# Bytes that the file may have.
LARGEST_FILE = 120_000

# Sentences written for Carryon, by the model that cuts them into phrases.
SENTENCES = {
    "ja": ("今日は天気がいいので、公園に行って友達と一緒に昼ご飯を食べました。", "明日の会議の資料をまだ作っていない。", "母から電話があって、来週こちらに来るそうだ。",
           "なんだか疲れたから、早く寝よう。", "新しい自転車を買いたいけど、置く場所がない。"),
    "th": ("วันนี้อากาศดีมากเราไปเที่ยวสวนสาธารณะกับเพื่อน", "พรุ่งนี้ต้องตื่นเช้าเพราะมีประชุม", "แม่โทรมาบอกว่าจะมาหาอาทิตย์หน้า",
           "เหนื่อยมากอยากนอนแล้ว", "ซื้อนมกับไข่ไก่ที่ตลาดด้วยนะ"),
    "zh-hans": ("今天天气很好，我们去公园和朋友一起吃午饭。", "明天的会议资料还没有准备好。", "妈妈打电话说下个星期要来看我。", "觉得有点累，早点睡吧。",
                "想买一辆新自行车，可是没有地方放。"),
    "zh-hant": ("今天天氣很好，我們去公園和朋友一起吃午飯。", "明天的會議資料還沒有準備好。", "媽媽打電話說下個星期要來看我。", "覺得有點累，早點睡吧。",
                "想買一輛新腳踏車，可是沒有地方放。"),
}
LANGUAGE = {"ja": "ja", "th": "th", "zh-hans": "zh", "zh-hant": "zh"}


def read():
    """Return BudouX's models, ``{name: {group: {characters: weight}}}``, and its parser's class."""
    if importlib.util.find_spec("budoux") is None:
        raise ModuleNotFoundError("packing needs the package budoux (requirements-models.txt)")
    from budoux.parser import MODEL_DIR, Parser

    models = {name: json.loads((Path(MODEL_DIR) / f"{name.replace('-word', '_word')}.json").read_text(encoding="utf-8"))
              for name in MODELS}
    return models, Parser


def main():
    models, parser = read()
    packed = write_arrays(Segmenter.pack(models), FOLDER / "segment.npz")
    assert len(packed) <= LARGEST_FILE, f"segment.npz has {len(packed):,} bytes, over {LARGEST_FILE:,}"
    write_row("segment", "segment", "segment.npz", "Apache-2.0 (BudouX, Google LLC)")
    print(f"segment.npz: {len(packed):,} bytes")
    cases = []
    for name, sentences in SENTENCES.items():
        reference = parser(models[name])
        for sentence in sentences:
            ends = list(itertools.accumulate(len(phrase) for phrase in reference.parse(sentence)))
            cases.append(({"text": sentence, "language": LANGUAGE[name]}, {"breaks": ends[:-1]}))
    write_reference("segment", 0, cases)


if __name__ == "__main__":
    sys.exit(main())
