// The connection: one for the page, opened when it is first needed.

const patience = { connect: 10_000, slow: 3_000, call: 45_000 }; // milliseconds

const closings = {
  1000: "closed", 1001: "the server shuts down", 1005: "closed", 1006: "the connection was lost", 1008: "too long without a session, or too many requests",
  1009: "the request was too large", 1013: "the server is overloaded", 4000: "answers were read too slowly", 4001: "no sign of life",
  4401: "the session has expired", 4403: "the session was revoked",
};

class Link extends EventTarget {
  constructor(url) {
    super();
    this.url = url;
    this.state = "closed"; // connecting, open
    this.reason = "";
    this.waiting = new Map(); // by seq
    this.seq = 0;
  }

  become(state, reason = "", code = 0) {
    this.state = state;
    this.reason = reason;
    this.code = code;
    this.dispatchEvent(new Event("state"));
  }

  // open connects, unless it is connected, and returns when it is.
  open() {
    if (this.state === "open") return Promise.resolve();
    return (this.opening ??= this.connect().finally(() => { this.opening = undefined; }));
  }

  connect() {
    return new Promise((done, failed) => {
      this.become("connecting");
      let socket;
      try {
        socket = new WebSocket(this.url, "spgen.v1.json");
      } catch (err) {
        this.become("closed", err.message);
        failed(new Error(`Not connected: ${err.message}`));
        return;
      }
      this.socket = socket;
      const late = setTimeout(() => socket.dispatchEvent(new CloseEvent("close", { code: 1006, reason: "the server does not answer" })), patience.connect);
      socket.addEventListener("open", () => { clearTimeout(late); this.become("open"); done(); });
      socket.addEventListener("message", (event) => this.receive(event.data));
      socket.addEventListener("close", (event) => {
        clearTimeout(late);
        if (this.socket !== socket) return;
        this.socket = undefined;
        const reached = this.state === "open";
        const reason = event.reason || closings[event.code] || "closed";
        const why = reached ? reason : event.reason || "the server cannot be reached, or refuses connections";
        this.become("closed", why, event.code);
        failed(new Error(`Not connected: ${why}`));
        for (const w of this.waiting.values()) w.failed(new Error(`The connection ended before the answer came: ${why} (${event.code}). The call may have had its effect.`));
        this.waiting.clear();
        socket.close();
      });
    });
  }

  close() {
    this.socket?.close(1000);
  }

  // call sends a request and returns both frames as they were on the wire.
  async call(method, params) {
    await this.open();
    const seq = ++this.seq, sent = `{"method":${method},"seq":${seq},"params":${params}}`;
    const began = performance.now();
    const answered = new Promise((done, failed) => {
      this.waiting.set(seq, { done, failed });
      setTimeout(() => {
        if (this.waiting.delete(seq)) failed(new Error(`No answer for ${patience.call / 1000} seconds. The call may have had its effect.`));
      }, patience.call);
    });
    this.socket.send(sent);
    this.dispatchEvent(new CustomEvent("sent", { detail: { seq, sent } }));
    const { text, frame } = await answered.catch((err) => { throw Object.assign(err, { sent }); });
    return { sent, received: text, frame, ms: performance.now() - began, seq };
  }

  // cancel asks the server to give a call up.
  cancel(seq) {
    if (this.state === "open") this.socket.send(`{"method":3,"seq":${++this.seq},"params":{"seq":${seq}}}`);
  }

  receive(text) {
    const frame = parsed(text, deepestAnswer);
    // A frame that the page cannot read answers its call all the same: its seq comes first.
    const seq = Number(frame instanceof Map ? frame.get("seq")?.text : /^\{"seq":(\d+),/.exec(text)?.[1]);
    const waits = this.waiting.get(seq);
    this.waiting.delete(seq);
    waits?.done({ text, frame });
  }
}

function bytesOf(text) { return new TextEncoder().encode(text).length; }
