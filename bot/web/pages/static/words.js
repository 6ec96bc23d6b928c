// The page's sentences, as the server wrote them for this reader.
export const words = JSON.parse(document.getElementById("words").textContent);

/** A sentence with its named gaps filled. */
export function say(key, values = {}) {
  return (words[key] ?? "").replace(/\{(\w+)\}/g, (gap, name) => values[name] ?? gap);
}
