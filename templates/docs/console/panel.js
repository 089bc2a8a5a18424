// The console of one method.

function newPanel(desk, method, anchor) {
  const { link, session, history } = desk;
  const form = newForm(method, desk.document), answer = newAnswer();
  const copier = newCopier(method, form, session, link.url);
  const example = exampleOf(method, desk.document);
  const send = el("button", { type: "submit", class: "con-main" }, `Call ${method.name}`);
  const anyway = button("Send all the same", () => run(true), { hidden: true });
  const cancel = button("Cancel", () => { link.cancel(running); answer.say("Asked the server to cancel…"); }, { hidden: true });
  const share = button("Copy a link", async () => {
    if (form.broken()) return;
    const { url, note } = linkTo(anchor, form.value());
    if (url) await copyText(url, share);
    if (note) answer.say(note);
  }, { title: "To this method with these parameters" });
  const needs = method["x-access"] === "public" ? "" : "It needs a session.";
  const element = el("section", { class: "con-panel", "aria-label": `Call ${method.name}` },
    el("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); run(false); }, oninput: () => copier.draw() },
      form.element,
      el("div", { class: "con-actions" }, send, anyway, cancel,
        example && button("Use the example", () => { form.set(example); copier.draw(); }),
        button("Empty", () => { form.set(new Map()); form.clear(); copier.draw(); }), share,
        el("small", {}, needs))),
    answer.element, copier.element);
  let running;

  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(false); }
  });

  // refuse says why the call is not sent, and goes there.
  const refuse = () => {
    if (form.broken()) {
      answer.say("Not sent: the JSON is broken.", "bad");
      form.focusJSON();
      return true;
    }
    const faults = form.faults();
    if (faults.length === 0) return false;
    answer.say(faults.length === 1 ? "Not sent: one value is wrong." : `Not sent: ${faults.length} values are wrong.`, "bad");
    faults[0].focus();
    anyway.hidden = false;
    return true;
  };
  const run = async (unchecked) => {
    if (running !== undefined || form.broken() && refuse() || !unchecked && refuse()) return;
    anyway.hidden = true;
    form.clear();
    const params = form.value();
    running = 0;
    send.disabled = true;
    try {
      if (await mayWrite(method)) await call(params);
      else answer.say("Not sent.");
    } finally {
      running = undefined;
      send.disabled = false;
      cancel.hidden = true;
    }
  };
  const call = async (params) => {
    answer.say(link.state === "open" ? "Waiting for the answer…" : "Connecting…");
    const slow = setTimeout(() => { answer.say("The server has not answered yet…"); cancel.hidden = !running; }, patience.slow);
    const sent = (event) => { running = event.detail.seq; answer.show({ sent: event.detail.sent }); };
    try {
      const refused = await session.resume();
      if (refused) answer.say(`Signed in no longer: ${refused}`);
      link.addEventListener("sent", sent, { once: true });
      const done = await link.call(method["x-method-id"], print(params));
      finish(params, done);
    } catch (err) {
      if (err.sent) answer.show({ sent: err.sent });
      answer.say(err.message, "bad");
      history.add({ method, params, sent: err.sent, outcome: "no answer", mood: "bad" });
    } finally {
      clearTimeout(slow);
      link.removeEventListener("sent", sent);
    }
  };
  const finish = (params, { sent, received, frame, ms }) => {
    answer.show({ sent, received });
    const size = `${milliseconds(ms)}, ${bytesOf(sent)} bytes sent, ${bytesOf(received)} received`;
    const error = frame instanceof Map ? frame.get("error") : undefined;
    const failed = !(frame instanceof Map) || !frame.has("result");
    const name = error instanceof Map ? String(error.get("name")) : failed ? "no answer of the protocol" : "";
    answer.say(failed ? `${name}: ${size}` : `Answered: ${size}`, failed ? "bad" : "good");
    if (error instanceof Map) answer.fault(explain(error, form));
    else if (!failed) session.after(method, params, frame);
    history.add({ method, params, sent, received, ms, outcome: failed ? name : "answered", mood: failed ? "bad" : "good" });
  };

  return {
    element,
    set(params) { form.set(params); copier.draw(); },
    say: (text) => answer.say(text, "bad"),
    run: () => run(false),
  };
}
