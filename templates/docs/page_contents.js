
// Contents: the drawer of small screens, and what of the page is being read.
function startContents() {
  const side = byID("side"), menu = byID("menu");
  const open = (yes) => {
    side.classList.toggle("open", yes);
    menu.setAttribute("aria-expanded", String(yes));
  };
  menu.hidden = false;
  menu.addEventListener("click", () => open(!side.classList.contains("open")));
  side.addEventListener("click", (event) => { if (event.target.closest("a")) open(false); });
  document.addEventListener("click", (event) => { if (!side.contains(event.target) && !menu.contains(event.target)) open(false); });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !side.classList.contains("open")) return;
    open(false);
    menu.focus();
  });

  const links = new Map();
  for (const link of side.querySelectorAll("a")) links.set(link.getAttribute("href").slice(1), link);
  const read = new Set();
  let current = null;
  const mark = () => {
    const inner = [...read].filter((one) => ![...read].some((other) => other !== one && one.contains(other)));
    const link = inner.length > 0 && links.get(inner[0].getAttribute("aria-labelledby"));
    if (!link || link === current) return;
    current?.removeAttribute("aria-current");
    current = link;
    current.setAttribute("aria-current", "true");
    const group = current.closest("details");
    if (group) group.open = true;
    const top = current.offsetTop, bottom = top + current.offsetHeight;
    if (top < side.scrollTop || bottom > side.scrollTop + side.clientHeight) side.scrollTop = top - side.clientHeight / 2;
  };
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) entry.isIntersecting ? read.add(entry.target) : read.delete(entry.target);
    mark();
  }, { rootMargin: "-20% 0px -75% 0px" });
  for (const part of document.querySelectorAll("main section[aria-labelledby], main article:not(.method)")) watch.observe(part);
  document.addEventListener("spgen:method", (event) => watch.observe(event.target)); // when it is in the page, or comes near
}
