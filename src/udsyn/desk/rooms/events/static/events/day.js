// A meeting can be dragged to another time and table. It is sent through the form with which one types where to.
const form = document.getElementById("drop");
for (const link of document.querySelectorAll("a[data-talk]")) {
  link.draggable = true;
  link.addEventListener("dragstart", (event) => event.dataTransfer.setData("text/x-talk", link.dataset.talk));
}
for (const cell of document.querySelectorAll("td[data-slot]")) {
  const mark = (over) => { cell.style.outline = over ? "2px solid" : ""; };
  cell.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("text/x-talk")) return;
    event.preventDefault();
    mark(true);
  });
  cell.addEventListener("dragleave", () => mark(false));
  cell.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    const talk = event.dataTransfer.getData("text/x-talk");
    if (cell.querySelector(`a[data-talk="${talk}"]`)) return;
    const said = { talk, slot: cell.dataset.slot, table: cell.dataset.table, ...(cell.querySelector("a") && { swap: "on" }) };
    for (const [name, value] of Object.entries(said)) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    form.requestSubmit();
  });
}
