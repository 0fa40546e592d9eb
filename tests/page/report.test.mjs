/* The page of a run: filters, links, keys, no script, no network, names that a screen reader can say. */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { launch, open, violations } from './browser.mjs';

const dir = process.env.PAGES;
const bad = `${dir}/bad.html`, good = `${dir}/good.html`, few = `${dir}/few.html`;
let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

/* Cases that are shown: not filtered out (whether or not their group is open). */
const shown = (page) => page.$$eval('.case', (all) => all.filter((one) => !one.closest('[hidden]')).map((one) => ({ ...one.dataset })));

test('the whole suite, with failures: nothing is logged, asked for or blocked', async () => {
  const whole = `${dir}/whole.html`;
  const page = await open(browser, whole);
  assert.deepEqual(page.seen, []);
  assert.ok((await shown(page)).length > 1000, 'the whole suite');
  assert.equal(await page.title(), 'reference server - smtpspec');
  assert.match(await page.textContent('.why'), /failed at level security/);
  assert.ok(statSync(whole).size < 6e6, `${statSync(whole).size} octets`);
  await page.close();
});

test('the counts at the top are those of the results', async () => {
  const page = await open(browser, bad);
  const cases = await shown(page);
  const count = (v, ...levels) => cases.filter((one) => one.v === v && (!levels.length || levels.includes(one.l))).length;
  const scores = await page.$$eval('.scores b', (all) => all.map((one) => Number(one.textContent)));
  assert.deepEqual(scores, [count('fail', 'security'), count('fail', 'MUST', 'SHOULD', 'MAY'), count('warn', 'SHOULD'), count('pass'), count('skip')]);
  assert.ok(scores[0] > 0 && scores[1] > 0 && scores[3] > 100);
  await page.close();
});

test('filters by verdict, level, RFC, tag and text; the count; clearing', async () => {
  const page = await open(browser, bad);
  const all = await shown(page);
  const expect = async (what, wanted) => {
    const found = await shown(page);
    const right = all.filter(wanted).length;
    assert.equal(found.length, right, what);
    assert.ok(right > 0 && right < all.length, `${what}: ${right}`);
    assert.ok(found.every(wanted), what);
    assert.equal(await page.textContent('output'), `${right} of ${all.length} results`);
  };
  await page.check('[name=v][value=fail]');
  await expect('fail', (one) => one.v === 'fail');
  await page.check('[name=v][value=skip]');
  await expect('fail or skip', (one) => one.v === 'fail' || one.v === 'skip');
  await page.click('button[type=reset]');
  assert.equal((await shown(page)).length, all.length);
  assert.equal(await page.textContent('output'), '');
  await page.selectOption('[name=l]', 'SHOULD');
  await expect('SHOULD', (one) => one.l === 'SHOULD');
  await page.selectOption('[name=l]', '');
  await page.selectOption('[name=r]', '3207');
  await expect('RFC 3207', (one) => one.r === '3207');
  await page.selectOption('[name=r]', '');
  await page.selectOption('[name=t]', 'smuggling');
  await expect('tag', (one) => (one.t ?? '').split(' ').includes('smuggling'));
  await page.selectOption('[name=t]', '');
  await page.fill('[name=q]', 'bdat zero');
  const ids = await page.$$eval('.case', (list) => list.filter((one) => !one.closest('[hidden]')).map((one) => one.id));
  assert.ok(ids.length > 0 && ids.length < 20 && ids.every((id) => /bdat/.test(id)), ids.join(' '));
  assert.ok(await page.isVisible(`[id="${ids[0]}"] summary`), 'the group of what was found is opened');
  await page.fill('[name=q]', 'no such thing anywhere');
  assert.equal((await shown(page)).length, 0);
  assert.deepEqual(page.seen, []);
  await page.close();
});

test('a server that never answers makes no endless page', async () => {
  const page = await open(browser, `${dir}/nobody.html`);
  assert.equal(await page.$$eval('#unlearned article', (all) => all.length), 0);
  assert.ok(await page.$$eval('#unlearned details.group', (all) => all.length) > 0);
  await page.$$eval('#catalogue', ([one]) => one.remove());
  assert.ok(await page.evaluate(() => document.scrollingElement.scrollHeight) < 8000);
  await page.close();
});

test('headings count what a filter leaves', async () => {
  const page = await open(browser, bad);
  const before = await page.textContent('#failures h2 small');
  await page.fill('[name=q]', 'smuggling');
  assert.match(await page.textContent('#failures h2 small'), new RegExp(`^\\d+ of ${before}$`));
  await page.click('button[type=reset]');
  await page.waitForFunction((text) => document.querySelector('#failures h2 small').textContent === text, before);
  await page.close();
});

test('a filter is in the address, and comes back from there', async () => {
  const page = await open(browser, bad);
  await page.check('[name=v][value=fail]');
  await page.selectOption('[name=l]', 'security');
  const hash = await page.evaluate(() => location.hash);
  const again = await open(browser, bad, hash);
  assert.equal(await again.textContent('output'), await page.textContent('output'));
  assert.match(await again.textContent('output'), /^\d+ of/);
  await page.close();
  await again.close();
});

test('every link leads somewhere, and ids are there once', async () => {
  const page = await open(browser, bad);
  const lost = await page.$$eval('a[href^="#"]', (links) => links.map((link) => link.getAttribute('href'))
    .filter((href) => !document.getElementById(decodeURIComponent(href.slice(1)))));
  assert.deepEqual(lost, []);
  const twice = await page.$$eval('[id]', (all) => {
    const seen = new Set();
    return all.map((one) => one.id).filter((id) => seen.has(id) || !seen.add(id));
  });
  assert.deepEqual(twice, []);
  assert.equal(await page.$$eval('a:not([href^="#"])', (all) => all.length), 0);
  await page.close();
});

test('links open what they lead to: from the address, the picture, the catalogue', async () => {
  const passed = 'order/rcpt-first';
  const page = await open(browser, bad);
  const id = await page.$eval('#passes .case', (one) => one.id);
  const there = await open(browser, bad, `#${id}`);
  assert.ok(await there.isVisible(`[id="${id}"] .t`), `${id} ${passed}`);
  await page.click('.tile.fail');
  assert.match(await page.evaluate(() => location.hash), /^#s-/);
  await page.waitForFunction(() => document.querySelector('.section:target').getBoundingClientRect().top < innerHeight);
  await page.click('.section:target .req[data-v=fail] summary');
  await page.click('.section:target .req[data-v=fail] li:has(.fail) a');
  const target = await page.$eval(':target', (one) => ({ v: one.dataset.v, top: one.getBoundingClientRect().top, talk: one.querySelector('details.talk').open }));
  assert.equal(target.v, 'fail');
  assert.ok(target.talk && target.top >= 0 && target.top < 900, JSON.stringify(target));
  await page.close();
  await there.close();
});

test('a link to what is filtered out clears the filter', async () => {
  const page = await open(browser, bad);
  const id = await page.$eval('#failures .case', (one) => one.id);
  await page.check('[name=v][value=skip]');
  assert.ok(await page.isHidden(`[id="${id}"]`));
  await page.evaluate((to) => { location.hash = to; }, id);
  await page.waitForSelector(`[id="${id}"]`, { state: 'visible' });
  await page.close();
});

test('the keys: skip link, search, opening and closing', async () => {
  const page = await open(browser, bad);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'To what failed');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => location.hash), '#failures');
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.name), 'q');
  await page.keyboard.type('a/b');
  assert.equal(await page.inputValue('[name=q]'), 'a/b');
  await page.fill('[name=q]', '');
  const summary = await page.$('#failures .case details.again summary');
  await summary.focus();
  await page.keyboard.press('Enter');
  assert.ok(await page.$eval('#failures .case details.again', (one) => one.open));
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.localName), 'pre');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Copy the shell command');
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, 'solid', 'focus can be seen');
  await page.close();
});

test('copying a command and a scenario', async () => {
  const page = await open(browser, bad);
  await page.evaluate(() => {
    window.copied = [];
    window.setTimeout = () => {}; /* the button says so for good: a busy machine looks later */
    Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied.push(text); } } });
  });
  await page.click('#failures .case details.again summary');
  for (const button of await page.$$('#failures .case:first-of-type .copy >> visible=true')) await button.click();
  const copied = await page.evaluate(() => window.copied);
  assert.match(copied[0], /^\{\n {2}sleep [\s\S]*\} \| timeout \d+ nc 127\.0\.0\.1 \d+\n$/);
  assert.match(copied[1], /^suite: [a-z-]+-copy\n[\s\S]*scenarios:\n {2}- id: /);
  assert.equal(await page.textContent('#failures .copy'), 'Copied');
  await page.close();
});

test('without JavaScript everything essential is there', async () => {
  const plain = await launch({ javaScriptEnabled: false });
  try {
    const page = await open(plain, bad);
    assert.ok(await page.isHidden('form.filters'));
    assert.ok(await page.isVisible('#failures .case h4'));
    assert.ok(await page.isVisible('#failures .t .d'));
    await page.click('details.group summary');
    assert.ok(await page.isVisible('details.group[open] .case summary'));
    await page.click('.tile.fail');
    assert.ok(await page.isVisible('.section:target .req'));
  } finally {
    await plain.close();
  }
});

test('on a phone nothing is wider than the screen', async () => {
  for (const file of [bad, good, few]) {
    const page = await open(browser, file);
    await page.setViewportSize({ width: 360, height: 740 });
    await page.$$eval('#failures details', (all) => { for (const one of all) one.open = true; });
    const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
    assert.ok(width <= 360, `${file}: ${width}`);
    await page.close();
  }
});

test('on paper: failures with their conversations, no controls', async () => {
  const page = await open(browser, few);
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
  assert.ok(await page.isHidden('nav') && await page.isHidden('form.filters') && await page.isHidden('#passes'));
  assert.equal(await page.$$eval('#failures .talk:not([open])', (all) => all.length), 0);
  assert.ok((await page.pdf({ format: 'A4' })).length > 10000);
  await page.close();
});

for (const [name, file] of [['failures', few], ['a clean run', `${dir}/clean.html`]]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`axe finds nothing: ${name}, ${colorScheme}`, async () => {
      const page = await open(browser, file);
      await page.emulateMedia({ colorScheme });
      await page.$$eval('details:not(#catalogue details)', (all) => { for (const one of all) one.open = true; });
      // Of the hundreds of requirements a few will do.
      await page.$$eval('#catalogue .section', (all) => { for (const one of all.slice(4)) one.remove(); });
      assert.deepEqual(await violations(page), []);
      await page.close();
    });
  }
}
