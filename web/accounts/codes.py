"""One-time codes: each is good once, and its picture is drawn without a data address."""

from hashlib import sha256

import qrcode
import qrcode.image.svg
from flask_security import Totp, UserMixin
from markupsafe import Markup
from passlib.exc import TokenError

from web.accounts.logins import Login


class Codes(Totp):
    """Codes from an app or by mail; what was used before is refused (RFC 6238, 5.2)."""

    def verify_totp(self, token: str, totp_secret: str, user: UserMixin, window: int = 0) -> bool:
        """Whether *token* is right and was not used yet; *window* is in seconds both ways."""
        assert isinstance(user, Login)  # noqa: S101 - the only kind there is
        name = sha256(totp_secret.encode()).hexdigest()[:16]
        used = dict(user.used_codes or {})
        try:
            match = self._totp.verify(
                token, totp_secret, window=window, last_counter=used.get(name)
            )
        except TokenError:
            return False
        user.used_codes = {**used, name: match.counter}
        return True

    def generate_qrcode(self, username: str, totp: str) -> Markup:
        """Return the code an app scans, as an SVG element on white, whatever the page's colours."""
        picture = qrcode.make(
            self.get_totp_uri(username, totp), image_factory=qrcode.image.svg.SvgPathFillImage
        )
        return Markup(picture.to_string(encoding="unicode"))  # noqa: S704 - made of our own text
