"""The headers of every answer: what a page from here may do.

Offers:
    POLICY                      the Content-Security-Policy, directive by directive
    policy_header() -> str      for the HTTP header
    policy_meta() -> str        for index.html's <meta>, where frame-ancestors has no effect
    SECURITY_HEADERS            name → value, for the server and for static hosts (tools/site.py)

The policy is the wall behind the gate (app/page/gate.py): whatever a note or a
library may try, the browser connects to this origin only, and to none other.
"""

# W3C Content Security Policy Level 3. PyScript evaluates strings, so it does not
# start without 'unsafe-eval'; the wall against exfiltration is connect-src together
# with all that could carry data away (forms, frames, images, fonts).
POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval' 'unsafe-eval' blob:",
    "worker-src": "'self' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "connect-src": "'self' blob: data:",
    "form-action": "'none'",
    "frame-src": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
}
# A <meta> element cannot say who may frame the page; browsers warn when it tries.
HEADER_ONLY = ("frame-ancestors",)

# Facilities that the app never asks for, so that nothing that gets in can either.
CLOSED_FACILITIES = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "magnetometer", "microphone", "midi", "payment",
    "screen-wake-lock", "usb", "xr-spatial-tracking",
)


def policy_header() -> str:
    """The policy as the value of the Content-Security-Policy header."""
    return "; ".join(f"{name} {sources}" for name, sources in POLICY.items())


def policy_meta() -> str:
    """The policy as index.html carries it, for hosts that send no headers."""
    return "; ".join(f"{name} {sources}" for name, sources in POLICY.items() if name not in HEADER_ONLY)


SECURITY_HEADERS = {
    "Content-Security-Policy": policy_header(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in CLOSED_FACILITIES),
    # No Cross-Origin-Embedder-Policy: the app must run on hosts that cannot send it.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
