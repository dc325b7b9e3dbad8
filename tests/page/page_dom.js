"use strict";
/* As much of a document as the script of the page needs, made from a page: strict HTML, of which
 * check_report sees that it is so. What a browser would refuse, it refuses too; what it does not know
 * is undefined, so a script that wants more fails. */
const VOID = new Set(["meta", "link", "br", "hr", "img", "input"]);
const RAW = new Set(["script", "style"]);
const ENTITIES = {lt: "<", gt: ">", amp: "&", quot: "\"", "#39": "'"};

const unescaped = text => text.replace(/&(lt|gt|amp|quot|#39);/g, (_, name) => ENTITIES[name]);

class Text {
  constructor(data) { this.data = data; this.parent = null; }
  get textContent() { return this.data; }
}

class Element {
  constructor(tag) {
    this.tag = tag;
    this.parent = null;
    this.childNodes = [];
    this.attributes = new Map();
    this.listeners = [];
  }

  getAttribute(name) { return this.attributes.has(name) ? this.attributes.get(name) : null; }
  setAttribute(name, value) { this.attributes.set(name, String(value)); }
  removeAttribute(name) { this.attributes.delete(name); }
  get className() { return this.getAttribute("class") || ""; }
  set className(value) { this.setAttribute("class", value); }
  get type() { return this.getAttribute("type") || (this.tag === "button" ? "submit" : ""); }
  set type(value) { this.setAttribute("type", value); }

  appendChild(node) {
    for (let at = this; at !== null; at = at.parent)
      if (at === node) throw new Error("an element would be within itself");
    if (node.parent !== null) node.parent.childNodes.splice(node.parent.childNodes.indexOf(node), 1);
    node.parent = this;
    this.childNodes.push(node);
    return node;
  }

  get textContent() { return this.childNodes.map(node => node.textContent).join(""); }
  set textContent(text) {
    this.childNodes.forEach(node => { node.parent = null; });
    this.childNodes = [];
    if (text !== "") this.appendChild(new Text(String(text)));
  }

  addEventListener(kind, listener) { this.listeners.push({kind, listener}); }

  /* What a click does, or Enter or the space bar on a button that has the focus: a browser turns
   * either key into a click. */
  activate() {
    if (this.tag !== "button") throw new Error(`the keyboard does not reach <${this.tag}>`);
    this.listeners.filter(entry => entry.kind === "click").forEach(entry => entry.listener({target: this}));
  }

  of(...tags) { return this.childNodes.filter(node => tags.includes(node.tag)); }
  all(tag) {
    return this.childNodes.flatMap(node => node instanceof Element
      ? (node.tag === tag ? [node] : []).concat(node.all(tag)) : []);
  }
  get tHead() { return this.of("thead")[0] || null; }
  get tBodies() { return this.of("tbody"); }
  get rows() { return this.of("tr"); }
  get cells() { return this.of("td", "th"); }
}

function opened(match) {
  const element = new Element(match[1]);
  for (const [, name, value] of match[2].matchAll(/ ([\w:-]+)="([^"]*)"/g))
    element.setAttribute(name, unescaped(value));
  return element;
}

/* Returns the root, whose child is <html>. */
function parse(source) {
  const root = new Element("#document");
  const tag = /<(?:!DOCTYPE html|\/([a-z][a-z0-9]*)|([a-z][a-z0-9]*)((?: [\w:-]+="[^"]*")*) ?(\/?))>/gy;
  let open = root;
  let at = 0;
  while (at < source.length) {
    if (source[at] !== "<") {
      const end = source.indexOf("<", at) < 0 ? source.length : source.indexOf("<", at);
      open.appendChild(new Text(unescaped(source.slice(at, end))));
      at = end;
      continue;
    }
    tag.lastIndex = at;
    const match = tag.exec(source);
    if (match === null) throw new Error(`no tag: ${source.slice(at, at + 60)}`);
    at = tag.lastIndex;
    if (match[1] !== undefined) {
      if (open.tag !== match[1]) throw new Error(`</${match[1]}> closes <${open.tag}>`);
      open = open.parent;
    } else if (match[2] !== undefined) {
      const element = opened([null, match[2], match[3]]);
      open.appendChild(element);
      if (RAW.has(element.tag)) {
        const end = source.indexOf(`</${element.tag}>`, at);
        element.appendChild(new Text(source.slice(at, end)));
        at = end;
      }
      if (!VOID.has(element.tag) && match[4] !== "/") open = element;
    }
  }
  return root;
}

/* What a script sees as document. */
function documentOf(root) {
  return {
    createElement: tag => new Element(tag),
    querySelectorAll: tag => root.all(tag),
  };
}

module.exports = {Element, Text, parse, documentOf};
