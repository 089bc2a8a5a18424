// What a client in JavaScript does with the sample's server. It runs in a
// browser and in Node, whose ws has the same interface. Each step is reported
// as a line; foreign_test.go in cmd/server knows what they have to be.

// connect resolves to a socket that is open.
export function connect(WebSocket, url, protocols = []) {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url, protocols);
    const pending = new Map();
    ws.onopen = () => resolve(ws);
    ws.onerror = () => reject(new Error("refused"));
    ws.onmessage = (event) => {
      const answer = JSON.parse(event.data);
      pending.get(answer.seq)(answer);
      pending.delete(answer.seq);
    };
    let seq = 0;
    ws.request = (method, params) => JSON.stringify({ method, seq: ++seq, params });
    ws.answered = () => new Promise((done) => pending.set(seq, done));
    ws.call = async (method, params) => {
      ws.send(ws.request(method, params));
      const answer = await ws.answered();
      return answer.error ? answer.error : answer.result;
    };
    ws.closed = new Promise((done) => {
      ws.onclose = (event) => done(`${event.code} ${event.reason}`);
    });
  });
}

export async function scenario(WebSocket, url, who, report, more = async () => {}) {
  const ann = await connect(WebSocket, url, ["soap", "spgen.v1.json"]);
  report("offered", ann.protocol);
  report("extensions", ann.extensions);
  const bob = await connect(WebSocket, url);
  report("not offered", bob.protocol);
  await connect(WebSocket, url, ["soap"]).catch((err) => report("unknown", err.message));

  const email = `bob.${who}@example.com`;
  const signed = await ann.call("SignUp", { username: `ann.${who}`, password: "secret" });
  report("signed up", `${typeof signed.user_id} ${signed.token.length >= 43}`);
  const theirs = await bob.call(10000, { username: `bob.${who}`, password: "secret", email });
  const again = await connect(WebSocket, url);
  const login = await again.call("Login", { username: `bob.${who}`, password: "secret" });
  report("logged in", login.user_id === theirs.user_id);
  const { friend_id } = await ann.call("AddContact", { email });
  const { chat_id } = await ann.call("CreateChat", { friend_id });
  const sent = await ann.call("SendMessage", { chat_id, body: "hällo €😀" });
  report("sent", typeof sent.message_id);
  const last = async () => (await bob.call("ListMessages", { chat_id }))[0].body;
  report("received", await last());
  report("refused", (await ann.call("Nope", {})).name);
  report("long answer", JSON.stringify(await ann.call("Discover", {})).length > 10000);
  await more({ ann, again, chat_id, last });

  const binary = await connect(WebSocket, url);
  binary.send(new Uint8Array([123, 125]));
  report("binary", await binary.closed);
  const large = await connect(WebSocket, url);
  large.send("x".repeat(70000));
  report("large", await large.closed);
  again.close(1000, "done");
  report("closed", await again.closed);
  bob.close(4321, "own code");
  report("own code", await bob.closed);
  report("drain", "ready");
  report("drained", await ann.closed);
}
