/* The comparison page: matrix, filters, columns, conversations side by side, keys. */
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch, open, violations } from './browser.mjs';

const dir = process.env.PAGES;
const two = `${dir}/two.html`, three = `${dir}/three.html`;
let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

const lines = (page) => page.$$eval('.matrix tbody tr', (all) => all.filter((one) => !one.hidden).map((one) => ({
  id: one.querySelector('code, button').textContent, ...one.dataset,
  verdicts: [...one.querySelectorAll('td')].filter((cell) => !cell.hidden).map((cell) => cell.className),
})));

test('nothing is logged, asked for or blocked', async () => {
  for (const file of [two, three]) {
    const page = await open(browser, file);
    assert.deepEqual(page.seen, []);
    await page.close();
  }
});

test('only differences at first; all on demand; failures, level, RFC, text', async () => {
  const page = await open(browser, three);
  let rows = await lines(page);
  assert.ok(rows.length > 20 && rows.every((row) => new Set(row.verdicts).size > 1), 'differences');
  assert.equal(await page.textContent('output'), `${rows.length} of ${await page.$$eval('.matrix tbody tr', (a) => a.length)} results`);
  await page.uncheck('[name=d]');
  const all = await lines(page);
  assert.ok(all.length > 200);
  await page.check('[name=f]');
  rows = await lines(page);
  assert.ok(rows.length > 0 && rows.every((row) => row.verdicts.includes('fail')), 'failures');
  await page.uncheck('[name=f]');
  await page.selectOption('[name=l]', 'security');
  assert.deepEqual(await lines(page), all.filter((row) => row.l === 'security'));
  await page.selectOption('[name=l]', '');
  await page.selectOption('[name=r]', '3030');
  assert.deepEqual(await lines(page), all.filter((row) => row.r === '3030'));
  await page.selectOption('[name=r]', '');
  await page.fill('[name=q]', 'bdat zero');
  rows = await lines(page);
  assert.ok(rows.length > 0 && rows.every((row) => row.id.includes('bdat')), JSON.stringify(rows.slice(0, 3)));
  await page.click('button[type=reset]');
  await page.waitForFunction(() => document.querySelector('[name=d]').checked && !document.querySelector('[name=q]').value);
  await page.close();
});

test('a column that is not shown makes no difference', async () => {
  const page = await open(browser, three);
  await page.click('.columns summary');
  await page.uncheck('[name=run][value="1"]');
  const rows = await lines(page);
  assert.ok(rows.length > 0 && rows.every((row) => row.verdicts.length === 2 && row.verdicts[0] !== row.verdicts[1]));
  assert.equal(await page.$$eval('thead th.run', (all) => all.filter((one) => !one.hidden).length), 2);
  await page.uncheck('[name=run][value="2"]');
  assert.equal((await lines(page)).length, 0);
  await page.close();
});

test('head and ids stay in sight', async () => {
  const page = await open(browser, three);
  await page.uncheck('[name=d]');
  await page.setViewportSize({ width: 500, height: 600 });
  const at = await page.$eval('.matrix', (matrix) => {
    matrix.scrollTo(300, 4000);
    matrix.scrollIntoView();
    const box = matrix.getBoundingClientRect();
    const head = matrix.querySelector('thead th.run').getBoundingClientRect();
    const first = document.elementFromPoint(box.left + 20, box.top + box.height / 2);
    return { head: head.top - box.top, first: first.closest('th')?.scope, scrolled: matrix.scrollTop };
  });
  assert.ok(at.scrolled > 1000 && Math.abs(at.head) < 3, JSON.stringify(at));
  assert.equal(at.first, 'row');
  await page.close();
});

test('a click shows the conversations side by side; next, previous, Escape', async () => {
  const page = await open(browser, three);
  await page.click('tr.can td.fail');
  assert.ok(await page.isVisible('dialog'));
  assert.equal(await page.$$eval('dialog .side', (all) => all.length), 3);
  assert.equal(await page.$$eval('dialog .side.chosen.fail', (all) => all.length), 1);
  assert.ok(await page.isVisible('dialog .side.chosen .t .d'), 'what decided is in sight');
  const title = await page.textContent('dialog h2');
  await page.click('dialog [name=next]');
  assert.notEqual(await page.textContent('dialog h2'), title);
  await page.click('dialog [name=previous]');
  assert.equal(await page.textContent('dialog h2'), title);
  await page.focus('dialog [name=close]');
  await page.keyboard.press('ArrowRight');
  assert.notEqual(await page.textContent('dialog h2'), title);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Escape');
  assert.ok(await page.isHidden('dialog'));
  assert.equal(await page.evaluate(() => document.activeElement.textContent), title, 'focus goes back');
  assert.deepEqual(page.seen, []);
  await page.close();
});

test('on a page without transcripts of what passed: one conversation, and a list of the others', async () => {
  const page = await open(browser, `${dir}/brief.html`);
  assert.ok(await page.$$eval('.matrix td.fail', (all) => all.some((one) => one.textContent === 'fail* excused')), 'a baseline');
  await page.click('tr.can td.fail');
  assert.equal(await page.$$eval('dialog .side .t', (all) => all.length), 1);
  assert.equal(await page.$$eval('dialog .others li', (all) => all.length), 2);
  assert.ok(await page.isVisible('dialog .side.chosen .head dl'), 'expected and found stay in sight');
  await page.click('dialog [name=close]');
  await page.click('tr.can:has(td.fail) td.pass');
  assert.equal(await page.$$eval('dialog .others li.chosen', (all) => all.length), 1);
  await page.close();
});

test('by key alone', async () => {
  const page = await open(browser, three);
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.name), 'q');
  await page.focus('.matrix button.id');
  await page.keyboard.press('Enter');
  assert.ok(await page.isVisible('dialog'));
  const id = await page.textContent('dialog h2');
  const there = await open(browser, three, await page.evaluate(() => location.hash));
  assert.equal(await there.textContent('dialog h2'), id, 'a link to it');
  await page.close();
  await there.close();
});

test('two runs: what became worse', async () => {
  const page = await open(browser, two);
  const worse = Number(await page.textContent('.scores li b'));
  await page.selectOption('[name=c]', 'worse');
  const rows = await lines(page);
  assert.ok(worse > 10 && rows.length === worse && rows.every((row) => row.c.split(' ')[0] === 'worse' && row.verdicts[1] === 'fail'));
  await page.close();
});

test('without JavaScript the matrix is there, what differs first', async () => {
  const plain = await launch({ javaScriptEnabled: false });
  try {
    const page = await open(plain, three);
    assert.ok(await page.isVisible('.matrix tbody tr.differs td.fail'));
    assert.ok(await page.isHidden('form.filters'));
  } finally {
    await plain.close();
  }
});

test('on a phone nothing but the matrix is wider than the screen, nor is there anything behind it', async () => {
  for (const file of [two, three, `${dir}/brief.html`]) {
    const page = await open(browser, file);
    await page.uncheck('[name=d]');
    await page.setViewportSize({ width: 360, height: 740 });
    const size = await page.evaluate(() => [document.scrollingElement.scrollWidth, document.scrollingElement.scrollHeight,
      document.querySelector('.matrix').getBoundingClientRect().bottom + scrollY]);
    assert.ok(size[0] <= 360 && size[1] < size[2] + 100, JSON.stringify(size));
    await page.close();
  }
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing: ${colorScheme}`, async () => {
    for (const file of [`${dir}/few-two.html`, `${dir}/few-three.html`]) {
      const page = await open(browser, file);
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), []);
      await page.click('tr.can td.fail');
      assert.deepEqual(await violations(page, 'dialog'), []);
      await page.close();
    }
  });
}
