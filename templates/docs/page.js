// The page works without this: it only narrows the list of methods.
const box = document.getElementById("filter-box");
const input = document.getElementById("filter");
const none = document.getElementById("filter-none");
const items = Array.from(document.querySelectorAll("nav.side section li"));
const groups = Array.from(document.querySelectorAll("nav.side section"));
box.hidden = items.length === 0;
input.addEventListener("input", () => {
  const wanted = input.value.trim().toLowerCase();
  let found = 0;
  for (const item of items) {
    item.hidden = !item.textContent.toLowerCase().includes(wanted);
    found += item.hidden ? 0 : 1;
  }
  for (const group of groups) {
    group.hidden = wanted !== "" && group.querySelector("li:not([hidden])") === null;
  }
  none.hidden = found > 0;
});
