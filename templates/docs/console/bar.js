// The bar at the foot of the page: the connection, who is signed in, history.

function newBar(desk) {
  const { link, session, history } = desk;
  const state = el("span", { class: "con-state", role: "status" });
  const who = el("span", { class: "con-who" });
  const connect = button("Connect", async () => {
    try {
      const refused = await session.resume();
      if (refused) state.textContent = `Connected, but not signed in: ${refused}`;
    } catch { /* the state says it */ }
  });
  const out = button("Sign out", async () => {
    const refused = await session.end().catch((err) => err.message);
    if (refused) state.textContent = `Not signed out: ${refused}`;
  });
  const openers = el("span", { class: "con-openers" }, "Sign in: ",
    ...session.opens.map((m) => button(m.name, () => desk.visit(m), { class: "con-small" })));
  const past = button("History", () => showHistory(history, (call, send) => desk.again(call, send)));
  const element = el("aside", { class: "con-bar", "aria-label": "Console" }, state, who, openers, el("span", { class: "con-end" }, connect, out, past));

  const words = { open: "Connected", connecting: "Connecting…", closed: "Not connected" };
  const draw = () => {
    element.dataset.state = link.state;
    state.textContent = link.state === "closed" && link.reason ? `Not connected: ${link.reason}` : words[link.state];
    connect.hidden = link.state !== "closed";
    connect.textContent = link.reason ? "Reconnect" : "Connect";
    who.textContent = session.who ? `Signed in as ${session.who}` : "Not signed in";
    who.hidden = link.state !== "open" || session.opens.length === 0;
    openers.hidden = link.state !== "open" || session.who !== "" || session.opens.length === 0;
    out.hidden = !session.who;
  };
  const count = () => { past.textContent = history.all.length > 0 ? `History (${history.all.length})` : "History"; };
  link.addEventListener("state", draw);
  session.addEventListener("change", draw);
  history.addEventListener("change", count);
  draw();
  return element;
}
