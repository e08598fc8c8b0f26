"""Pages and forms as a browser with a cookie gets and sends them."""

import re
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen


def page(url: str, cookie: str, **form: str) -> Any:
    """What a browser with this cookie gets from an address."""
    body = urlencode(form).encode() if form else None
    return urlopen(Request(url, body, {"Cookie": cookie}))


def send_form(site: str, address: str, cookie: str, form: str = "/me", **given: str) -> Any:
    """What a browser with this cookie gets that sends a form of the page *form* of a site."""
    with page(f"{site}{form}", cookie) as answer:
        cookie = (answer.headers["Set-Cookie"] or cookie).partition(";")[0]
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.read().decode())
    assert found, form
    return page(f"{site}{address}", cookie, csrf_token=found[1], **given)
