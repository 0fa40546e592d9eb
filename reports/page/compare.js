'use strict';
/* Filters of the matrix, and the conversations side by side. All texts are put in as texts, never as markup. */
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const form = document.querySelector('form.filters');
  const fields = form.elements;
  const said = form.querySelector('output');
  const matrix = document.querySelector('.matrix');
  const names = [...matrix.querySelectorAll('thead th.run')].map((cell) => cell.textContent);
  const heads = [...matrix.querySelectorAll('thead th.run')];
  const rows = [...matrix.querySelectorAll('tbody tr')].map((line) => {
    const cells = [...line.querySelectorAll('td')];
    const code = line.querySelector('code');
    return { line, cells, code, id: code.textContent, verdicts: cells.map((cell) => cell.className), number: line.dataset.n };
  });

  const make = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  /* Text in which control octets stand between \x01 and \x02. */
  const visible = (parent, text) => {
    text.split(/([\x01][^\x02]*\x02)/).forEach((part) => {
      if (part.startsWith('\x01')) parent.append(make('b', '', part.slice(1, -1)));
      else if (part) parent.append(part);
    });
  };

  const conversation = (events) => {
    const list = make('ol', 't');
    for (let i = 0; i < events.length; i += 4) {
      const [kind, time, text, connection] = events.slice(i, i + 4);
      const lines = data.texts[text].split('\n');
      const many = kind === 1 && lines.length > 6 && lines.every((line) => line.length <= 60);
      const classes = ['csn'[kind & 3], many ? 'm' : '', kind & 4 ? 'e' : '', kind & 8 ? 'd' : ''].filter(Boolean).join(' ');
      const item = make('li', classes);
      item.append(make('i', '', (time / 10).toFixed(1)));
      if (connection) item.append(make('u', '', data.texts[connection]), ' ');
      if (kind & 8) item.append(make('em', '', kind & 3 ? 'decided' : 'not answered'), ' ');
      visible(item, data.texts[text]);
      list.append(item);
    }
    return list;
  };

  const mark = (verdict) => make('span', `v ${verdict}`, verdict);
  const side = (row, run, cell, chosen) => {
    const verdict = row.verdicts[run];
    const box = make('section', `side ${verdict}${chosen ? ' chosen' : ''}`);
    const head = make('div', 'head');
    const title = make('h3', '', names[run] + ' ');
    title.append(mark(verdict));
    const [expected, found, reason, events] = cell;
    const about = make('dl');
    const field = (label, text, octets) => {
      if (text) about.append(make('dt', '', label), make('dd', octets ? 'octets' : '', data.texts[text]));
    };
    field('Expected', expected, true);
    field('Found', found, true);
    if (!expected || !found) field('Reason', reason, false);
    head.append(title, about);
    box.append(head, conversation(events));
    return box;
  };
  /* Runs of which there is nothing to read, in one box: skipped, or passed on a page that keeps no transcripts of that. */
  const others = (row, runs, cells, chosen) => {
    const box = make('section', 'side others');
    const list = make('ul');
    for (const run of runs) {
      const item = make('li', run === chosen ? 'chosen' : '', names[run] + ' ');
      const reason = data.texts[cells[run][2]];
      item.append(mark(row.verdicts[run]));
      if (reason) item.append(make('small', '', reason));
      list.append(item);
    }
    box.append(make('h3', '', 'Without a conversation here'), list);
    return box;
  };

  const dialog = document.querySelector('dialog');
  let current = null;
  const shown = () => rows.filter((row) => !row.line.hidden && data.rows[row.number]);
  const open = (row, run) => {
    const [requirement, cells] = data.rows[row.number];
    current = row;
    dialog.querySelector('h2').textContent = row.id;
    dialog.querySelector('p.what').textContent = data.texts[requirement];
    const sides = dialog.querySelector('.sides');
    const there = [...names.keys()].filter((i) => !heads[i].hidden && cells[i]);
    const quiet = there.filter((i) => !cells[i][3]?.length);
    sides.replaceChildren(...there.filter((i) => !quiet.includes(i)).map((i) => side(row, i, cells[i], i === run)));
    if (quiet.length) sides.append(others(row, quiet, cells, run));
    const at = shown().indexOf(row);
    dialog.querySelector('[name=previous]').disabled = at <= 0;
    dialog.querySelector('[name=next]').disabled = at < 0 || at + 1 >= shown().length;
    if (!dialog.open) dialog.showModal();
    sides.scrollTo(0, 0);
    const chosen = sides.querySelector('.chosen') ?? sides.querySelector('.side.fail');
    chosen?.scrollIntoView({ inline: 'center', block: 'nearest' });
    chosen?.querySelector('.d')?.scrollIntoView({ block: 'center', inline: 'nearest' });
    history.replaceState(null, '', '#' + encodeURIComponent(row.id).replaceAll('%2F', '/'));
  };
  const step = (by) => {
    const list = shown();
    const row = list[list.indexOf(current) + by];
    if (row) open(row);
  };
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog || event.target.name === 'close') dialog.close();
    if (event.target.name === 'next') step(1);
    if (event.target.name === 'previous') step(-1);
  });
  dialog.addEventListener('close', () => {
    history.replaceState(null, '', '#');
    current?.line.querySelector('button.id')?.focus();
  });

  const byLine = new Map();
  for (const row of rows) {
    byLine.set(row.line, row);
    if (!data.rows[row.number]) continue;
    row.line.classList.add('can');
    const button = make('button', 'id', row.id);
    button.type = 'button';
    row.code.replaceWith(button);
  }
  matrix.addEventListener('click', (event) => {
    const row = byLine.get(event.target.closest('tbody tr'));
    if (!row || !data.rows[row.number]) return;
    const run = row.cells.indexOf(event.target.closest('td'));
    if (run >= 0 && row.verdicts[run] !== 'absent') open(row, run);
    else if (event.target.matches('button.id')) open(row);
  });

  const runs = () => (fields.run ? [...(fields.run.length === undefined ? [fields.run] : fields.run)].map((box) => box.checked)
    : names.map(() => true));
  const apply = () => {
    const columns = runs();
    const words = fields.q.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const verdicts = row.verdicts.filter((_, i) => columns[i]);
      row.words ??= row.line.querySelector('th').textContent.toLowerCase();
      const fits = (!fields.d.checked || new Set(verdicts).size > 1) &&
        (!fields.f.checked || verdicts.includes('fail')) &&
        (!fields.l.value || row.line.dataset.l === fields.l.value) &&
        (!fields.r.value || row.line.dataset.r === fields.r.value) &&
        (!fields.c?.value || row.line.dataset.c.split(' ').includes(fields.c.value)) &&
        words.every((word) => row.words.includes(word));
      row.line.hidden = !fits;
      count += fits;
    }
    columns.forEach((on, i) => {
      if (heads[i].hidden === !on) return;
      heads[i].hidden = !on;
      for (const row of rows) row.cells[i].hidden = !on;
    });
    said.textContent = `${count} of ${rows.length} results`;
  };

  for (const rfc of new Set(rows.map((row) => row.line.dataset.r).filter(Boolean))) fields.r.append(make('option', '', rfc));
  form.hidden = false;
  document.querySelector('.hint').hidden = false;
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', () => {
    /* What is slower need not differ. */
    if (fields.c?.value === 'slower' || fields.c?.value === 'same') fields.d.checked = false;
    apply();
  });
  form.addEventListener('reset', () => setTimeout(apply));
  document.addEventListener('keydown', (event) => {
    if (dialog.open && event.key === 'ArrowRight' && event.altKey === false && !event.target.matches('.sides')) step(1);
    if (dialog.open && event.key === 'ArrowLeft' && event.altKey === false && !event.target.matches('.sides')) step(-1);
    if (event.key !== '/' || dialog.open || event.target.matches('input, select') || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    fields.q.focus();
  });
  const fromLink = () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* as it is */ }
    const row = rows.find((one) => one.id === id);
    if (row && data.rows[row.number] && !(dialog.open && current === row)) open(row);
  };
  addEventListener('hashchange', fromLink);
  apply();
  fromLink();
})();
