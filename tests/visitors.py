"""Somebody at Earshot's pages without a browser: signed in or not, with the token forms need."""

import re

from flask import Flask
from werkzeug.test import TestResponse

import models

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Visitor:
    """One cookie jar. *account* is signed in from the start."""

    def __init__(self, app: Flask, account: models.Account | None = None) -> None:
        self.client = app.test_client()
        self.app = app
        if account is not None:
            self.take_the_cookie_of(account)

    def take_the_cookie_of(self, account: models.Account) -> None:
        with self.client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = account.fs_uniquifier, True

    def get(self, path: str, **given) -> TestResponse:
        return self.client.get(path, **given)

    def post(self, path: str, **fields) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token(), **fields})

    def token(self) -> str:
        found = TOKEN.search(self.client.get("/pledge").text)
        assert found, "no form on the page of the pledge"
        return found[1]

    def is_signed_in(self) -> bool:
        return self.client.get("/me").status_code == 200
