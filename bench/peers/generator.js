// Load for one server: pairs of people over WebSockets, each speaking Socket.IO by hand, so that
// the generator costs less than any server it measures. Reads one order (JSON) from standard
// input, prints one result (JSON). See bench/rooms.py for what an order holds.

"use strict";
const fs = require("node:fs");
const net = require("node:net");

const order = JSON.parse(fs.readFileSync(0, "utf8"));
const { port, people, mode, seconds, warm, rate, namespace, origin } = order;
const now = () => performance.now();
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const FILL = "the river was high that year and nobody had thought of the bridge ".padEnd(44, ".");
const MARK = Buffer.from("~~");
const READY = Buffer.from(order.ready);
const OK = Buffer.from('"ok":true');
const RING = 1024; // acts of one person that may be under way at once

let measuring = false;
let stopping = false;
const count = { sent: 0, acked: 0, refused: 0, delivered: 0, errors: 0, closed: 0 };
const total = { sent: 0, acked: 0, delivered: 0 };
const waits = { ack: [], delivery: [] };
let firstError = "";

function failed(why) {
  count.errors += 1;
  firstError ||= String(why).slice(0, 200);
}

/** A masked text frame; the mask is zero, which is a mask like any other. */
function frame(text) {
  const length = Buffer.byteLength(text);
  const head = length < 126 ? 6 : 8;
  const made = Buffer.allocUnsafe(head + length);
  made[0] = 0x81;
  if (head === 6) made[1] = 0x80 | length;
  else {
    made[1] = 0x80 | 126;
    made.writeUInt16BE(length, 2);
  }
  made.writeUInt32BE(0, head - 4);
  made.write(text, head);
  return made;
}
const PONG = frame("3");

class Person {
  constructor(given, number) {
    Object.assign(this, given);
    this.number = number;
    this.seat = number & 1;
    this.rest = null;
    this.stage = 0; // 0 HTTP, 1 WebSocket, 2 Engine.IO, 3 in the room
    this.acts = 0;
    this.due = new Float64Array(RING);
  }

  open(entered) {
    this.entered = entered;
    const from = `127.0.0.${1 + (this.number % 8)}`;
    this.socket = net.connect({ port, host: "127.0.0.1", localAddress: from });
    this.socket.setNoDelay(true);
    this.socket.on("connect", () => this.socket.write(this.request()));
    this.socket.on("data", (data) => this.take(data));
    this.socket.on("error", (error) => failed(error.message));
    this.socket.on("close", () => {
      if (!stopping) count.closed += 1;
      this.enter();
    });
  }

  request() {
    return (
      `GET /socket.io/?EIO=4&transport=websocket&room=${this.room} HTTP/1.1\r\n` +
      `Host: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
      `Origin: ${origin}\r\n${this.cookie ? `Cookie: ${this.cookie}\r\n` : ""}\r\n`
    );
  }

  enter() {
    if (!this.entered) return;
    const entered = this.entered;
    this.entered = null;
    entered();
  }

  take(data) {
    if (this.rest) data = Buffer.concat([this.rest, data]);
    this.rest = null;
    let at = 0;
    if (this.stage === 0) {
      const end = data.indexOf("\r\n\r\n");
      if (end < 0) return void (this.rest = data);
      const head = data.latin1Slice(0, end);
      if (!head.startsWith("HTTP/1.1 101")) {
        failed(head.split("\r\n")[0]);
        return void this.socket.destroy();
      }
      this.stage = 1;
      at = end + 4;
    }
    while (at + 2 <= data.length) {
      let size = data[at + 1] & 127;
      let start = at + 2;
      if (size === 126) {
        if (at + 4 > data.length) break;
        size = data.readUInt16BE(start);
        start += 2;
      } else if (size === 127) {
        if (at + 10 > data.length) break;
        size = Number(data.readBigUInt64BE(start));
        start += 8;
      }
      if (start + size > data.length) break;
      if ((data[at] & 15) === 1) this.hear(data.subarray(start, start + size));
      at = start + size;
    }
    if (at < data.length) this.rest = Buffer.from(data.subarray(at));
  }

  hear(text) {
    const [kind, inner] = text;
    if (kind === 0x30) {
      this.stage = 2;
      this.socket.write(frame(this.hello));
    } else if (kind === 0x32) this.socket.write(PONG);
    else if (kind === 0x34 && inner === 0x33) this.acked(text);
    else if (kind === 0x34 && this.stage === 3) this.delivered(text);
    else if (kind === 0x34 && text.indexOf(READY) === 0) {
      this.stage = 3;
      this.enter();
    } else if (kind === 0x34 && inner === 0x34) failed(text.latin1Slice());
  }

  acked(text) {
    const start = 2 + namespace.length;
    const number = parseInt(text.latin1Slice(start, start + 12), 10);
    total.acked += 1;
    if (text.indexOf(OK) < 0) {
      count.refused += 1;
      failed(text.latin1Slice());
    }
    if (measuring) {
      count.acked += 1;
      waits.ack.push(now() - this.due[number % RING]);
    }
    if (mode === "closed" && !stopping) this.act(now());
  }

  delivered(text) {
    const at = text.indexOf(MARK);
    if (at < 0 || text[at + 2] - 48 === this.seat) return;
    total.delivered += 1;
    if (!measuring) return;
    count.delivered += 1;
    waits.delivery.push(now() - parseInt(text.latin1Slice(at + 4, at + 18), 36) / 1000);
  }

  act(due) {
    const number = this.acts++;
    this.due[number % RING] = due;
    total.sent += 1;
    if (measuring) count.sent += 1;
    // Nothing in it looks like a telephone number or an address: most messages hold neither.
    const text = `~~${this.seat}:${Math.round(due * 1000).toString(36)} ${FILL}`;
    this.socket.write(frame(`42${namespace}${number}${order.head.replace("UUID", this.id(number))}${text}${order.tail}`));
  }

  id(number) {
    const hex = (value, length) => value.toString(16).padStart(length, "0");
    return `${order.run}-${hex(this.number, 4)}-4${hex(number >>> 20, 3)}-8000-${hex(number, 12)}`;
  }
}

/** A process and all its descendants. */
function tree(number) {
  try {
    const children = fs.readFileSync(`/proc/${number}/task/${number}/children`, "latin1");
    return [number, ...children.trim().split(" ").filter(Boolean).flatMap(tree)];
  } catch {
    return []; // it has ended
  }
}

/** CPU seconds and resident kilobytes of groups of processes. */
function look() {
  const seen = {};
  for (const [name, root] of Object.entries(order.watch)) {
    seen[name] = { cpu: 0, rss: 0 };
    for (const number of tree(root)) {
      try {
        const stat = fs.readFileSync(`/proc/${number}/stat`, "latin1");
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        seen[name].cpu += (Number(fields[11]) + Number(fields[12])) / 100;
        const status = fs.readFileSync(`/proc/${number}/status`, "latin1");
        seen[name].rss += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
      } catch {
        // the process has ended
      }
    }
  }
  return seen;
}

function spread(values) {
  const sorted = Float64Array.from(values).sort();
  const at = (share) => sorted.length && sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

async function connect(everybody) {
  let next = 0;
  const walk = async () => {
    while (next < everybody.length) {
      const person = everybody[next++];
      await new Promise((entered) => person.open(entered));
    }
  };
  await Promise.all(Array.from({ length: order.at_once }, walk));
}

/** Acts are due evenly over time in a random order; a late one counts from when it was due. */
function openLoop(live) {
  const turns = live.map((person) => [Math.random(), person]).sort((a, b) => a[0] - b[0]);
  const gap = 1000 / rate / live.length;
  const begun = now();
  let sent = 0;
  const tick = () => {
    if (stopping) return;
    for (; begun + sent * gap <= now(); sent++) turns[sent % live.length][1].act(begun + sent * gap);
    setTimeout(tick, 1);
  };
  tick();
}

async function main() {
  const before = look();
  const begun = now();
  const everybody = people.map((given, number) => new Person(given, number));
  await connect(everybody);
  const connecting = (now() - begun) / 1000;
  await sleep(order.settle);
  const connected = look();
  const live = everybody.filter((person) => person.stage === 3);
  if (mode === "closed") for (const person of live) person.act(now());
  if (mode === "open") openLoop(live);
  await sleep(warm * 1000);
  const start = look();
  const mine = process.cpuUsage();
  const from = now();
  measuring = true;
  await sleep(seconds * 1000);
  measuring = false;
  const took = (now() - from) / 1000;
  const used = process.cpuUsage(mine);
  const end = look();
  stopping = true;
  await sleep(mode === "idle" ? 0 : 300);
  const result = {
    connected: live.length, connecting, took, count, total, first_error: firstError,
    ack: spread(waits.ack), delivery: spread(waits.delivery),
    generator: (used.user + used.system) / 1e6 / took,
    before, after: connected, start, end,
  };
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
}

main();
