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
