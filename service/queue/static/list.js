// A list of comments under the keyboard: select by key, shift-click or all at once. Without this file it is a plain form.

const list = () => document.getElementById("list");
const rows = () => [...document.querySelectorAll(".lines > .line")];
const box = (row) => row?.querySelector("input[name=item]");
let anchor = null;

const here = () => document.activeElement?.closest?.(".line") ?? null;

function step(by) {
  const all = rows();
  const at = all.indexOf(here());
  const row = all[Math.min(Math.max(at < 0 ? 0 : at + by, 0), all.length - 1)];
  row?.querySelector(".said-so").focus();
  return row;
}

function selected() {
  const boxes = rows().map(box).filter(Boolean);
  const count = boxes.filter((each) => each.checked).length;
  const all = document.querySelector("[data-all]");
  const label = document.getElementById("selected");
  if (!all || !label) return;
  all.checked = count > 0 && count === boxes.length;
  all.indeterminate = count > 0 && count < boxes.length;
  label.dataset.plain ??= label.textContent;
  label.textContent = count ? `${label.dataset.words} · ${count}` : label.dataset.plain;
}

function toggle(row) {
  const chosen = box(row);
  if (chosen) chosen.checked = !chosen.checked;
  selected();
}

const on = (action, act) =>
  document.addEventListener(`winnow:${action}`, (event) => {
    if (!list()) return;
    event.preventDefault();
    act();
  });

on("next", () => step(1));
on("previous", () => step(-1));
on("select", () => toggle(here()));
on("search", () => document.getElementById("q")?.select());
for (const [action, by] of [["extend-next", 1], ["extend-previous", -1]]) {
  on(action, () => {
    const from = here();
    for (const row of [from, step(by)]) if (box(row)) box(row).checked = true;
    selected();
  });
}

document.addEventListener("click", (event) => {
  if (event.target.matches?.("[data-all]")) {
    for (const each of rows().map(box)) if (each) each.checked = event.target.checked;
    selected();
  } else if (event.target.matches?.(".line > input")) {
    const row = event.target.closest(".line");
    if (event.shiftKey && anchor?.isConnected) {
      const all = rows();
      const [from, to] = [all.indexOf(anchor), all.indexOf(row)].sort((a, b) => a - b);
      for (const each of all.slice(from, to + 1)) if (box(each)) box(each).checked = event.target.checked;
    }
    anchor = row;
    selected();
  }
});
