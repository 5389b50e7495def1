// The rows of the queue as the page has them now.
export const queue = () => document.getElementById("queue");
export const rows = () => [...document.querySelectorAll("#rows > .item")];
export const link = (row) => row.querySelector("a");
export const idOf = (row) => row.id.slice(2);
export const current = () => document.querySelector("#rows a[aria-current]")?.closest(".item") ?? null;
// Someone else decided it since it was shown.
export const taken = (row) => Boolean(row?.querySelector(".taken"));
