"""The heads of all notes in the order of the list, kept so that a save costs the same among ten thousand as among ten.

Offers `Heads`. A head is a note with its text cut short. (MicroPython needs about a microsecond for each step of a
loop's simplest body: whoever walks through ten thousand heads at every save makes the typist wait.)
"""


class Heads:
    """Pinned notes, other notes and the trash, each newest first."""

    def __init__(self):
        self._lists = {"pinned": [], "others": [], "trash": []}
        self._known = {}  # id -> head
        self._tags = None  # the tags in use, or None while nobody asked since they changed

    def extend(self, heads):
        """Takes in heads that are all new, newest first, and older than all that are here."""
        for head in heads:
            self._lists[_kind(head)].append(head)
            self._known[head["id"]] = head
        self._tags = None

    def all(self):
        """Every head, in no order."""
        return list(self._known.values())

    def __len__(self):
        return len(self._known)

    def get(self, id):
        return self._known.get(id)

    def put(self, head):
        """Takes in a head, in the place of its older self."""
        old = self._known.get(head["id"])
        if old is not None:
            self._take_out(old)
        if old is None or old["tags"] != head["tags"] or bool(old["deleted"]) != bool(head["deleted"]):
            self._tags = None
        heads = self._lists[_kind(head)]
        heads.insert(_place(heads, head), head)
        self._known[head["id"]] = head

    def remove(self, id):
        old = self._known.pop(id, None)
        if old is not None:
            self._take_out(old)
            self._tags = None

    def _take_out(self, head):
        heads = self._lists[_kind(head)]
        heads.pop(_place(heads, head))

    def listing(self, trash=False, count=None):
        """The first `count` heads of the list, pinned ones on top, or of the trash; all without a count."""
        if trash:
            return self._lists["trash"][:count]
        pinned = self._lists["pinned"][:count]
        return pinned + self._lists["others"][:None if count is None else count - len(pinned)]

    def count(self, trash=False):
        return len(self._lists["trash"]) if trash else len(self._lists["pinned"]) + len(self._lists["others"])

    def tags(self):
        """The tags in use, those of the newest notes first."""
        if self._tags is None:
            self._tags, known = [], set()  # a list beside it: MicroPython's dicts keep no order
            for head in self._lists["pinned"] + self._lists["others"]:
                for tag in head["tags"]:
                    if tag not in known:
                        known.add(tag)
                        self._tags.append(tag)
        return self._tags


def _kind(head):
    return "trash" if head["deleted"] else "pinned" if head["pinned"] else "others"


def _place(heads, head):
    """Where `head` stands among `heads`, or would."""
    wanted = (head["updated"], head["id"])
    low, high = 0, len(heads)
    while low < high:
        middle = (low + high) // 2
        if (heads[middle]["updated"], heads[middle]["id"]) > wanted:
            low = middle + 1
        else:
            high = middle
    return low
