// What is still being worked out says so: data-fresh, in seconds, after which its page is asked again and that part put in place.
// What it ends with says it no more; then data-whole names the part that is put in place instead, if there is one.
import { parsed, put, say } from "./frame.js";

const waiting = () => [...document.querySelectorAll("[data-fresh]")];

async function look() {
  let main;
  try {
    const response = await fetch(location.href, { headers: { "X-Part": "1", Accept: "text/html" } });
    main = response.ok && parsed(await response.text()).querySelector('template[data-to="#main"]')?.content;
  } catch {
    // no connection: it is asked again
  }
  for (const part of main ? waiting() : []) {
    const fresh = main.getElementById(part.id);
    if (!fresh) continue;
    const ended = !("fresh" in fresh.dataset);
    const name = (ended && part.dataset.whole) || part.id;
    put(document.getElementById(name), document.importNode(main.getElementById(name), true), "outer");
    if (ended && fresh.dataset.said) say(fresh.dataset.said);
  }
  if (main) document.dispatchEvent(new CustomEvent("winnow:fresh"));
  next();
}

function next() {
  const seconds = waiting().map((part) => Number(part.dataset.fresh));
  if (seconds.length) setTimeout(document.hidden ? next : look, 1000 * Math.min(...seconds));
}

next();
