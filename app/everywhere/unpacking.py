"""Puts the modules of a place where its Python finds them: a release packs them into one file (app/server/packing.py).

Offers `unpack()`, which every main.py calls before it imports anything else of the app. On a plain file server nothing is packed, and
every module is there already.
"""

import os

# What the served pyscript.toml calls the pack.
PACK = "modules.pack"


def unpack():
    """Writes every module of the pack to its path and removes the pack. Does nothing where there is none."""
    if PACK not in os.listdir("."):
        return
    made = set()
    with open(PACK, "rb") as pack:
        head = pack.readline()
        while head:
            path, size = head.decode().split()
            _make_folders(path.split("/")[:-1], made)
            with open(path, "wb") as module:
                module.write(pack.read(int(size)))
            head = pack.readline()
    os.remove(PACK)
    try:
        from importlib import invalidate_caches
    except ImportError:
        return  # MicroPython remembers no folders
    invalidate_caches()


def _make_folders(parts, made):
    path = ""
    for part in parts:
        path += part
        if path not in made and part not in os.listdir(path[:-len(part)] or "."):
            os.mkdir(path)
        made.add(path)
        path += "/"
