// What was called from this page, newest first. It is kept in memory only:
// passwords are in it, and are not shown.

class History extends EventTarget {
  constructor() {
    super();
    this.all = [];
  }

  add(call) {
    this.all.unshift({ ...call, at: new Date() });
    this.all.length = Math.min(this.all.length, 200);
    this.dispatchEvent(new Event("change"));
  }

  clear() {
    this.all = [];
    this.dispatchEvent(new Event("change"));
  }
}

// showHistory opens the list. again(call, send) shows a call in its form, and may
// send it.
function showHistory(history, again) {
  const title = newID();
  const list = el("ol", { class: "con-history" });
  const dialog = el("dialog", { class: "con-dialog con-wide", "aria-labelledby": title, onclose: () => { history.removeEventListener("change", draw); dialog.remove(); } });
  const leave = (call, send) => { dialog.close(); again(call, send); };
  const draw = () => {
    list.replaceChildren(...history.all.map((call) => el("li", {},
      el("div", {}, el("strong", {}, call.method.name), " ",
        el("span", { class: "con-outcome", "data-mood": call.mood }, call.outcome), " ",
        el("small", {}, [call.at.toLocaleTimeString(), call.ms === undefined ? "" : milliseconds(call.ms), call.received === undefined ? "" : `${bytesOf(call.received)} bytes`].filter(Boolean).join(", ")),
        el("code", { class: "con-brief" }, print(masked(call.params, () => mask)))),
      el("div", { class: "con-beside" },
        button("Show", () => leave(call, false), { class: "con-small", "aria-label": `Show ${call.method.name} in its form` }),
        button("Run again", () => leave(call, true), { class: "con-small", "aria-label": `Run again: ${call.method.name}` })))));
    none.hidden = history.all.length > 0;
    clear.disabled = history.all.length === 0;
  };
  const none = el("p", { class: "con-about" }, "Nothing was called from this page yet.");
  const clear = button("Clear", () => history.clear());
  dialog.append(el("h2", { id: title }, "History"), none, list,
    el("div", { class: "con-beside" }, clear, el("button", { type: "button", autofocus: true, onclick: () => dialog.close() }, "Close")));
  history.addEventListener("change", draw);
  draw();
  document.body.append(dialog);
  dialog.showModal();
}

function milliseconds(ms) { return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`; }
