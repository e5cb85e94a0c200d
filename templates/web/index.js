"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const form = byId("filters");
  if (!form) return;
  const cards = [...byId("cards").children].map((item) => ({ item, text: item.textContent.toLowerCase() }));
  const filter = () => {
    const asked = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const decision = byId("decision").value;
    const state = byId("state").value;
    let shown = 0;
    for (const { item, text } of cards) {
      const fits = asked.every((word) => text.includes(word))
        && (!decision || item.dataset.decision === decision)
        && (!state || item.dataset.state === state);
      item.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    byId("count").textContent = `${shown} of ${cards.length} shown`;
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", filter);
  filter();
})();
