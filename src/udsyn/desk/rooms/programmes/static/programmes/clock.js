// Says a deadline in the reader's own zone too, as their device knows it.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const place of document.querySelectorAll("[data-own-time]")) {
  const moment = new Date(place.dataset.ownTime);
  const parts = new Intl.DateTimeFormat("sv", { dateStyle: "short", timeStyle: "medium", timeZone: zone });
  place.textContent = `${place.dataset.says} (${zone}): ${parts.format(moment)}`;
}
