"""The room as its two people see it: door, room, a missing partner, and the sockets between."""
