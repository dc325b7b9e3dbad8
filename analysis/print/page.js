"use strict";
/* Sorts tables by a column. Without this script the tables stand in the order of the report. */
function keyOf(row, column) {
  const cell = row.cells[column];
  const number = cell.getAttribute("data-v");
  return number === null ? cell.textContent : Number(number);
}

const texts = new Intl.Collator("en", {numeric: true});

/* Numbers before texts, empty cells behind all. Texts as in a dictionary, 9 before 10. */
function compareKeys(a, b) {
  if (a === "" || b === "") return (a === "") - (b === "");
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  if (typeof a === "number") return a - b;
  return texts.compare(a, b);
}

/* Equal ones stay in the order they were in. */
function sortedRows(rows, column, descending) {
  const keyed = rows.map((row, place) => ({row, place, key: keyOf(row, column)}));
  keyed.sort((a, b) => {
    const order = compareKeys(a.key, b.key);
    const empty = a.key === "" || b.key === "";
    return (descending && !empty ? -order : order) || a.place - b.place;
  });
  return keyed.map(entry => entry.row);
}

function sortTable(table, column) {
  const heads = Array.from(table.tHead.rows[0].cells);
  const body = table.tBodies[0];
  const first = heads[column].className === "n" ? "descending" : "ascending";
  const other = first === "descending" ? "ascending" : "descending";
  const direction = heads[column].getAttribute("aria-sort") === first ? other : first;
  heads.forEach(head => head.removeAttribute("aria-sort"));
  heads[column].setAttribute("aria-sort", direction);
  sortedRows(Array.from(body.rows), column, direction === "descending")
    .forEach(row => body.appendChild(row));
}

function prepare(table) {
  Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sortTable(table, column));
    head.textContent = "";
    head.appendChild(button);
  });
}

document.querySelectorAll("table").forEach(prepare);
