"""An invitation and the browsers of its two people."""

import re
from http import HTTPStatus

from services.pairing import invitations
from tests.factories import NOW


class Browser:
    """Somebody's browser, signed in."""

    def __init__(self, app, account):
        self.client = app.test_client()
        with self.client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = account.fs_uniquifier, True

    def read(self, path, status=HTTPStatus.OK):
        answer = self.client.get(path)
        assert answer.status_code == status
        return answer.text

    def send(self, path, page, **data):
        """Send the form of *page* to *path*; return where it leads and the page shown there."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.read(page)).group(1)
        answer = self.client.post(
            path, data={"csrf_token": token, **data}, headers={"Referer": "http://127.0.0.1/"}
        )
        if answer.location is None:
            return answer.status_code, answer.text
        return answer.location, self.client.get(answer.location, follow_redirects=True).text


class Scene:
    """The two of an invited pair at their browsers."""

    def __init__(self, app, invited, config):
        self.session, self.invited, self.config = invited.session, invited, config
        self.marta = Browser(app, invited.first.account)
        self.omar = Browser(app, invited.second.account)
        self.page = f"/invitations/{invited.of(invited.first).id}"
        self.theirs = f"/invitations/{invited.of(invited.second).id}"

    @property
    def hours(self):
        found = invitations.common_hours(self.session, self.invited.pair, NOW, self.config)
        self.session.rollback()
        return [hour.isoformat() for hour in found]

    def accept(self, hours):
        return self.marta.send(f"{self.page}/accept", self.page, hours=hours)

    def accept_too(self, hours):
        return self.omar.send(f"{self.theirs}/accept", self.theirs, hours=hours)

    def arrange(self):
        self.accept(self.hours[:1])
        self.accept_too(self.hours[:1])
        return self.conversation

    @property
    def conversation(self):
        self.session.expire_all()
        (found,) = self.invited.conversations
        return found

    def end(self, person, state):
        self.invited.of(person).state = state
        self.session.commit()
