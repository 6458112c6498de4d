"use strict";
// Shows the rows that match the form; without scripts the form stays hidden and all rows are there.
for (const form of document.querySelectorAll("form.filter")) {
  const rows = [...form.parentElement.querySelectorAll("table.rows tbody tr")];
  const fields = [...form.querySelectorAll("[data-filter]")];
  const apply = () => {
    let shown = 0;
    for (const row of rows) {
      const matches = fields.every(field => {
        const name = field.dataset.filter;
        const value = field.value.trim().toLowerCase();
        if (value === "") return true;
        return name === "text"
          ? row.textContent.toLowerCase().includes(value)
          : row.dataset[name].toLowerCase().split(" ").includes(value) || row.dataset[name].toLowerCase() === value;
      });
      row.hidden = !matches;
      if (matches) shown++;
    }
    form.querySelector("output").textContent = shown + " of " + rows.length;
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", event => event.preventDefault());
  apply();
}
