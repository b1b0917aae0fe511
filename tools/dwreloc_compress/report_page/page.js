// The page that dwreloc-compress --report writes: two treemaps, of the bytes before and
// after, on one scale. `data` is written by html_report.cc:
//
//   {files: [{path, sections: [[name, before, after]],
//             units: [[name, before, after, [[tag, before, after]]]]}],
//    tags: [name]}
'use strict';

const KINDS = {
  section: 'By section',
  unit: 'By unit',
  entry: 'By kind of entry',
};
const OTHER = '(not in DIEs)';
const state = {mode: 'section', path: []};

// A part: its name, bytes before and after, and its parts by name.
function newPart(name) {
  return {name, before: 0, after: 0, parts: new Map()};
}

function add(root, names, before, after) {
  let part = root;
  part.before += before;
  part.after += after;
  for (const name of names) {
    if (!part.parts.has(name)) part.parts.set(name, newPart(name));
    part = part.parts.get(name);
    part.before += before;
    part.after += after;
  }
}

// The directories that all files are in say nothing.
function shortPaths() {
  const paths = data.files.map((file) => file.path.split('/'));
  // What is no file of the user has no directories.
  const own = paths.filter((path) => !path[0].startsWith('('));
  const [first] = own;
  let common = 0;
  while (first && common + 1 < first.length &&
         own.every((path) => common + 1 < path.length && path[common] === first[common]))
    ++common;
  return paths.map((path) => own.includes(path) ? path.slice(common) : path);
}

function addEntries(root, names, unit) {
  const [, before, after, tags] = unit;
  let restBefore = before;
  let restAfter = after;
  for (const [tag, tagBefore, tagAfter] of tags) {
    add(root, [...names, data.tags[tag]], tagBefore, tagAfter);
    restBefore -= tagBefore;
    restAfter -= tagAfter;
  }
  if (restBefore || restAfter) add(root, [...names, OTHER], restBefore, restAfter);
}

function makeTree(mode) {
  const root = newPart('all');
  const paths = shortPaths();
  data.files.forEach((file, number) => {
    if (mode === 'section')
      for (const [name, before, after] of file.sections)
        add(root, data.files.length > 1 ? [...paths[number], name] : [name], before, after);
    else
      for (const unit of file.units) {
        const names = data.files.length > 1 ? [...paths[number], unit[0]] : [unit[0]];
        if (mode === 'unit') addEntries(root, names, unit);
        else
          for (const [tag, before, after] of unit[3])
            add(root, [data.tags[tag], ...names.slice(0, -1)], before, after);
      }
  });
  return root;
}

const trees = new Map();
function currentPart() {
  if (!trees.has(state.mode)) trees.set(state.mode, makeTree(state.mode));
  let part = trees.get(state.mode);
  const path = [];
  for (const name of state.path) {
    if (!part.parts.has(name)) break;
    part = part.parts.get(name);
    path.push(name);
  }
  state.path = path;
  return part;
}

function bytes(count) {
  return count.toLocaleString('en');
}

function share(part) {
  return part.before ? `${(100 * part.after / part.before).toFixed(1)} %` : '';
}

// The same color for a name wherever it is.
function colorOf(name) {
  let hash = 0;
  for (const char of name) hash = (hash * 31 + char.codePointAt(0)) >>> 0;
  if (name.startsWith('.rel')) return `hsl(${20 + hash % 20} 75% 78%)`;
  if (name.startsWith('.debug')) return `hsl(${195 + hash % 50} 55% ${72 + hash % 12}%)`;
  return `hsl(${hash % 360} 35% 80%)`;
}

function draw(element, part, which, width, height) {
  element.replaceChildren();
  element.style.height = `${height}px`;
  const nested = (of, depth) => ({
    part: of,
    children: depth > 0 && of.parts.size > 0 ?
        [...of.parts.values()].map((inner) => nested(inner, depth - 1)) : undefined,
  });
  const root = d3.hierarchy(nested(part, 2))
      .sum((node) => node.children ? 0 : node.part[which])
      .sort((a, b) => b.value - a.value);
  d3.treemap().size([width, height]).paddingTop((node) => node.depth === 1 ? 16 : 0)
      .paddingInner(0).round(true)(root);
  const smallest = 3;
  for (const node of root.descendants()) {
    const wide = node.x1 - node.x0;
    const high = node.y1 - node.y0;
    if (node.depth === 0 || wide < smallest || high < smallest) continue;
    const box = document.createElement('div');
    const {name} = node.data.part;
    box.style.cssText = `left:${node.x0}px;top:${node.y0}px;width:${wide}px;` +
        `height:${high}px;background:${colorOf(name)}`;
    if (wide > 30 && high > 12) box.textContent = name;
    const names = node.ancestors().reverse().slice(1).map((above) => above.data.part.name);
    box.title = `${names.join(' › ')}\n${bytes(node.value)} bytes`;
    if (part.parts.get(names[0]).parts.size > 0) {
      box.className = 'zooms';
      box.addEventListener('click', () => go([...state.path, names[0]]));
    }
    element.append(box);
  }
}

function button(text, action) {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  made.addEventListener('click', action);
  return made;
}

function drawPath() {
  const nav = document.getElementById('path');
  nav.replaceChildren(button('all', () => go([])));
  state.path.forEach((name, depth) => {
    nav.append('›', button(name, () => go(state.path.slice(0, depth + 1))));
  });
}

function drawRows(part) {
  const most = 40;
  const parts = [...part.parts.values()].sort((a, b) => b.before + b.after - a.before - a.after);
  document.getElementById('rows').replaceChildren(...parts.slice(0, most).map((inner) => {
    const row = document.createElement('tr');
    const cells = [inner.name, bytes(inner.before), bytes(inner.after), share(inner)];
    for (const text of cells) row.append(Object.assign(document.createElement('td'),
                                                       {textContent: text}));
    if (inner.parts.size > 0)
      row.firstChild.replaceChildren(
          button(inner.name, () => go([...state.path, inner.name])));
    return row;
  }));
}

function drawAll() {
  const part = currentPart();
  for (const made of document.getElementById('modes').children)
    made.setAttribute('aria-pressed', made.dataset.mode === state.mode);
  drawPath();
  document.getElementById('before-title').textContent = `Before: ${bytes(part.before)} bytes`;
  document.getElementById('after-title').textContent =
      `After: ${bytes(part.after)} bytes${part.before ? `, ${share(part)}` : ''}`;
  // Both on one scale: the larger one is as high as it may be.
  const width = Math.max(200, document.getElementById('before').clientWidth);
  const highest = 560;
  const largest = Math.max(part.before, part.after, 1);
  for (const which of ['before', 'after'])
    draw(document.getElementById(which), part, which, width,
         Math.max(1, Math.round(highest * part[which] / largest)));
  drawRows(part);
}

function go(path) {
  state.path = path;
  drawAll();
}

for (const [mode, text] of Object.entries(KINDS)) {
  const made = button(text, () => {
    state.mode = mode;
    go([]);
  });
  made.dataset.mode = mode;
  document.getElementById('modes').append(made);
}
document.getElementById('summary').textContent =
    `${bytes(data.files.length)} ${data.files.length === 1 ? 'file' : 'files'}. ` +
    'Areas are bytes, on one scale. A click goes into a part.';
addEventListener('resize', drawAll);
drawAll();
