"""presage, the predictive-text system that `make bench` measures Carryon beside.

Offers:
    ensure_presage(setup)       install Debian's package where that is possible
"""

import os
import shutil

from tools.browser import apt_get


def ensure_presage(setup) -> str | None:
    """Install presage when root on Debian; elsewhere say that the bench goes without it."""
    if shutil.which("presage_simulator"):
        return None
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        setup.console.say("  presage: installing Debian's package")
        apt_get(setup, "presage")
        return "presage: installed"
    setup.console.say("presage is not here (Debian and Ubuntu: apt-get install presage); the bench leaves that peer out and says so.")
    return None
