// What makes forms and links quick: they are sent with fetch and the answer's parts are put where they belong.
// Without this file everything works as plain forms. See service/queue/__init__.py for the conventions.

const html = globalThis.trustedTypes?.createPolicy("winnow", { createHTML: (text) => text }) ?? { createHTML: (text) => text };
export const words = JSON.parse(document.getElementById("words").textContent);
const token = document.querySelector("meta[name=csrf]").content;
const LEAVING = 5000;

// Say something: it shows for a while, and is read out. What can still be taken back stays beside it.
export function say(text, kind = "note") {
  const box = document.createElement("div");
  box.className = `said ${kind}`;
  box.append(Object.assign(document.createElement("p"), { textContent: text }));
  for (const other of document.querySelectorAll("#said > :not([data-left])")) other.remove();
  document.getElementById("said").append(box);
}

// Ask the server for parts; gives its response and, if it is HTML, puts the parts in place. Null when it cannot be reached.
export async function ask(url, { method = "GET", body, signal, push = method === "GET", focus = true, keepalive = false } = {}) {
  let response, text;
  try {
    response = await fetch(url, { method, body, signal, keepalive, headers: { "X-Part": "1", "X-CSRF": token, Accept: "text/html" } });
    text = (response.headers.get("content-type") ?? "").startsWith("text/html") ? await response.text() : "";
  } catch (error) {
    if (error.name !== "AbortError") say(words.offline, "problem");
    return null;
  }
  const page = response.ok && /^\s*<!doctype/i.test(text);
  if (!page && (text || !response.ok) && !text.includes("<template data-to")) {
    say(words.offline, "problem"); // not the service says this, but what stands before it
    return null;
  }
  if (page) {
    location.assign(response.url); // a page that does not come in parts
    return response;
  }
  const there = new URL(response.url);
  const whole = swap(text);
  if (whole && (push || response.redirected) && there.href !== location.href) history.pushState({}, "", there);
  const main = document.getElementById("main");
  if (whole) {
    main.inert = false;
    shown = here();
  }
  if (whole && focus) {
    (main.querySelector("[autofocus]") ?? main).focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  return response;
}

// While a whole page is on its way, nothing is done with the one that still shows.
let awaited = 0;
export async function still(work) {
  const main = document.getElementById("main");
  const held = document.activeElement;
  awaited += 1;
  main.inert = true;
  try {
    return await work();
  } finally {
    awaited -= 1;
    main.inert = awaited > 0;
    if (document.activeElement === document.body) held?.focus({ preventScroll: true });
  }
}

const here = () => location.pathname + location.search;
let shown = here();
let going = new AbortController();
function go(url, push) {
  going.abort();
  going = new AbortController();
  return still(() => ask(url, { push, signal: going.signal }));
}

export const parsed = (text) => new DOMParser().parseFromString(html.createHTML(text), "text/html");

// Put parts in place; tells whether the whole of main was among them.
export function swap(text) {
  const parts = parsed(text);
  let whole = false;
  for (const part of parts.querySelectorAll("template[data-to]")) {
    if (part.dataset.to === "title") {
      document.title = part.content.textContent.trim();
      continue;
    }
    const target = document.querySelector(part.dataset.to);
    if (!target) continue;
    if (target.id === "said" && !part.content.firstElementChild && target.querySelector("[data-left]")) continue; // can be taken back still
    whole ||= target.id === "main" && !part.dataset.how;
    put(target, document.importNode(part.content, true), part.dataset.how ?? "inner");
  }
  if (whole) sideways();
  document.dispatchEvent(new CustomEvent("winnow:swap"));
  return whole;
}

// Put content in place; what has the focus keeps it, if it is there again.
export function put(target, content, how) {
  const held = target.contains(document.activeElement) ? document.activeElement.id : "";
  if (how === "inner") target.replaceChildren(content);
  else if (how === "outer") target.replaceWith(content);
  else if (how === "remove") target.remove();
  else target[how](content); // append, prepend, before, after
  if (held) document.getElementById(held)?.focus({ preventScroll: true });
}

// Send a form as its browser would, with the button that was pressed.
export async function send(form, button) {
  const data = new URLSearchParams(new FormData(form, button ?? null));
  const url = button?.hasAttribute("formaction") ? button.formAction : form.action;
  form.setAttribute("aria-busy", "true");
  try {
    if (form.method === "post") return await ask(url, { method: "POST", body: data });
    const there = new URL(url);
    there.search = data;
    return await ask(there);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

// A plain form that was sent is not sent again while its answer is on its way; what is given out leaves the page where it is.
const sent = new WeakMap();
function twice(form) {
  if (form.method !== "post" || /export/.test(form.action)) return false;
  const before = sent.get(form) ?? -Infinity;
  sent.set(form, performance.now());
  return performance.now() - before < LEAVING;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (!form.matches("[data-part]")) {
    if (twice(form)) event.preventDefault();
    return;
  }
  event.preventDefault();
  if (form.getAttribute("aria-busy") === "true") return;
  if (form.closest("main")) send(form, event.submitter);
  else still(() => send(form, event.submitter));
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-part]");
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || event.defaultPrevented || link.origin !== location.origin) return;
  event.preventDefault();
  go(link.href, true);
});

// Back and forth; a way within the page brings no other.
addEventListener("popstate", () => {
  if (here() === shown) going.abort();
  else go(location.href, false);
});

// Of what scrolls sideways one sees what is chosen.
function sideways() {
  for (const chosen of document.querySelectorAll(".sideways [aria-current]")) {
    const [here, around] = [chosen, chosen.closest(".sideways")].map((each) => each.getBoundingClientRect());
    chosen.closest(".sideways").scrollLeft += here.left + here.width / 2 - around.left - around.width / 2;
  }
}
sideways();

// Open menus close when one looks elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// What was said goes after a while; what can be undone, when it cannot any more.
const fading = new WeakSet();
function fade() {
  for (const box of document.querySelectorAll("#said > .said:not(.problem)")) if (!fading.has(box)) fades(box);
}
function fades(box) {
  fading.add(box);
  const { left } = box.dataset; // by the server's clock
  setTimeout(() => (box.matches(":hover, :focus-within") && !left ? fades(box) : box.remove()), 1000 * (left ?? 6));
}
new MutationObserver(fade).observe(document.getElementById("said"), { childList: true });
fade();

// A link that is shown once is there to be copied.
for (const field of document.querySelectorAll("input.copy")) field.addEventListener("focus", () => field.select());

// Keys: each is an action; pages listen for it, or have an element that does it.
const actions = new Map(Object.entries(words.keymap).filter(([, key]) => key).map(([action, key]) => [key, action]));
const starts = new Set([...actions.keys()].filter((key) => key.includes(" ")).map((key) => key.split(" ")[0]));
let begun = "";
let forgetting;

function named(event) {
  const key = event.key.length === 1 ? event.key : "";
  return event.shiftKey && key.toLowerCase() !== key.toUpperCase() ? `Shift+${key.toUpperCase()}` : key;
}

document.addEventListener("winnow:help", async (event) => {
  const help = document.getElementById("help");
  if (!help) return;
  event.preventDefault();
  if (help.open) return help.close();
  if (!help.firstElementChild) await ask("/keys?list=1", { push: false, focus: false });
  if (help.firstElementChild && !help.open) help.showModal();
});

export function act(action, event) {
  const asked = new CustomEvent(`winnow:${action}`, { cancelable: true, detail: event });
  if (!document.dispatchEvent(asked)) return true;
  for (const element of document.querySelectorAll(`[data-action="${CSS.escape(action)}"]`)) {
    if (element.closest("[inert]")) continue;
    const there = element.checkVisibility() || element.closest("details.menu"); // a closed menu's links are there as well
    if (there && !element.disabled) {
      if (element.matches("input:not([type=checkbox]), textarea")) element.focus();
      else element.click();
      return true;
    }
  }
  return false;
}

// Who leaves means the page that comes.
let left = -Infinity;
addEventListener("beforeunload", () => (left = performance.now()));
addEventListener("pageshow", () => (left = -Infinity));

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (performance.now() - left < LEAVING) return;
  const covered = document.querySelector("dialog[open]");
  if (!covered && actions.size && event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
    if (act("undo", event)) event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !actions.size) return;
  const key = begun + named(event);
  begun = "";
  clearTimeout(forgetting);
  if (starts.has(key)) {
    begun = `${key} `;
    forgetting = setTimeout(() => (begun = ""), 1500);
    return;
  }
  const action = actions.get(key) ?? (/^[1-9]$/.test(key) ? `reason-${key}` : "");
  if (covered ? action !== "help" : event.repeat && !/^(extend-)?(next|previous)$/.test(action)) return; // held down, a key only moves
  if (action && act(action, event)) event.preventDefault();
});
