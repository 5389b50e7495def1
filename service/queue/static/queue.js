// The queue under the keyboard: the next comment is there before the last one is sent. Everything here also works as plain
// links and forms; this only makes it quick. Rows never move under the cursor: what goes is the row that was decided.
import { act, ask, say, still, swap, words } from "./frame.js";
import { current, idOf, link, queue, rows, taken } from "./rows.js";
import { claim } from "./live.js";
import "./swipe.js";

const ready = new Map(); // id → promise of the parts that show it
const begun = new Map(); // id → the note that was begun there
const AHEAD = 3;
const PAGE = 50;
const PAUSE = 500;
let anchor = null;
let last = "";
let shown = null; // the list that shows
let listed = new AbortController(); // what was asked for it comes too late once there is another one
let claiming;
let opened = new AbortController(); // what was opened beneath the comment in hand comes too late once another one is taken

async function fetched(id) {
  try {
    const response = await fetch(`/comments/${id}?beside=1&${queue().dataset.query}`, { headers: { "X-Part": "1", Accept: "text/html" } });
    if (response.redirected || (response.status >= 400 && response.status < 500)) return "";
    const text = await response.text();
    if (text.includes(`data-id="${id}"`)) return text;
  } catch {
    // no connection
  }
  ready.delete(id); // it is asked for again when one goes there again
  return null;
}

function prepare(row) {
  const id = idOf(row);
  if (!ready.has(id)) ready.set(id, fetched(id));
  if (ready.size > 40) ready.delete(ready.keys().next().value);
  return ready.get(id);
}

// Of the list only the row in hand is a stop of the Tab key; arrows go through the others.
function stop(row, on) {
  for (const each of row?.querySelectorAll("a, input") ?? []) each.tabIndex = on ? 0 : -1;
}

// Take a comment in hand.
async function take(row, focus = true, pause = 0) {
  keep();
  stop(current(), false);
  for (const other of document.querySelectorAll("#rows a[aria-current]")) other.removeAttribute("aria-current");
  link(row).setAttribute("aria-current", "true");
  stop(row, true);
  opened.abort();
  opened = new AbortController();
  document.getElementById("detail").inert = true; // till it shows what is in hand, nothing can be done with what it showed
  const visible = row.checkVisibility();
  if (focus && visible) {
    link(row).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
  if (pause) await new Promise((done) => setTimeout(done, pause));
  const text = await prepare(row);
  if (current() !== row) return;
  if (text === null) return say(words.offline, "problem");
  if (!text) return location.assign(link(row).href);
  swap(text);
  document.getElementById("detail").inert = false;
  if (focus && !visible) document.querySelector("#detail .text")?.focus({ preventScroll: true }); // with the list hidden
  around(row);
}

function around(row) {
  const all = rows();
  const at = all.indexOf(row);
  for (const next of all.slice(at + 1, at + 1 + AHEAD)) prepare(next);
  if (all.length - at < 8) more();
  clearTimeout(claiming);
  claiming = setTimeout(claim, 800, idOf(row));
}

let loading = null;
function more() {
  const next = document.querySelector("#more [data-more]");
  if (!next) return Promise.resolve();
  loading ??= ask(`${next.href}&rows=1`, { push: false, focus: false, signal: listed.signal }).finally(() => (loading = null));
  return loading;
}

function step(by, extend) {
  const all = rows();
  const at = current();
  let place = Math.min(Math.max(all.indexOf(at) + by, 0), all.length - 1);
  while (taken(all[place]) && all[place + Math.sign(by)]) place += Math.sign(by); // decided by someone else meanwhile
  const row = all[place];
  if (!row) return;
  if (extend) for (const each of [at, row]) if (each) each.querySelector("input").checked = true;
  selected();
  take(row);
}

async function turn(by) {
  const all = rows();
  const at = all.indexOf(current());
  const page = Math.floor(at / PAGE) + by;
  const from = current();
  if (page * PAGE >= all.length) await more();
  if (current() !== from) return true; // one went on meanwhile
  const row = rows()[page * PAGE];
  if (row) take(row);
  else if (by < 0 && at > 0) take(all[0]);
  else return by < 0;
  return true;
}

// Decisions are sent one after the other, so that what can be undone is always the last; should one leave, the rest goes at once.
const unsent = [];
let unanswered = 0;
let sending = null;
function told(url, body, options) {
  for (const each of document.querySelectorAll("#said > :not(.problem)")) each.remove(); // it is not of the last any more
  return new Promise((done) => {
    unsent.push({ url, body, options, done });
    sending ??= tell().finally(() => (sending = null));
  });
}

async function tell() {
  for (let next; (next = unsent.shift()); ) next.done(await ask(next.url, { method: "POST", body: next.body, ...next.options }));
}

// What is answered with the whole list waits for its turn as well, and everything else for it.
function whole(form, button, fields = {}) {
  const data = new URLSearchParams(new FormData(form, button));
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  ready.clear();
  return still(() => told(form.action, data));
}

addEventListener("pagehide", () => {
  for (const { url, body } of unsent.splice(0)) fetch(url, { method: "POST", body, keepalive: true });
});

// A reason by its name: its number may be another's on another site.
const nameOf = (button) => button.querySelector("bdi")?.textContent ?? button.value;

// A note that was begun is there again when its comment is.
const inHand = () => document.querySelector("#detail .hand")?.dataset.id;
const noted = () => document.getElementById("note-text");
function keep() {
  if (!noted() || noted().closest("[aria-busy=true]")) return;
  if (noted().value) begun.set(inHand(), noted().value);
  else begun.delete(inHand());
}
function resume() {
  if (noted() && !noted().value) noted().value = begun.get(inHand()) ?? "";
}
document.addEventListener("input", ({ target }) => queue() && target === noted() && keep());

// What was not done comes back, and is in hand; a key that was meant for the one that showed does not meet it.
function back(row, place) {
  const again = document.getElementById(row.id); // the list may have come anew
  if (!again) place?.isConnected ? place.before(row) : document.getElementById("rows")?.prepend(row);
  if (again ?? row.isConnected) take(again ?? row, true, PAUSE);
}

// Decide what is in hand: the next one shows at once, the answer comes when it comes.
async function decide(button) {
  const form = button.form;
  const row = current();
  last = nameOf(button);
  const all = rows();
  const at = all.indexOf(row);
  const next = all.slice(at + 1).find((each) => !taken(each)) ?? all.slice(0, Math.max(at, 0)).findLast((each) => !taken(each));
  if (!row || form.elements.cluster?.checked) return whole(form, button, { next: next ? idOf(next) : "", whole: "1" });
  const data = new URLSearchParams(new FormData(form, button));
  const place = row.nextElementSibling;
  if (!ready.has(idOf(row))) ready.set(idOf(row), `<template data-to="#detail">${document.getElementById("detail").innerHTML}</template>`);
  row.remove();
  selected();
  if (next) take(next);
  else document.getElementById("detail").inert = true;
  unanswered += 1;
  const response = await told(form.action, data, { focus: false, keepalive: true });
  unanswered -= 1;
  if (!response || (response.status >= 400 && ![404, 409].includes(response.status))) return back(row, place);
  ready.delete(idOf(row));
  if (queue() && !current() && !unanswered) await still(() => ask(`/queue?${queue().dataset.query}`, { push: false, signal: listed.signal }));
}

function selected() {
  const count = document.querySelectorAll("#rows [name=item]:checked").length;
  const label = document.getElementById("selected");
  if (label) label.textContent = `${label.textContent.replace(/ ·.*/, "")} · ${count}`;
}

function zen(on) {
  queue().classList.toggle("zen", on);
  sessionStorage.setItem("zen", queue().classList.contains("zen") ? "1" : "");
}

const on = (action, act) =>
  document.addEventListener(`winnow:${action}`, (event) => {
    if (!queue() || queue().closest("[inert]")) return;
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
on("zen", () => zen());
on("page-on", () => void turn(1));
on("page-back", () => {
  if (rows().indexOf(current()) <= 0) return false; // then the link to the beginning does it
  turn(-1);
});
on("undo", () => {
  if (!sending) return false; // the button does it
  still(() => sending).then(() => act("undo"));
});
on("repeat", () => [...document.querySelectorAll("#acts button")].find((each) => nameOf(each) === last)?.click());
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
    if (form.getAttribute("aria-busy") !== "true" && !form.closest("[inert]")) decide(submitter);
  } else if (form.id === "bulk") {
    event.preventDefault();
    whole(form, submitter);
  } else if (/\/notes(\/|$)/.test(form.action)) {
    ready.delete(inHand());
    if (form.elements.text) begun.delete(inHand());
  }
}, { capture: true });
document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest?.("#acts button")) event.preventDefault(); // the second of two clicks meets the next comment
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

// Thread and copies are fetched when they are opened.
document.addEventListener("toggle", (event) => {
  const { dataset, open } = event.target;
  if (!open || !dataset.load) return;
  ask(dataset.load, { push: false, focus: false, signal: opened.signal });
  delete dataset.load;
}, { capture: true });

document.addEventListener("keydown", (event) => {
  if (!queue() || !event.target.closest("#rows") || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const by = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  if (!by) return;
  event.preventDefault();
  step(by);
});

function start() {
  shown = queue();
  listed.abort();
  listed = new AbortController();
  opened.abort();
  opened = new AbortController();
  const row = current();
  if (row) around(row);
  stops();
}

function stops() {
  const row = current();
  if (row) for (const each of rows()) stop(each, each === row);
}
document.addEventListener("winnow:swap", () => {
  if (!queue()) return;
  resume();
  stops();
  if (queue() === shown) return;
  if (sessionStorage.getItem("zen")) zen(true);
  start();
});
if (queue()) {
  if (sessionStorage.getItem("zen")) zen(true);
  start();
}
