// Runs the scenario with ws: node node.js DIRECTORY-OF-ws URL
import { createRequire } from "node:module";
import { connect, scenario } from "./scenario.js";

const [directory, url] = process.argv.slice(2);
const WebSocket = createRequire(`${directory}/`)("ws");
const report = (step, value) => console.log(`${step}: ${value}`);

// more is what a browser cannot do.
async function more({ ann, chat_id, last }) {
  ann.ping("are you there");
  report("pong", await new Promise((done) => ann.once("pong", done)));
  report("ping", (await new Promise((done) => ann.once("ping", done))).length);

  const text = Buffer.from(ann.request("SendMessage", { chat_id, body: "in fragments €😀" }));
  const cut = text.indexOf("€") + 1; // within the character
  const answered = ann.answered();
  ann.send(text.subarray(0, cut), { fin: false, binary: false });
  ann.ping("between");
  for (const byte of text.subarray(cut)) ann.send(Buffer.from([byte]), { fin: false, binary: false });
  ann.send("", { fin: true, binary: false });
  await answered;
  report("fragments", await last());

  const invalid = await connect(WebSocket, url);
  invalid.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false });
  report("not UTF-8", await invalid.closed);
}

await scenario(WebSocket, url, "node", report, more);
