// A call as text for other programs. Strings are written as JSON writes them,
// which Go, JavaScript and Python read the same way.

const shell = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

// frameOf is a request without seq: answers come in order.
function frameOf(method, params) { return `{"method":${method["x-method-id"]},"params":${print(params)}}`; }

const placeholder = (name) => name.toUpperCase();

// requestsOf are the request, and before it the one that signs in, where the
// method needs a session. Texts go to files and chats, so that secrets have a
// placeholder in them.
function requestsOf(method, params, session) {
  const requests = [{ method, params: masked(params, placeholder) }];
  const opener = session.authorize ?? session.opens[0];
  if (method["x-access"] !== "public" && opener) {
    requests.unshift({ method: opener, params: new Map(opener.params.filter((p) => p.required).map((p) => [p.name, placeholder(p.name)])) });
  }
  return requests;
}

const snippets = {
  "raw frame": (requests) => frameOf(requests.at(-1).method, requests.at(-1).params),
  "Go": (requests, url) => `// with github.com/gorilla/websocket
dialer := websocket.Dialer{Subprotocols: []string{"spgen.v1.json"}}
conn, _, err := dialer.Dial(${JSON.stringify(url)}, nil)
if err != nil {
	return err
}
defer conn.Close()
for _, frame := range []string{
${requests.map((r) => `\t${JSON.stringify(frameOf(r.method, r.params))},`).join("\n")}
} {
	if err := conn.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
		return err
	}
	_, answer, err := conn.ReadMessage()
	if err != nil {
		return err
	}
	fmt.Println(string(answer))
}`,
  "JavaScript": (requests, url) => `const ws = new WebSocket(${JSON.stringify(url)}, "spgen.v1.json");
ws.onmessage = (event) => console.log(event.data);
ws.onopen = () => {
${requests.map((r) => `  ws.send(${JSON.stringify(frameOf(r.method, r.params))});`).join("\n")}
};`,
  "Python": (requests, url) => `import asyncio, websockets

async def main():
    async with websockets.connect(${JSON.stringify(url)}, subprotocols=["spgen.v1.json"]) as ws:
        for frame in [
${requests.map((r) => `            ${JSON.stringify(frameOf(r.method, r.params))},`).join("\n")}
        ]:
            await ws.send(frame)
            print(await ws.recv())

asyncio.run(main())`,
  "spgen call": (requests, url) => requests.map((r, i) => (i === 0
    ? `spgen call --url ${shell(url)} ${r.method.name} ${shell(print(r.params))}`
    : `  --then ${shell(`${r.method.name} ${print(r.params)}`)}`)).join(" \\\n"),
  "websocat": (requests, url) => `printf '%s\\n' ${requests.map((r) => shell(frameOf(r.method, r.params))).join(" ")} |
  websocat ${requests.length === 1 ? "-n1" : "-n"} --protocol spgen.v1.json ${shell(url)}`,
};

// newCopier shows the call as the text of a program.
function newCopier(method, form, session, url) {
  const code = el("code");
  const choice = el("select", { "aria-label": "Copy as", onchange: () => { stored.set("copy", choice.value); draw(); } },
    ...Object.keys(snippets).map((name) => el("option", {}, name)));
  const kept = stored.get("copy");
  if (kept in snippets) choice.value = kept;
  const copy = button("Copy", () => { draw(); copyText(code.textContent, copy); });
  const draw = () => { if (!form.broken()) code.textContent = snippets[choice.value](requestsOf(method, form.value(), session), url); };
  const element = el("details", { class: "con-copy", ontoggle: draw }, el("summary", {}, "Copy as"),
    el("div", { class: "con-beside" }, choice, copy), el("figure", { class: "card" }, el("pre", { tabindex: "0", "aria-label": "The call as text" }, code)));
  return { element, draw: () => { if (element.open) draw(); } };
}
