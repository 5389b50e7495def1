// What others do: told where it shows, without moving anything. And what one looks at oneself is told to the others.
import { say, swap } from "./frame.js";
import { current, idOf, queue, rows } from "./rows.js";

const EVERY = 4000;
const RENEW = 60_000;
const MOST = 100;
let renewing;
let held = ""; // the id of what is claimed here

const claiming = () => document.querySelector("#detail [data-claim]");

function tell(form, release) {
  const data = new URLSearchParams(new FormData(form));
  data.set("quiet", "1");
  data.delete("release");
  if (release) data.set("release", "1");
  return fetch(form.action, { method: "POST", body: data, headers: { "X-Part": "1" } }).catch(() => null);
}

// One after the other: whether the key claims or gives back depends on what came of the claim before it.
let before = Promise.resolve();
const inTurn = (work) => (before = before.then(work, work));

// A courtesy that stops nobody. It lasts three minutes and is renewed as long as one looks.
export async function claim(id) {
  clearTimeout(renewing);
  const form = claiming();
  if (!form || !form.action.endsWith(id)) return;
  if (document.hasFocus() && !document.hidden) await inTurn(async () => (await tell(form))?.ok && (held = id));
  renewing = setTimeout(() => current() && idOf(current()) === id && claim(id), RENEW);
}

async function turnRound(form) {
  const id = form.action.split("/").pop();
  const release = held === id;
  clearTimeout(renewing);
  const response = await tell(form, release);
  if (!response) return;
  held = response.ok && !release ? id : "";
  say(response.ok ? (release ? form.dataset.released : form.dataset.claimed) : form.dataset.taken, response.ok ? "done" : "note");
}

// By its key one claims, or gives back what one holds.
document.addEventListener("winnow:claim", (event) => {
  const form = claiming();
  if (!queue() || !form || form.closest("[inert]")) return;
  event.preventDefault();
  inTurn(() => turnRound(form));
});

// The rows around the one in hand: nobody sees more at once.
function watched() {
  const all = rows();
  const at = Math.max(all.indexOf(current()), 0);
  return all.slice(Math.max(at - MOST / 4, 0), at + (MOST * 3) / 4);
}

async function look() {
  const ids = watched().map((row) => row.querySelector("input").value.replace(".", "-")).join(".");
  const since = queue().dataset.since;
  const response = await fetch(`/queue/live?${queue().dataset.query}&since=${since}&ids=${ids}`, {
    headers: { "X-Part": "1", Accept: "text/html" },
  });
  if (!response.ok || response.redirected || queue()?.dataset.since !== since) return;
  swap(await response.text());
  for (const row of rows()) if (row.querySelector(".taken")) row.querySelector("input").disabled = true;
}

async function watch() {
  if (queue() && !document.hidden) await look().catch(() => {});
  setTimeout(watch, EVERY);
}
setTimeout(watch, EVERY);
document.addEventListener("visibilitychange", () => queue() && !document.hidden && look().catch(() => {}));
