
// Packs. The methods of a large page are raw deflate in base64, some to a pack.
const packs = new Map(); // promises of lists of HTML, by number

function unpack(number) {
  if (!packs.has(number)) packs.set(number, inflate(document.querySelectorAll("script.pack")[number].textContent));
  return packs.get(number);
}

async function inflate(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return (await new Response(stream).text()).split("\0");
}

// fill puts a method's details in their place. It is the page's own HTML: what
// stands in comments was made harmless before it was packed.
async function fill(article) {
  const body = article.querySelector(":scope > .packed");
  if (!body) return;
  const parts = await unpack(Number(body.dataset.pack));
  if (!body.classList.contains("packed")) return;
  body.innerHTML = parts[Number(body.dataset.place)];
  body.classList.remove("packed");
  addLinks(article.querySelectorAll(".link"));
  enhance(body);
  tell(article);
}

function complain(error) {
  say("The details could not be unpacked.");
  console.warn("unpack:", error);
}

async function fillAll(button) {
  const articles = document.querySelectorAll("article.method");
  button.disabled = true;
  for (let i = 0; i < articles.length; i++) {
    await fill(articles[i]);
    if (i % 50 === 49) {
      button.textContent = `${i + 1} of ${articles.length}`;
      await new Promise((done) => setTimeout(done));
    }
  }
  byID("packed").replaceChildren(make("p", {}, "All methods are unpacked: printing and the browser's own search have all of them."));
  say("All methods are unpacked");
}

function startPacks() {
  const button = byID("unpack");
  if (!button) return;
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      near.unobserve(entry.target);
      fill(entry.target).catch(complain);
    }
  }, { rootMargin: "400px 0px" });
  for (const article of document.querySelectorAll("article.method")) near.observe(article);
  button.hidden = false;
  button.addEventListener("click", () => fillAll(button).catch(complain));
  // What a link names is unpacked first, and then stands where the link leads.
  const target = async () => {
    const named = location.hash && byID(decodeURIComponent(location.hash.slice(1)));
    const article = named && named.closest("article.method");
    if (!article) return;
    await fill(article);
    named.scrollIntoView();
  };
  addEventListener("hashchange", () => target().catch(complain));
  target().catch(complain);
}
