// Comfort only; every page works without it. An open menu closes on Escape and when one clicks elsewhere.
const menus = document.querySelectorAll(".menu details");
document.addEventListener("click", (event) => {
  for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus) {
    if (menu.open) menu.querySelector("summary").focus();
    menu.open = false;
  }
});

// While one writes a name, the server's rows that fit are offered; without this they are asked for after sending.
for (const input of document.querySelectorAll("input[data-find]")) {
  const list = document.createElement("datalist");
  list.id = `${input.id}-names`;
  input.after(list);
  input.setAttribute("list", list.id);
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    const text = input.value;
    if (text.length < 2 || text.endsWith(")")) return;
    waiting = setTimeout(async () => {
      const answer = await fetch(`${input.dataset.find}?q=${encodeURIComponent(text)}`);
      if (!answer.ok || input.value !== text) return;
      list.replaceChildren(...(await answer.json()).map((row) => new Option(row.label, row.value)));
    }, 150);
  });
}

// Ctrl K (or Cmd K) leads to the search field from everywhere; choosing a page there (›) goes to it.
const field = document.getElementById("find");
document.addEventListener("keydown", (event) => {
  if (!field || event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  event.preventDefault();
  field.focus();
  field.select();
});
field?.addEventListener("input", (event) => {
  if (field.value.startsWith("›") && event.inputType === "insertReplacementText") field.form.requestSubmit();
});
