// Links to a method with its parameters, in the part of the URL that browsers do
// not send. Secrets are left out, and nothing is sent by following a link.

const longestLink = 8000;

// linkTo returns the URL, and says what it leaves out.
function linkTo(anchor, params) {
  const open = masked(params);
  const url = `${location.href.split("#")[0]}#${anchor}?${encodeURIComponent(print(open))}`;
  if (url.length > longestLink) return { url: "", note: "These parameters are too long for a link." };
  return { url, note: print(open) === print(params) ? "" : "Secrets are not in it." };
}

// linked reads the link that the page was opened with: a method's anchor and its
// parameters, or undefined.
function linked() {
  const at = location.hash.indexOf("?");
  if (at < 0) return undefined;
  const link = { anchor: unescaped(location.hash.slice(1, at)), params: undefined, fault: "" };
  try {
    const value = parse(unescaped(location.hash.slice(at + 1)));
    if (value instanceof Map) link.params = masked(value);
    else link.fault = "The link's parameters are no object.";
  } catch (err) {
    link.fault = `The link's parameters are no JSON: ${err.message}`;
  }
  return link;
}

function unescaped(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
