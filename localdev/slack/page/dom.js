// Creates all elements of the page. Text becomes text nodes, never markup, so that messages cannot inject HTML.
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

// Places a popover below the element that opened it, or above if there is no room, always inside the window.
export function beside(popover, anchor, { end = false } = {}) {
  const place = anchor.getBoundingClientRect();
  const left = end ? place.right - popover.offsetWidth : place.left;
  const below = place.bottom + 4 + popover.offsetHeight < innerHeight;
  popover.style.left = `${Math.max(8, Math.min(left, innerWidth - popover.offsetWidth - 8))}px`;
  popover.style.top = `${below ? place.bottom + 4 : Math.max(8, place.top - popover.offsetHeight - 4)}px`;
}

let last = 0;
// Returns a unique element id, for labels.
export const freshId = () => `f${++last}`;
