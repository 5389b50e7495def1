// The queue under the keyboard: the next comment is there before the last one is sent. Everything here also works as plain
// links and forms; this only makes it quick. Rows never move under the cursor: what goes is the row that was decided.
import { ask, send, swap } from "./frame.js";

const ready = new Map(); // id → promise of the parts that show it
const AHEAD = 3;
let anchor = null;
let last = "";
let claiming;

const rows = () => [...document.querySelectorAll("#rows > .item")];
const link = (row) => row.querySelector("a");
const idOf = (row) => row.id.slice(2);
const queue = () => document.getElementById("queue");
const current = () => document.querySelector("#rows a[aria-current]")?.closest(".item") ?? null;

async function fetched(id) {
  const response = await fetch(`/comments/${id}?beside=1&${queue().dataset.query}`, { headers: { "X-Part": "1", Accept: "text/html" } });
  return response.ok ? response.text() : "";
}

function prepare(row) {
  const id = idOf(row);
  if (!ready.has(id)) ready.set(id, fetched(id).catch(() => ""));
  if (ready.size > 40) ready.delete(ready.keys().next().value);
  return ready.get(id);
}

// Take a comment in hand.
async function take(row, focus = true) {
  for (const other of document.querySelectorAll("#rows a[aria-current]")) other.removeAttribute("aria-current");
  link(row).setAttribute("aria-current", "true");
  if (focus) {
    link(row).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
  const text = await prepare(row);
  if (current() !== row) return;
  if (text) swap(text);
  else location.assign(link(row).href);
  around(row);
}

function around(row) {
  let next = row;
  for (let count = 0; count < AHEAD && (next = next.nextElementSibling); count++) prepare(next);
  const all = rows();
  if (all.length - all.indexOf(row) < 8) more();
  clearTimeout(claiming);
  claiming = setTimeout(claim, 800, idOf(row));
}

// Others see who looks at what; it is a courtesy and stops nobody.
function claim(id) {
  const form = document.querySelector("#detail [data-claim]");
  if (!form || !form.action.endsWith(id) || form.elements.release) return;
  const data = new URLSearchParams(new FormData(form));
  data.set("quiet", "1");
  fetch(form.action, { method: "POST", body: data, headers: { "X-Part": "1" } }).catch(() => {});
}

let loading = false;
async function more() {
  const next = document.querySelector("#more [data-more]");
  if (!next || loading) return;
  loading = true;
  await ask(`${next.href}&rows=1`, { push: false, focus: false });
  loading = false;
}

function step(by, extend) {
  const all = rows();
  const at = current();
  const row = all[Math.min(Math.max(all.indexOf(at) + by, 0), all.length - 1)];
  if (!row) return;
  if (extend) for (const each of [at, row]) if (each) each.querySelector("input").checked = true;
  selected();
  take(row);
}

// Decide what is in hand: the next one shows at once, the answer comes when it comes.
async function decide(button) {
  const form = button.form;
  const row = current();
  last = button.value;
  if (!row || form.elements.cluster?.checked) {
    form.elements.next.value = row?.nextElementSibling ? idOf(row.nextElementSibling) : "";
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "whole", value: "1" }));
    ready.clear();
    return send(form, button);
  }
  const data = new URLSearchParams(new FormData(form, button));
  const next = row.nextElementSibling ?? row.previousElementSibling;
  const place = row.nextElementSibling;
  row.remove();
  ready.delete(idOf(row));
  if (next) take(next);
  const response = await ask(form.action, { method: "POST", body: data, focus: false });
  if (!response || (response.status >= 400 && response.status !== 409)) {
    place?.isConnected ? place.before(row) : document.getElementById("rows")?.append(row);
    take(row);
  } else if (!next) await ask(`/queue?${queue().dataset.query}`, { push: false });
}

function selected() {
  const count = document.querySelectorAll("#rows [name=item]:checked").length;
  const label = document.getElementById("selected");
  if (label) label.textContent = `${label.textContent.replace(/ ·.*/, "")} · ${count}`;
}

const on = (action, act) =>
  document.addEventListener(`winnow:${action}`, (event) => {
    if (!queue()) return;
    if (act(event) !== false) event.preventDefault();
  });

on("next", () => step(1));
on("previous", () => step(-1));
on("extend-next", () => step(1, true));
on("extend-previous", () => step(-1, true));
on("select", () => {
  const box = current()?.querySelector("input");
  if (box) box.checked = !box.checked;
  selected();
});
on("zen", () => queue().classList.toggle("zen"));
on("page-on", () => more());
on("repeat", () => document.querySelector(`#acts [value="${CSS.escape(last)}"]`)?.click());
for (const [action, verdict] of [["accept-all", "accept"], ["reject-all", "reject"]]) {
  on(action, () => {
    if (document.querySelector("#rows [name=item]:checked")) return false; // the form of the selection does it
    document.querySelector(`#acts [value=${verdict}]`)?.click();
  });
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (form.id === "acts" && queue() && submitter) {
    event.preventDefault();
    if (form.getAttribute("aria-busy") !== "true") decide(submitter);
  } else if (form.id === "bulk") {
    event.preventDefault();
    ready.clear();
    send(form, submitter);
  }
});
document.addEventListener("click", (event) => {
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.altKey;
  const row = event.target.closest?.("#rows .item");
  if (!row || !plain) return;
  if (event.target.matches("input")) {
    const all = rows();
    if (event.shiftKey && anchor?.isConnected) {
      const [from, to] = [all.indexOf(anchor), all.indexOf(row)].sort((a, b) => a - b);
      for (const each of all.slice(from, to + 1)) each.querySelector("input").checked = event.target.checked;
    }
    anchor = row;
    selected();
  } else if (!event.shiftKey) {
    event.preventDefault();
    take(row);
    if (matchMedia("(max-width: 60rem)").matches) document.getElementById("detail").scrollIntoView();
  }
});

// On a phone the card is swiped: to the end accepts, to the start rejects; everything can be taken back.
let begun = null;
document.addEventListener("touchstart", (event) => {
  const card = event.target.closest?.("#queue .hand");
  begun = card && event.touches.length === 1 ? { card, x: event.touches[0].clientX, y: event.touches[0].clientY } : null;
}, { passive: true });
document.addEventListener("touchend", (event) => {
  if (!begun) return;
  const [x, y] = [event.changedTouches[0].clientX - begun.x, event.changedTouches[0].clientY - begun.y];
  const card = begun.card;
  begun = null;
  if (Math.abs(x) < 90 || Math.abs(y) > Math.abs(x) / 2) return;
  const forward = document.dir === "rtl" ? x < 0 : x > 0;
  card.querySelector(`#acts [value=${forward ? "accept" : "reject"}]`)?.click();
}, { passive: true });

function start() {
  const row = current();
  if (row) around(row);
}
document.addEventListener("winnow:swap", () => queue() && !document.querySelector("#detail .hand") && start());
if (queue()) start();
