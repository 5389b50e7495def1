// The lines' slider: figures follow the handles at once, from counts that came with the page.
// What is computed here is what service/queue/spread.py computes; a test holds the two together.

const form = document.getElementById("lines-form");
const BINS = 1000;
const NEVER = BINS + 1;
const Z = 1.959963984540054;

// Sums from each bin upwards, of a list that came as gaps and counts in turn, or as all counts after -1.
function above(list) {
  const sums = new Float64Array(NEVER + 1);
  if (list[0] === -1) sums.set(list.slice(1));
  else for (let i = 0, place = 0; i < list.length; i += 2) sums[(place += list[i])] = list[i + 1];
  for (let i = BINS; i >= 0; i--) sums[i] += sums[i + 1];
  return sums;
}

// A way in which lines sway comments has three letters: what is below, between and above the lines, accepted, held or rejected.
function layer({ w, ways }) {
  const sums = Object.entries(ways).map(([way, list]) => [[...way].map((letter) => "ahr".indexOf(letter)), above(list)]);
  const total = sums.reduce((sum, [, from]) => sum + from[0], 0);
  const split = (hold, reject) => {
    const parts = [0, 0, 0];
    for (const [[below, between, beyond], from] of sums) {
      parts[below] += from[0] - from[hold];
      parts[between] += from[hold] - from[reject];
      parts[beyond] += from[reject];
    }
    return parts;
  };
  return { w, total, split };
}

export function wilson(share, trials) {
  if (trials <= 0) return [0, 1];
  const middle = share + (Z * Z) / (2 * trials);
  const reach = Z * Math.sqrt((share * (1 - share)) / trials + (Z * Z) / (4 * trials * trials));
  const below = 1 + (Z * Z) / trials;
  return [Math.max(0, (middle - reach) / below), Math.min(1, (middle + reach) / below)];
}

function rate(layers, part, hold, reject) {
  let [wrong, mass, squares] = [0, 0, 0];
  for (const each of layers) {
    wrong += each.w * each.split(hold, reject)[part];
    mass += each.w * each.total;
    squares += each.w * each.w * each.total;
  }
  if (mass <= 0) return null;
  const share = wrong / mass;
  return [share, ...wilson(share, (mass * mass) / squares)];
}

const language = document.documentElement.lang;

// As the server writes them: halves to the even digit.
function percent(value) {
  const digits = value < 0.1 ? 2 : 1;
  const form = { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits, roundingMode: "halfEven" };
  return new Intl.NumberFormat(language, form).format(value);
}

const few = (value) => new Intl.NumberFormat(language, { maximumFractionDigits: 1, roundingMode: "halfEven" }).format(value);

function given() {
  const data = JSON.parse(document.getElementById("figures").dataset.spreads);
  const sets = Object.entries(data.sets).map(([name, each]) => [
    name,
    { all: layer(each.all), ham: each.ham.map(layer), bad: each.bad.map(layer) },
  ]);
  return { ...data, sets };
}

if (form) {
  let data = given();
  const [holdAt, rejectAt] = [form.elements.hold, form.elements.reject];
  const [holdSlide, rejectSlide] = ["s-hold", "s-reject"].map((id) => document.getElementById(id));
  const bands = ["accept", "hold", "reject"].map((kind) => form.querySelector(`.band.${kind}`));
  const changed = document.getElementById("changed");

  const put = (key, text, beside = "") => {
    const place = document.querySelector(`[data-then="${key}"]`);
    if (!place) return;
    place.replaceChildren(text);
    if (beside) place.append(" ", Object.assign(document.createElement("span"), { className: "small", textContent: beside }));
  };

  const show = (hold, reject) => {
    for (const [name, { all, ham, bad }] of data.sets) {
      const shares = all.split(hold, reject).map((count) => count / Math.max(1, all.total));
      const shown = ["accept", "hold", "reject"].map((key, part) => [key, [all], part]);
      for (const [key, layers, part] of [...shown, ["silenced", ham, 2], ["delayed", ham, 1], ["published", bad, 0]]) {
        const found = rate(layers, part, hold, reject);
        put(`${name}.${key}`, found ? percent(found[0]) : "–", found ? `${percent(found[1])} – ${percent(found[2])}` : "");
      }
      if (name !== "month") continue;
      const items = ((all.total * all.w) / data.days) * (shares[1] + data.audit * (1 - shares[1]));
      put("month.items", few(items));
      if (data.seconds) put("month.minutes", few((items * data.seconds) / 60));
      holdSlide.setAttribute("aria-valuetext", `${holdAt.value}: ${percent(shares[1])}`);
      rejectSlide.setAttribute("aria-valuetext", `${rejectAt.value}: ${percent(shares[2])}`);
    }
    const edges = [0, hold, Math.min(reject, NEVER), NEVER];
    bands.forEach((band, i) => {
      band.setAttribute("x", edges[i]);
      band.setAttribute("width", Math.max(0, edges[i + 1] - edges[i]));
    });
    holdSlide.classList.toggle("over", hold > BINS / 2);
    const same = hold === data.force[0] && reject === data.force[1];
    form.classList.toggle("tried", !same);
    for (const was of document.querySelectorAll(".was")) was.hidden = same;
    if (!changed) return;
    const there = new URL(changed.href);
    there.searchParams.set("hold", holdAt.value);
    there.searchParams.set("reject", rejectAt.value);
    changed.href = there;
  };

  const bin = (line) => (line > 1 ? NEVER : Math.min(BINS, Math.max(1, Math.round(line * BINS))));
  const line = (place) => (place >= NEVER ? "1.010" : (place / BINS).toFixed(3));

  // From the fields to the handles …
  const read = () => {
    const [hold, reject] = [Number(holdAt.value), Number(rejectAt.value)];
    const wrong = !(hold > 0 && hold <= 1 && reject >= hold && reject <= 1.01);
    if (wrong) return;
    holdSlide.value = Math.min(BINS, bin(hold));
    rejectSlide.value = bin(reject);
    show(Number(holdSlide.value), Number(rejectSlide.value));
  };

  // … and from the handles to the fields; neither passes the other.
  const slide = (event) => {
    if (event.target === holdSlide) holdSlide.value = Math.max(1, Math.min(holdSlide.value, rejectSlide.value, BINS));
    else rejectSlide.value = Math.max(rejectSlide.value, holdSlide.value);
    holdAt.value = line(Number(holdSlide.value));
    rejectAt.value = line(Number(rejectSlide.value));
    show(Number(holdSlide.value), Number(rejectSlide.value));
  };

  // A page of ten bins for PageUp and PageDown, as a slider has it.
  const leap = (event) => {
    const way = { PageUp: 10, PageDown: -10 }[event.key];
    if (!way) return;
    event.preventDefault();
    event.target.value = Number(event.target.value) + way;
    slide(event);
  };

  for (const field of [holdAt, rejectAt]) field.addEventListener("input", read);
  for (const handle of [holdSlide, rejectSlide]) {
    handle.addEventListener("input", slide);
    handle.addEventListener("keydown", leap);
  }
  document.addEventListener("winnow:fresh", () => {
    data = given();
    read();
  });
  document.getElementById("slide").hidden = false;
  document.getElementById("show").hidden = true;
  read();
}
