// The question before a method that writes: once for each method of a page, and
// never again where that was wished.

const asked = new Set();

function quiet() { return new Set((stored.get("quiet") ?? "").split(" ").filter(Boolean)); }

// mayWrite asks, where it has to, and says whether to go on.
function mayWrite(method) {
  const id = String(method["x-method-id"]);
  if (method["x-read-only"] || asked.has(id) || quiet().has(id)) return Promise.resolve(true);
  return new Promise((done) => {
    const title = newID();
    const never = el("input", { type: "checkbox" });
    const dialog = el("dialog", { class: "con-dialog", "aria-labelledby": title, onclose: () => { dialog.remove(); done(dialog.returnValue === "yes"); } },
      el("form", { method: "dialog" },
        el("h2", { id: title }, `${method.name} writes`),
        el("p", {}, `It runs on ${location.host} and may change what is stored there. You will not be asked again for this method until you load the page anew.`),
        el("p", {}, el("label", {}, never, " do not ask again for this method")),
        el("div", { class: "con-beside" },
          el("button", { value: "yes", class: "con-main", onclick: () => { asked.add(id); if (never.checked) stored.set("quiet", [...quiet(), id].join(" ")); } }, `Call ${method.name}`),
          el("button", { value: "no", autofocus: true }, "Cancel"))));
    document.body.append(dialog);
    dialog.showModal();
  });
}
