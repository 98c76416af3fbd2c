"""Has the engine look back on all notes: for words, moods, names. It works in slices; between two the reader may stop it.

What was found in a note is kept by the engine, so that the next time takes up where this one ended. Offers `LookingBack`.
"""


class LookingBack:
    """`call(name, payload)` is the router's."""

    def __init__(self, call):
        self._call = call
        self._turns = {}  # part -> number of the look that counts
        self._stopped = set()

    def is_stopped(self, part):
        return part in self._stopped

    def stop(self, part):
        """No more slices, until `go_on`."""
        self._stopped.add(part)

    def go_on(self, part):
        self._stopped.discard(part)

    def drop(self, part):
        """Nobody wants this part any more: a look that is under way ends with the slice that it is at."""
        self._turns[part] = self._turns.get(part, 0) + 1

    async def look(self, part, progress):
        """What the engine answers for a part («words», «mood», «names») once it has read every note, or was stopped; None where a later look
        has taken the place of this one. `progress(read, of)` hears of each slice.
        """
        turn = self._turns[part] = self._turns.get(part, 0) + 1
        while True:
            answer = await self._call("look_back", {"part": part, "work": part not in self._stopped})
            if turn != self._turns[part]:
                return None
            if "found" in answer:
                return answer
            progress(answer["read"], answer["of"])
