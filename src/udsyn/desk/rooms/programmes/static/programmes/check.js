// Asks the server what the limits say of what is being written, a moment after the last key. Nothing is stored.
const form = document.querySelector("form[data-check]");
const place = document.getElementById(form.dataset.check);
let waiting, asked = 0;

async function check() {
  const number = ++asked;
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Check": "1" } });
  if (answer.ok && number === asked) place.innerHTML = await answer.text();
}

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => check().catch(() => {}), 400);
});
