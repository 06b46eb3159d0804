// The values that the user gave the elements of one message or view, in the form of the control API.
export class Form {
  // `previous` is the form before an update of the view. Inputs with the same ids keep their values.
  constructor(blocks, previous = null) {
    this.given = new Map();
    this.shown = new Map();
    const known = new Set(blocks.flatMap((block) => [...elementsOf(block)].map((one) => key(block.block_id, one.action_id))));
    for (const [name, value] of previous?.given ?? []) if (known.has(name)) this.given.set(name, value);
  }

  has(blockId, actionId) {
    return this.given.has(key(blockId, actionId));
  }

  get(blockId, actionId) {
    return this.given.get(key(blockId, actionId))?.value;
  }

  set(blockId, actionId, value) {
    this.given.set(key(blockId, actionId), { blockId, actionId, value });
    this.clear(blockId);
  }

  // Returns `state` for the requests click, submit_view and suggest.
  values() {
    const state = {};
    for (const { blockId, actionId, value } of this.given.values()) (state[blockId] ??= {})[actionId] = value;
    return state;
  }

  // Registers where an input block shows its error, and which control then gets the focus.
  register(blockId, line, control) {
    this.shown.set(blockId, { line, control });
  }

  errors(map) {
    for (const blockId of this.shown.keys()) this.clear(blockId);
    for (const [blockId, text] of Object.entries(map)) {
      const place = this.shown.get(blockId);
      if (!place) continue;
      place.line.textContent = text;
      place.line.hidden = false;
      place.control.setAttribute("aria-invalid", "true");
    }
    const first = [...this.shown].find(([blockId]) => blockId in map);
    first?.[1].control.focus();
  }

  clear(blockId) {
    const place = this.shown.get(blockId);
    if (!place) return;
    place.line.hidden = true;
    place.control.removeAttribute("aria-invalid");
  }
}

const key = (blockId, actionId) => `${blockId}/${actionId}`;

export function* elementsOf(block) {
  for (const one of [...(block.elements ?? []), block.accessory, block.element]) if (one?.action_id) yield one;
}
