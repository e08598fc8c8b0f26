"""The extensions every part of the web shares."""

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_socketio import SocketIO
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

from models import Base

db = SQLAlchemy(metadata=Base.metadata)
socketio = SocketIO()
csrf = CSRFProtect()
babel = Babel()
limiter = Limiter(get_remote_address, default_limits=["300 per minute"], storage_uri="memory://")
