// The channel's transport over Socket.IO, namespace /room.

import { io, type Socket } from "socket.io-client";

import type { Hearing, Transport } from "./channel.ts";
import type { Ack, Act, Here, RoomEvent, Seat, State } from "./types.ts";

// A refused connection with one of these will be refused again.
const FINAL = new Set(["signed_out", "not_found", "origin", "closed"]);

/** Connect to the room of `conversation`; the address carries it too, so that a proxy can keep a pair together. */
export function socketTransport(conversation: string): Transport {
  let socket: Socket;
  return {
    open(after, hear) {
      socket = io("/room", {
        auth: (give) => give({ conversation, after: after() }),
        query: { room: conversation },
        transports: ["websocket", "polling"],
        tryAllTransports: true,
        reconnectionDelay: 400,
        reconnectionDelayMax: 1_500,
        timeout: 5_000,
      });
      listen(socket, hear);
    },
    act: (act: Act, ack: (ack: Ack) => void) => socket.emit("act", act, ack),
    typing: (on) => socket.volatile.emit("typing", { on }),
    again() {
      socket.disconnect();
      socket.connect();
    },
    close: () => socket.disconnect(),
  };
}

function listen(socket: Socket, hear: Hearing): void {
  let over = false;
  socket.on("state", (state: State) => hear.state(state));
  socket.on("event", (event: RoomEvent) => hear.event(event));
  socket.on("typing", (said: { seat: Seat; on: boolean }) => hear.typing(said.seat, said.on));
  socket.on("presence", (here: Record<Seat, Here>) => hear.presence(here));
  socket.on("closed", (said: { code: string }) => {
    over = true;
    hear.ended(said.code);
  });
  socket.on("connect_error", (error) => {
    if (FINAL.has(error.message)) hear.ended(error.message);
    else {
      hear.lost();
      // A refusal by the server (full, say, or without its database) is not tried again by the library itself.
      if (!socket.active) window.setTimeout(() => socket.connect(), 1_000 + 1_000 * Math.random());
    }
  });
  socket.on("disconnect", (reason) => {
    if (over) return;
    hear.lost();
    if (reason === "io server disconnect") window.setTimeout(() => socket.connect(), 1_000);
  });
}
