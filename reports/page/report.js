'use strict';
/* What the page gains by JavaScript: filters, links that open what they lead to, copying. Nothing is fetched, and no text of
 * the page is ever taken for markup. */
(() => {
  const form = document.querySelector('form.filters');
  const fields = form.elements;
  const said = form.querySelector('output');
  const items = [...document.querySelectorAll('main [data-v]')];
  const cases = items.filter((item) => item.classList.contains('case'));
  const groups = [...document.querySelectorAll('main .group, main .section')];
  const openedByUs = new Set();

  const words = (item) => {
    if (item.words === undefined) {
      const parts = item.querySelectorAll(':scope > summary, :scope > h4, :scope > p, :scope > dl, :scope > div');
      const about = item.closest('div.group')?.querySelectorAll(':scope > h3, :scope > p') ?? [];
      item.words = [...parts, ...about].map((part) => part.textContent).join(' ').toLowerCase();
    }
    return item.words;
  };

  const wanted = () => ({
    verdicts: [...fields.v].filter((box) => box.checked).map((box) => box.value),
    level: fields.l.value, rfc: fields.r.value, tag: fields.t.value,
    text: fields.q.value.trim().toLowerCase().split(/\s+/).filter(Boolean),
  });

  const fits = (item, want) =>
    (!want.verdicts.length || want.verdicts.includes(item.dataset.v)) &&
    (!want.level || item.dataset.l === want.level) &&
    (!want.rfc || item.dataset.r === want.rfc) &&
    (!want.tag || (item.dataset.t ?? '').split(' ').includes(want.tag)) &&
    want.text.every((word) => words(item).includes(word));

  const remember = (want) => {
    const parts = new URLSearchParams();
    want.verdicts.forEach((verdict) => parts.append('v', verdict));
    for (const name of ['l', 'r', 't', 'q']) {
      if (fields[name].value) parts.append(name, fields[name].value);
    }
    const text = parts.toString();
    if (text || location.hash.startsWith('#?')) history.replaceState(null, '', text ? '#?' + text : '#');
  };

  const apply = () => {
    const want = wanted();
    const active = want.verdicts.length || want.level || want.rfc || want.tag || want.text.length;
    for (const item of items) item.hidden = Boolean(active) && !fits(item, want);
    for (const group of groups) {
      const shown = [...group.querySelectorAll('[data-v]')].filter((item) => !item.hidden).length;
      group.hidden = !shown;
      if (group.localName !== 'details') continue;
      if (active && shown && shown <= 60 && !group.open) { group.open = true; openedByUs.add(group); }
      if (!active && openedByUs.delete(group)) group.open = false;
    }
    for (const title of document.querySelectorAll('h3.rfc')) {
      let next = title.nextElementSibling, any = false;
      for (; next && !next.matches('h3'); next = next.nextElementSibling) any = any || !next.hidden;
      title.hidden = !any;
    }
    for (const section of document.querySelectorAll('main > section')) {
      const left = section.querySelectorAll('[data-v]:not([hidden])').length;
      const number = section.querySelector('[data-v]') && section.querySelector(':scope > h2 > small');
      section.hidden = Boolean(active) && !left;
      if (!number) continue;
      number.dataset.all ??= number.textContent;
      number.textContent = active ? `${left} of ${number.dataset.all}` : number.dataset.all;
    }
    said.textContent = active ? `${cases.filter((item) => !item.hidden).length} of ${cases.length} results` : '';
    remember(want);
  };

  const recall = () => {
    if (!location.hash.startsWith('#?')) return;
    const parts = new URLSearchParams(location.hash.slice(2));
    for (const box of fields.v) box.checked = parts.getAll('v').includes(box.value);
    for (const name of ['l', 'r', 't', 'q']) fields[name].value = parts.get(name) ?? '';
    apply();
    form.scrollIntoView();
  };

  /* A link leads to what may be closed, or filtered out. */
  const reveal = () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* as it is */ }
    const target = id && !id.startsWith('?') && document.getElementById(id);
    if (!target) return;
    if (target.closest('[hidden]')) { form.reset(); apply(); }
    for (let at = target; at; at = at.parentElement) if (at.localName === 'details') at.open = true;
    target.querySelector(':scope > details.talk')?.setAttribute('open', '');
    target.scrollIntoView();
  };

  const copy = async (pre, button) => {
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(pre.textContent);
    } catch {
      getSelection().selectAllChildren(pre);
      document.execCommand('copy');
    }
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = label; }, 1500);
  };

  for (const pre of document.querySelectorAll('pre[data-copy]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy ' + pre.dataset.copy;
    button.addEventListener('click', () => copy(pre, button));
    pre.after(button);
  }

  form.hidden = false;
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', apply);
  form.addEventListener('reset', () => setTimeout(apply));
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target.matches('input, select, textarea') || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    fields.q.focus();
  });
  addEventListener('hashchange', () => { recall(); reveal(); });
  addEventListener('beforeprint', () => {
    for (const talk of document.querySelectorAll('#failures details.talk')) talk.open = true;
  });
  recall();
  reveal();
})();
