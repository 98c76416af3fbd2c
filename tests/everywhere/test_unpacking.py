import os

from app.everywhere import unpacking

# As app/server/packing.py writes it; the second has a line break at its end and none of its bytes are one character each.
PACK = b"app/place/one.py 9\nVALUE = 1" + b"app/place/parts/two.py 15\nNAME = '\xe6\x98\x8e'\n\n"


def in_a_folder(test):
    """The test in a folder of its own, and back again."""
    def run():
        before = os.getcwd()
        name = "unpacking-" + test.__name__
        os.mkdir(name)
        os.chdir(name)
        try:
            test()
        finally:
            os.chdir(before)
            for path in ("app/place/parts/two.py", "app/place/one.py", unpacking.PACK):
                try:
                    os.remove(name + "/" + path)
                except OSError:
                    pass
            for path in ("/app/place/parts", "/app/place", "/app", ""):
                try:
                    os.rmdir(name + path)
                except OSError:
                    pass
    return run


def read(path):
    with open(path, "rb") as file:
        return file.read()


@in_a_folder
def unpacks():
    with open(unpacking.PACK, "wb") as file:
        file.write(PACK)
    unpacking.unpack()
    assert read("app/place/one.py") == b"VALUE = 1"
    assert read("app/place/parts/two.py") == "NAME = '明'\n\n".encode()
    assert unpacking.PACK not in os.listdir(".")


@in_a_folder
def finds_none():
    unpacking.unpack()
    assert os.listdir(".") == []


def test_each_module_lies_at_its_path_and_the_pack_is_gone():
    unpacks()


def test_where_nothing_was_packed_nothing_happens():
    finds_none()
