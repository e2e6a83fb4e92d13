// Saves what is being written: a second after the last key, and when one leaves. Without this the button does.
const form = document.querySelector("form[data-autosave]");
const told = form.querySelector("[role=status]");
let waiting, saving, again, touched = new Set();

async function save() {
  if (saving) { again = true; return; }
  saving = true;
  const names = touched;
  touched = new Set();
  const sent = new FormData();
  for (const [name, value] of new FormData(form)) {
    if (names.has(name) || ["base", "title", "csrfmiddlewaretoken"].includes(name)) sent.append(name, value);
  }
  try {
    const answer = await fetch(form.action, { method: "POST", body: sent, headers: { "X-Autosave": "1" } });
    const said = answer.ok ? await answer.json() : null;
    if (said) form.elements.base.value = said.revision;
    if (!said) for (const name of names) touched.add(name);
    told.textContent = !said ? told.dataset.failed : said.clashes.length ? told.dataset.clash : told.dataset.saved;
  } catch {
    for (const name of names) touched.add(name);
    told.textContent = told.dataset.failed;
  }
  saving = false;
  if (again) { again = false; save(); }
}

form.addEventListener("input", (event) => {
  touched.add(event.target.name);
  told.textContent = "";
  clearTimeout(waiting);
  waiting = setTimeout(save, 1000);
});
