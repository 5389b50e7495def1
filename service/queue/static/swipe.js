// On a phone the card is swiped: to the end accepts, to the start rejects; everything can be taken back.
const FAR = 90;
let begun = null;

const across = (event) => event.changedTouches[0].clientX - begun.x;
const steep = (event) => Math.abs(event.changedTouches[0].clientY - begun.y) > Math.abs(across(event)) / 2;

function let_go() {
  if (begun) begun.card.style.translate = "";
  begun?.card.classList.remove("swiped", "to-accept", "to-reject");
  begun = null;
}

const verdict = (x) => ((document.dir === "rtl" ? x < 0 : x > 0) ? "accept" : "reject");

document.addEventListener("touchstart", (event) => {
  const card = event.target.closest?.("#queue .hand");
  const { clientX: x, clientY: y } = event.touches[0];
  begun = card && event.touches.length === 1 && card.querySelector("#acts") ? { card, x, y } : null;
}, { passive: true });
document.addEventListener("touchmove", (event) => {
  if (!begun) return;
  const x = steep(event) ? 0 : across(event);
  begun.card.style.translate = Math.abs(x) > 20 ? `${x}px` : "";
  begun.card.classList.toggle("swiped", Math.abs(x) > 20);
  for (const each of ["accept", "reject"]) begun.card.classList.toggle(`to-${each}`, Math.abs(x) >= FAR && verdict(x) === each);
}, { passive: true });
document.addEventListener("touchend", (event) => {
  if (!begun) return;
  const [x, card] = [steep(event) ? 0 : across(event), begun.card];
  let_go();
  if (Math.abs(x) >= FAR) card.querySelector(`#acts [value=${verdict(x)}]`)?.click();
}, { passive: true });
document.addEventListener("touchcancel", let_go, { passive: true });
