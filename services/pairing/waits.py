"""How long each way of waiting lasts: for the pages, the jobs and the participant's path."""

from datetime import timedelta

LOST = timedelta(minutes=1)  # in a lobby without a sign of life
CHOICE = timedelta(minutes=5)  # in a lobby; from then on the page asks what to do
UNMATCHED = timedelta(minutes=20)  # in a lobby where nobody fits
STANDBY = timedelta(minutes=30)  # into an hour; later nobody who stands by is asked
LAST_MINUTE = timedelta(hours=1)  # before an hour; a cancellation so late asks who stands by
TOLD, CHOOSE = timedelta(minutes=1), timedelta(minutes=3)  # of a partner who does not come
