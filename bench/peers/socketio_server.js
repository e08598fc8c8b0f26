// Bare Socket.IO on Node: a message to the other in the room, and its acknowledgement.

"use strict";
const { Server } = require("socket.io");

const server = new Server(Number(process.env.PORT), { perMessageDeflate: false });
server.on("connection", (socket) => {
  const { room } = socket.handshake.query;
  socket.join(room);
  socket.on("act", (message, ack) => {
    socket.to(room).emit("event", message);
    ack({ ok: true });
  });
});
