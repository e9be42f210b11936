// On a phone a row of a table is a card: each of its cells bears its column's heading (admin.css).
document.addEventListener("DOMContentLoaded", () => {
  for (const table of document.querySelectorAll("table.rows:has(thead)")) {
    const heads = [...table.tHead.rows[0].cells].map((head) => head.textContent.trim());
    for (const body of [...table.tBodies, table.tFoot].filter(Boolean)) {
      for (const row of body.rows) {
        let place = 0;
        for (const cell of row.cells) {
          if (cell.colSpan === 1 && cell.textContent.trim()) cell.dataset.label = heads[place] ?? "";
          place += cell.colSpan;
        }
      }
    }
    table.classList.add("cards");
  }
});
