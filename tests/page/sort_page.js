#!/usr/bin/env node
"use strict";
/* sort_page.js PAGE…: runs the script of a page on its own tables, and sorts each of them by every
 * column, both ways, by the button that the keyboard reaches too. */
const assert = require("assert");
const fs = require("fs");
const vm = require("vm");
const {Element, Text, parse, documentOf} = require("./page_dom.js");

/* What a reader sees of an element: texts, and which elements they stand in. */
function seen(node) {
  if (node instanceof Text) return JSON.stringify(node.data);
  const attributes = [...node.attributes].map(([key, value]) => ` ${key}=${JSON.stringify(value)}`).join("");
  return `<${node.tag}${attributes}>${node.childNodes.map(seen).join("")}`;
}

/* The number that a cell shows, and by how much it may be rounded. */
function shown(cell) {
  const match = /^(-?[\d,]+(?:\.(\d+))?(?:e[+-]\d+)?)(%?)$/.exec(cell.textContent);
  assert(match, `a number is shown as ${cell.textContent}`);
  const scale = match[3] ? 100 : 1;
  const number = Number(match[1].replaceAll(",", "")) / scale;
  return {number, error: Math.max(0.51 * 10 ** -(match[2] || "").length / scale, Math.abs(number) * 1e-3)};
}

/* Rank of a cell in an ascending column: numbers, then texts, then nothing. */
const rank = cell => cell.textContent === "" ? 2 : cell.getAttribute("data-v") === null ? 1 : 0;

/* The order of two texts, worked out another way than the page does, where the first place in which
 * they differ has letters or digits on both sides: a run of digits is a number, capitals don't count. */
function textsInOrder(a, b) {
  const [one, other] = [a.toLowerCase(), b.toLowerCase()];
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  while (at > 0 && /\d/.test(one[at - 1])) at--;
  const [left, right] = [one.slice(at), other.slice(at)];
  const [before, after] = [left, right].map(text => /^\d+/.exec(text));
  if (before && after && BigInt(before[0]) !== BigInt(after[0])) return BigInt(before[0]) < BigInt(after[0]);
  if (before && after) return true;
  return /^[a-z0-9]/.test(left) && /^[a-z0-9]/.test(right) ? left[0] < right[0] : true;
}

function assertOrder(cells, descending, what) {
  for (let i = 1; i < cells.length; i++) {
    const [before, after] = [cells[i - 1], cells[i]];
    if (rank(before) === 2 || rank(after) === 2) {
      assert(rank(after) === 2, `${what}: an empty cell stands before ${after.textContent}`);
      continue;
    }
    const [low, high] = descending ? [after, before] : [before, after];
    assert(rank(low) <= rank(high), `${what}: a text stands before a number`);
    if (rank(low) === 0 && rank(high) === 0)
      assert(Number(low.getAttribute("data-v")) <= Number(high.getAttribute("data-v")),
        `${what}: ${low.textContent} and ${high.textContent}`);
    else if (rank(low) === 1 && rank(high) === 1)
      assert(textsInOrder(low.textContent, high.textContent),
        `${what}: ${low.textContent} before ${high.textContent}`);
  }
}

/* Rows whose cells are equal keep the order that they had. */
function assertStable(before, after, column, what) {
  const place = new Map(before.map((row, i) => [row, i]));
  for (let i = 1; i < after.length; i++) {
    const [one, other] = [after[i - 1], after[i]].map(row => row.cells[column]);
    const same = one.textContent === other.textContent &&
      one.getAttribute("data-v") === other.getAttribute("data-v");
    assert(!same || place.get(after[i - 1]) < place.get(after[i]), `${what}: equal rows changed places`);
  }
}

function sortOnce(table, column, expected) {
  const body = table.tBodies[0];
  const heads = table.tHead.rows[0].cells;
  const what = `${heads[column].textContent}, ${expected}`;
  const before = body.rows;
  const texts = new Map(before.map(row => [row, seen(row)]));
  heads[column].of("button")[0].activate();
  const after = body.rows;
  assert.strictEqual(after.length, before.length, `${what}: rows are missing or double`);
  assert.strictEqual(new Set(after).size, before.length, `${what}: rows are missing or double`);
  after.forEach(row => assert.strictEqual(seen(row), texts.get(row), `${what}: a row has changed`));
  heads.forEach((head, i) => assert.strictEqual(head.getAttribute("aria-sort"),
    i === column ? expected : null, `${what}: what column ${i} says of its order`));
  assertOrder(after.map(row => row.cells[column]), expected === "descending", what);
  assertStable(before, after, column, what);
}

function checkTable(table) {
  const heads = table.tHead.rows[0].cells;
  const body = table.tBodies[0];
  for (const row of body.rows) {
    assert.strictEqual(row.cells.length, heads.length, "a row has as many cells as there are headings");
    for (const cell of row.cells.filter(one => one.getAttribute("data-v") !== null)) {
      const {number, error} = shown(cell);
      assert(Math.abs(number - Number(cell.getAttribute("data-v"))) <= error,
        `${cell.textContent} sorts as ${cell.getAttribute("data-v")}`);
    }
  }
  heads.forEach((head, column) => {
    const [first, other] = head.className === "n" ? ["descending", "ascending"] : ["ascending", "descending"];
    [first, other, first].forEach(expected => sortOnce(table, column, expected));
  });
  return heads.length;
}

function checkHeads(table, headings) {
  table.tHead.rows[0].cells.forEach((head, i) => {
    const [button, ...others] = head.childNodes;
    assert(button instanceof Element && button.tag === "button" && others.length === 0,
      "a heading holds a button and nothing else");
    assert.strictEqual(button.type, "button");
    assert.strictEqual(button.textContent, headings[i], "a heading keeps its text");
    assert.deepStrictEqual(button.listeners.map(entry => entry.kind), ["click"]);
    for (const name of ["tabindex", "disabled", "hidden", "aria-hidden"])
      assert.strictEqual(button.getAttribute(name), null, `a button with ${name}`);
  });
}

/* All of the page that is not in a table's head or body: no sort may touch it. */
function around(node) {
  if (node instanceof Text) return JSON.stringify(node.data);
  if (node.tag === "tbody" || node.tag === "thead") return "";
  return `<${node.tag}>${node.childNodes.map(around).join("")}`;
}

function checkPage(path) {
  const root = parse(fs.readFileSync(path, "ascii"));
  const scripts = root.all("script");
  assert.strictEqual(scripts.length, 1);
  const tables = root.all("table");
  const headings = tables.map(table => table.tHead.rows[0].cells.map(head => head.textContent));
  const elsewhere = around(root);
  vm.runInNewContext(scripts[0].textContent, {document: documentOf(root)}, {filename: path});
  tables.forEach((table, i) => checkHeads(table, headings[i]));
  const columns = tables.map(checkTable).reduce((sum, count) => sum + count, 0);
  assert.strictEqual(around(root), elsewhere, "a sort has changed what is not of a table");
  return [tables.length, columns];
}

for (const path of process.argv.slice(2)) {
  const [tables, columns] = checkPage(path);
  assert(tables > 0 && columns > 2 * tables, `${path}: ${tables} tables of ${columns} columns`);
  console.log(`${path}: ${tables} tables, ${columns} columns`);
}
