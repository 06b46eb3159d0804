// The only way this page makes elements: text goes in as text nodes, attributes by name, never as markup.
const SVG = "http://www.w3.org/2000/svg";
const SHAPES = new Set(["svg", "circle", "rect", "path", "g"]);

export function el(name, attributes = {}, ...children) {
  const node = SHAPES.has(name) ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key === "className" ? "class" : key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const by = (id) => document.getElementById(id);

let last = 0;
// An id that nothing else on the page has, for labels.
export const freshId = () => `f${++last}`;
