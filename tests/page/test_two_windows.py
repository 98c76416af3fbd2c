"""Two windows edit one note at random, hundreds of times: both end with the same text, and nothing that was typed is lost.

`CARRYON_SEEDS=5000` tries more. Every word that is typed is one of its own (a sign that no other has, then letters), so that
it can be looked for: it must stand, whole, in the note, in a conflict copy or in a revision, unless somebody deleted it.
"""

import asyncio
import os
import random

from app.page.storage import MemoryStorage
from tests.page.test_notebook import Desk

SEEDS = int(os.environ.get("CARRYON_SEEDS", "300"))
# What one window does in a story, and letters of a word at most.
STEPS, LETTERS = 25, 6
FIRST_SIGN = 0x4E00  # ideographs: there are thousands
START = "The train was late.\nI did not mind, there was time to read.\n\nThe light went slowly over the hills.\n"


class SlowStorage(MemoryStorage):
    """Answers after some turns of the other window."""

    def __init__(self, chance):
        super().__init__()
        self._chance = chance

    async def _wait(self):
        for _ in range(self._chance.choice((0, 0, 1, 3, 8))):
            await asyncio.sleep(0)

    async def get(self, store, id):
        await self._wait()
        record = await super().get(store, id)
        await self._wait()
        return record

    async def write(self, changes):
        await self._wait()
        await super().write(changes)
        await self._wait()


class Words:
    """All that was typed in a story, by its sign."""

    def __init__(self):
        self.whole = {}
        self.deleted = set()

    def new(self, chance):
        sign = chr(FIRST_SIGN + len(self.whole))
        self.whole[sign] = ""
        return sign

    def delete(self, text):
        self.deleted |= set(text) & set(self.whole)


class Writer:
    """A person at a desk: writes where they please, letter by letter, deletes words, gives tags, and turns back to the note."""

    def __init__(self, desk, id, chance, words):
        self.desk, self.id, self._chance, self._words = desk, id, chance, words
        self.paper, self.notebook = desk.paper, desk.notebook

    async def pause(self, most=6):
        for _ in range(self._chance.randrange(most)):
            await asyncio.sleep(0)

    async def work(self):
        for _ in range(STEPS):
            await self._chance.choice((self.write, self.write, self.write, self.delete, self.name, self.tag, self.compose))()
            await self.pause(20)
            if self.notebook.note["id"] != self.id and self._chance.random() < .5:
                await self.notebook.turn_to(self.id)
        self.paper.composing = False
        await self.notebook.catch_up()

    async def write(self):
        """A word, at the end of the text or anywhere between words, one letter after the other."""
        text = self.paper.text
        gaps = [at for at in range(len(text) + 1) if at == 0 or text[at - 1].isspace()]
        at = len(text) if self._chance.random() < .4 else self._chance.choice(gaps)
        sign = self._words.new(self._chance)
        before = " " if at == len(text) and text and not text[-1].isspace() else ""
        self.paper.text = text[:at] + before + sign + " " + text[at:]
        self.notebook.changed()
        for _ in range(self._chance.randrange(LETTERS)):
            await self.pause()
            at = self.paper.text.find(sign)
            if at < 0:  # deleted in the other window, or the note was left
                self._words.deleted.add(sign)
                return
            at += 1 + len(self._words.whole[sign])
            letter = self._chance.choice("abcdefgh")
            self._words.whole[sign] += letter
            self.paper.text = self.paper.text[:at] + letter + self.paper.text[at:]
            self.notebook.changed()

    async def delete(self):
        words = self.paper.text.split(" ")
        at = self._chance.randrange(len(words))
        self._words.delete(words[at])
        self.paper.text = " ".join(words[:at] + words[at + 1:])
        self.notebook.changed()

    async def name(self):
        sign = self._words.new(self._chance)
        self.paper.title = self._chance.choice((self.paper.title + " " + sign, sign + " " + self.paper.title)).strip()
        self.notebook.changed()

    async def tag(self):
        tags = self.notebook.note["tags"]
        if tags and self._chance.random() < .3:
            gone = self._chance.choice(tags)
            self._words.delete(gone)
            await self.notebook.change(tags=[tag for tag in tags if tag != gone])
        else:
            await self.notebook.change(tags=tags + [self._words.new(self._chance)])

    async def compose(self):
        self.paper.composing = not self.paper.composing
        if not self.paper.composing:
            await self.notebook.catch_up()


async def settle(desks):
    while any(desk.tasks for desk in desks):
        for desk in desks:
            await desk.settle()


async def story(seed):
    chance = random.Random(seed)
    storage = SlowStorage(chance)
    desks = [Desk(storage, number=1), Desk(storage, number=2)]
    for desk, other in (desks, desks[::-1]):
        desk.notebook._announce = lambda id, other=other: other.tasks.append(asyncio.ensure_future(other.notebook.changed_elsewhere(id)))
    here, there = desks
    here.notebook.fresh()
    here.type(START)
    await settle(desks)
    id = here.notebook.note["id"]
    await there.notebook.turn_to(id)
    words = Words()
    await asyncio.gather(*[Writer(desk, id, chance, words).work() for desk in desks])
    await settle(desks)
    for desk in desks:
        assert await desk.notebook.turn_to(id)
    await settle(desks)

    note = await storage.get("notes", id)
    for desk in desks:
        assert (desk.paper.title, desk.paper.text) == (note["title"], note["text"]), seed
        assert desk.notebook.note == note and not desk.notebook.unsaved, seed
    kept = await storage.all("notes") + await storage.all("revisions")
    said = ["\n".join([state["title"], state["text"]] + state["tags"]) for state in kept]
    for sign, letters in words.whole.items():
        assert sign in words.deleted or any(sign + letters in text for text in said), (seed, sign + letters, said)
    return len(await storage.all("notes"))


def test_two_windows_at_random_end_with_the_same_text_and_lose_nothing():
    notes = [asyncio.run(story(seed)) for seed in range(SEEDS)]
    assert max(notes) > 1, "no words were ever changed in both: the test shows less than it should"
    assert min(notes) == 1
