/* A Chromium without the network, and pages in it that are watched: whatever a page logs, throws, asks for or blocks is
 * kept, so that a test can say that there was nothing. */
import { chromium } from 'playwright-core';
import axe from 'axe-core';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const executablePath = process.env.CHROMIUM ??
  execFileSync('sh', ['-c', 'command -v chromium || command -v chromium-browser']).toString().trim();
const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export async function launch(options = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'smtpspec-page-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath, args, headless: true, viewport: { width: 1280, height: 900 }, ...options,
  });
  return { context, close: async () => { await context.close(); rmSync(profile, { recursive: true, force: true }); } };
}

export async function open(browser, file, hash = '') {
  const page = await browser.context.newPage();
  page.seen = [];
  page.on('console', (message) => page.seen.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => page.seen.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => { page.seen.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== `file://${file}`) page.seen.push(`request: ${request.url()}`);
  });
  /* A busy machine takes its time for the largest. */
  await page.goto(`file://${file}${hash}`, { timeout: 120000 });
  return page;
}

/* What axe has to say of a page, one line for each violation. It is put in from outside: the page's policy allows no script
 * but its own, and that must not be loosened for a test. */
export async function violations(page, selector = 'html') {
  await page.evaluate(axe.source);
  /* The first element of that kind: axe takes its time for each. */
  const result = await page.evaluate((within) => axe.run(document.querySelector(within), {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }), selector);
  return result.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')}`);
}
