"""Somebody at Earshot's pages without a browser: signed in or not, with the token forms need."""

import re

from flask import Flask
from werkzeug.test import TestResponse

import models

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Visitor:
    """One cookie jar. *account* is signed in from the start."""

    def __init__(
        self, app: Flask, account: models.Account | None = None, site: str = "http://localhost"
    ) -> None:
        self.client = app.test_client()
        self.site = site
        if account is not None:
            self.take_the_cookie_of(account)

    def take_the_cookie_of(self, account: models.Account) -> None:
        with self.client.session_transaction(base_url=self.site) as cookie:
            cookie["_user_id"], cookie["_fresh"] = account.fs_uniquifier, True

    def get(self, path: str, **given) -> TestResponse:
        return self.client.get(path, base_url=self.site, **given)

    def post(self, path: str, **fields) -> TestResponse:
        given = {"csrf_token": self.token(), **fields}
        return self.client.post(path, base_url=self.site, data=given)

    def token(self) -> str:
        found = TOKEN.search(self.get("/pledge").text)
        assert found, "no form on the page of the pledge"
        return found[1]

    def is_signed_in(self) -> bool:
        return self.get("/me").status_code == 200
