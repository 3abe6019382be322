// Small tools for putting data on the page. Every text that comes from the fabric goes through textContent, and nothing else takes any.
const SVG = 'http://www.w3.org/2000/svg';

export const byId = id => document.getElementById(id);

/** Sets a text if it is another, so that a selection and a screen reader are left alone. */
export function text(element, value) {
  const said = value === null || value === undefined ? '' : String(value);
  if (element.textContent !== said) element.textContent = said;
  return element;
}

export function make(name, className, value) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (value !== undefined) text(element, value);
  return element;
}

export function svg(name, attributes, value) {
  const element = document.createElementNS(SVG, name);
  for (const [key, each] of Object.entries(attributes)) element.setAttribute(key, each);
  if (value !== undefined) element.textContent = value;
  return element;
}

export function names(element, className) {
  if (element.className !== className) element.className = className;
}

/**
 * Makes the children of an element be those of some items, by key: what stays keeps its element, and with it focus and selection.
 * @param make makes the element of an item
 * @param fill puts an item into its element
 */
export function children(parent, items, keyOf, create, fill) {
  const known = new Map();
  for (const child of [...parent.children]) known.set(child.bhKey, child);
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let child = known.get(key);
    known.delete(key);
    if (!child) {
      child = create(item);
      child.bhKey = key;
    }
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
    fill(child, item);
  }
  for (const gone of known.values()) gone.remove();
}

/**
 * A table of rows.
 * @param columns each { head, cell(item) -> text or { text, className, bar, button }, className }
 */
export function table(host, label, columns, items, keyOf, none) {
  if (items.length === 0) {
    if (host.firstElementChild?.tagName !== 'P') host.replaceChildren(make('p', 'none'));
    text(host.firstElementChild, none);
    return;
  }
  let made = host.firstElementChild;
  if (made?.tagName !== 'TABLE') {
    made = make('table');
    made.setAttribute('aria-label', label);
    const head = make('tr');
    for (const column of columns) {
      const cell = make('th', column.className === 'number' ? 'number' : '', column.head);
      cell.scope = 'col';
      head.append(cell);
    }
    const top = make('thead');
    top.append(head);
    made.append(top, make('tbody'));
    host.replaceChildren(made);
  }
  children(made.tBodies[0], items, keyOf, () => row(columns), (line, item) => fillRow(line, columns, item));
}

function row(columns) {
  const line = make('tr');
  for (const column of columns) {
    const cell = make('td', column.className ?? '');
    cell.dataset.label = column.head;
    line.append(cell);
  }
  return line;
}

function fillRow(line, columns, item) {
  columns.forEach((column, i) => {
    const cell = line.children[i];
    const value = column.cell(item);
    const rich = value !== null && typeof value === 'object';
    const said = rich ? value.text : value;
    const empty = (said === '' || said === null || said === undefined) && !(rich && value.button);
    names(cell, [column.className, rich ? value.className : '', empty ? 'empty' : ''].filter(Boolean).join(' '));
    if (rich && value.bar !== undefined) bar(cell, value.bar, said);
    else if (rich && value.button) button(cell, value.button, value.action);
    else text(cell, said);
  });
}

function bar(cell, share, said) {
  if (!cell.firstElementChild) {
    const frame = make('span', 'bar');
    frame.setAttribute('aria-hidden', 'true');
    frame.append(make('i'));
    cell.replaceChildren(frame, make('span'));
  }
  cell.firstElementChild.firstElementChild.style.width = Math.round(share * 100) + '%';
  text(cell.lastElementChild, said);
}

function button(cell, label, action) {
  let made = cell.firstElementChild;
  if (!made) {
    made = make('button');
    made.type = 'button';
    made.addEventListener('click', () => made.bhAction());
    cell.replaceChildren(made);
  }
  text(made, label);
  made.bhAction = action;
}

export function millis(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (value >= 10000) return (value / 1000).toFixed(0) + ' s';
  return value >= 100 ? value.toFixed(0) + ' ms' : value >= 10 ? value.toFixed(1) + ' ms' : value.toFixed(2) + ' ms';
}

export function perSecond(value) {
  if (value === null) return '…';
  if (value === 0) return '0/s';
  return (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)) + '/s';
}

export function percent(value) {
  if (value === null || Number.isNaN(value)) return '–';
  return (value === 0 ? '0' : value < 0.1 ? '<0.1' : value < 10 ? value.toFixed(1) : value.toFixed(0)) + ' %';
}

export function lasting(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 120) return s + ' s';
  if (s < 7200) return Math.floor(s / 60) + ' min';
  if (s < 172800) return Math.floor(s / 3600) + ' h ' + Math.floor(s % 3600 / 60) + ' min';
  return Math.floor(s / 86400) + ' d';
}

/** A revision is long; people know it by its number and the first characters of its hash. */
export function brief(revision) {
  return revision && revision.length > 44 ? revision.slice(0, 43) + '…' : revision;
}
