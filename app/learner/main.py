"""The learner, wired: Pyodide with scikit-learn in a worker, started when something is to be learned and ended when idle.

It reads no file, no note and no network: what it learns from comes from the engine, on a channel whose name the page
gives to both (`attend`). What it exports is called from the page (app/page/learner_link.py).
"""

from app.everywhere.unpacking import unpack

unpack()  # before anything else of the app is imported

import warnings

import js
from pyodide.ffi import create_proxy, to_js

from app.learner.learner import Learner

# threadpoolctl, which k-means asks for threads that there are not, calls Pyodide by an old name.
warnings.filterwarnings("ignore", "JsProxy.as_object_map", RuntimeWarning)

learner = Learner()
channel = None


async def attend(name):
    """Listens to the channel `name` from now on, and to no other; what an older lesson said is forgotten."""
    global channel
    if channel is not None:
        channel.close()
        channel = None
    learner.attend()
    channel = await js.carryon.connected(name)  # whoever is told that this was answered is heard
    channel.onmessage = create_proxy(heard)


def heard(event):
    answer = learner.hear(event.data.to_py())
    if answer is not None:
        channel.postMessage(to_js(answer, dict_converter=js.Object.fromEntries))


async def call(name, payload):
    return await learner.call(name, payload)


async def live(lock):
    """Holds this lock from now on: static/glue/alive.js."""
    await js.carryon.live(lock)


__export__ = ["attend", "call", "live"]
