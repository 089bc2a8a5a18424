// Who is signed in. The connection has the session; this follows it. The token
// stays in memory, and goes with the page.

class Session extends EventTarget {
  constructor(link, methods) {
    super();
    this.link = link;
    this.methods = methods;
    this.who = "";
    this.token = undefined;
    this.opens = methods.filter((m) => m["x-session"] === "open");
    this.closes = methods.find((m) => m["x-session"] === "close");
    this.authorize = this.opens.find((m) => m["x-authorize"]) ?? this.opens.find(takesToken);
    this.tokenName = this.authorize?.params[0].name;
    link.addEventListener("state", () => {
      if (link.state !== "closed") return;
      if (link.code === 4401) this.token = undefined;
      this.become("");
    });
  }

  become(who) {
    this.who = who;
    this.dispatchEvent(new Event("change"));
  }

  // after takes in what a method has answered.
  after(method, params, frame) {
    if (!frame.has("result")) return;
    const result = frame.get("result");
    if (method["x-session"] === "close") {
      this.token = undefined;
      this.become("");
    }
    if (method["x-session"] !== "open") return;
    const values = result instanceof Map ? result : new Map();
    const token = values.get(this.tokenName) ?? params.get(this.tokenName);
    if (typeof token === "string") this.token = token;
    this.become(nameOf(values, params));
  }

  // resume signs in again with the token, where the API has a method for that.
  async resume() {
    await this.link.open();
    if (!this.token || !this.authorize || this.who) return "";
    const params = new Map([[this.tokenName, this.token]]);
    const { frame } = await this.link.call(this.authorize["x-method-id"], print(params));
    this.after(this.authorize, params, frame);
    if (frame.has("result")) return "";
    this.token = undefined;
    return frame.get("error")?.get("message") ?? "the token was refused";
  }

  // end signs out: by the API's method, or with the connection.
  async end() {
    const method = this.closes, params = new Map();
    const takes = method?.params.map((p) => p.name) ?? [];
    if (this.token && takes.includes(this.tokenName)) params.set(this.tokenName, this.token);
    const enough = method && method.params.every((p) => !p.required || params.has(p.name));
    if (!enough || this.link.state !== "open") {
      this.token = undefined;
      this.link.close();
      return "";
    }
    const { frame } = await this.link.call(method["x-method-id"], print(params));
    this.after(method, params, frame);
    return frame.has("result") ? "" : frame.get("error")?.get("message") ?? "the server did not sign out";
  }
}

// takesToken finds the method that a token opens a session with.
function takesToken(method) {
  return method["x-access"] === "public" && method.params.length === 1 && method.params[0].required && /token/i.test(method.params[0].name);
}

// nameOf says who has signed in, from what the method answered or was sent.
function nameOf(values, params) {
  const shown = [];
  for (const wanted of [/(^|_)(user_?name|login|nick|handle|email|name)$/i, /(^|_)id$/i, /(^|_)role$/i]) {
    const [name, value] = [...values, ...params].find(([n, v]) => wanted.test(n) && !secret(n) && (typeof v === "string" || v instanceof Num)) ?? [];
    if (name) shown.push(shown.length === 0 && !/id$/i.test(name) ? `${value.text ?? value}` : `${name} ${value.text ?? value}`);
  }
  return shown.length > 1 ? `${shown[0]} (${shown.slice(1).join(", ")})` : shown[0] ?? "someone";
}
