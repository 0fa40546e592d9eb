/* What a hostile server said, in every report that is looked at by a program that might act on it. */
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import test, { after, before } from 'node:test';
import MarkdownIt from 'markdown-it';
import { launch, open, violations } from './browser.mjs';

const dir = process.env.PAGES;
let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

/* Nothing ran, nothing was added that the page's own template and code do not have. */
async function harmless(page, ownScripts) {
  const found = await page.evaluate(() => ({
    owned: window.owned,
    scripts: document.querySelectorAll('script').length,
    strange: [...document.querySelectorAll('img, iframe, object, embed, link, base, video, audio, a[href^="javascript"], form[action]')].map((one) => one.outerHTML),
    handlers: [...document.querySelectorAll('*')].flatMap((one) => one.getAttributeNames().filter((name) => name.startsWith('on'))),
    controls: /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/.test(document.body.innerText),
  }));
  assert.deepEqual(found, { owned: undefined, scripts: ownScripts, strange: [], handlers: [], controls: false });
  assert.deepEqual(page.seen, []);
}

test('the page: every conversation open, every filter used', async () => {
  const file = `${dir}/hostile.html`;
  const page = await open(browser, file);
  await page.$$eval('details', (all) => { for (const one of all) one.open = true; });
  await page.hover('.case .t .s');
  await page.fill('[name=q]', '<script>');
  await page.fill('[name=q]', '');
  assert.ok((await page.textContent('.facts')).includes('<script>window.owned=1</script>'), 'it is shown as text');
  assert.ok((await page.textContent('main')).includes('<img src=x onerror=window.owned=1>'), 'in conversations too');
  assert.ok(await page.$$eval('.t b', (all) => all.some((one) => one.textContent.includes('\\x1b'))));
  await harmless(page, 1);
  assert.ok(statSync(file).size < 14e6, `lines of a MiB make a page of ${statSync(file).size} octets`);
  await page.close();
});

test('the page: axe, phone', async () => {
  const page = await open(browser, `${dir}/hostile.html`);
  assert.deepEqual(await violations(page, '#failures article'), []);
  await page.setViewportSize({ width: 360, height: 740 });
  assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth) <= 360);
  await page.close();
});

test('the comparison: every conversation opened', async () => {
  const file = `${dir}/hostile-matrix.html`;
  const page = await open(browser, file);
  await page.click('.matrix button.id');
  for (let i = 0; i < 200 && await page.isEnabled('dialog [name=next]'); i++) await page.click('dialog [name=next]');
  assert.ok(await page.$$eval('dialog .t b', (all) => all.length) >= 0);
  await harmless(page, 2);
  assert.ok(statSync(file).size < 14e6, `${statSync(file).size} octets`);
  await page.close();
});

test('a page of results that somebody made up', async () => {
  const page = await open(browser, `${dir}/forged.html`);
  await page.$$eval('details', (all) => { for (const one of all) one.open = true; });
  await harmless(page, 1);
  await page.close();
});

test('Markdown, as a forge shows it: no element but those of the summary, no address', async () => {
  for (const name of ['hostile.md', 'hostile-matrix.md']) {
    const text = readFileSync(`${dir}/${name}`, 'utf8');
    const html = new MarkdownIt({ html: true, linkify: true }).render(text);
    const page = await browser.context.newPage();
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.setContent(html);
    const found = await page.evaluate(() => ({
      owned: window.owned,
      names: [...new Set([...document.body.querySelectorAll('*')].map((one) => one.localName))].sort(),
      links: [...document.querySelectorAll('a')].map((one) => one.getAttribute('href')),
      handlers: [...document.querySelectorAll('*')].flatMap((one) => one.getAttributeNames().filter((a) => a.startsWith('on'))),
    }));
    assert.equal(found.owned, undefined);
    assert.deepEqual(found.handlers, []);
    assert.deepEqual(found.links.filter((href) => !/^https:\/\/(www\.rfc-editor\.org|datatracker\.ietf\.org)\//.test(href)), []);
    assert.deepEqual(found.names.filter((one) => ['script', 'img', 'iframe', 'style', 'object', 'form'].includes(one)), []);
    assert.deepEqual(asked, []);
    await page.close();
  }
});
