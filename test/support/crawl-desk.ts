import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Locator, type Page } from 'playwright-core';
import { waitFor } from './wait-for.ts';

/** Pictures for docs/ are written only when somebody asks for new ones. */
const writesPictures = process.env['TRAWL_TEST_SCREENSHOTS'] === 'true';
const pictures = join(import.meta.dirname, '..', '..', 'docs', 'images');
const patienceMs = 60_000;

/** Temporal's Web UI, as an operator uses it. */
export interface CrawlDesk {
  /** Runs the query in the list of workflows until it lists so many; gives their ids. */
  list(query: string, workflows: number): Promise<string[]>;
  /** Types the query into the list of workflows as a person does; gives the ids that it lists. */
  type(query: string): Promise<string[]>;
  /** Opens a workflow; gives its summary and current details as they are read there. */
  open(workflowId: string): Promise<{ summary: string; details: string }>;
  /** What the open workflow's timeline says. */
  timeline(): Promise<string>;
  /** Sends the open workflow an update by the form of the UI; gives what the form says of each update. */
  sendUpdate(name: string, given?: { data?: string; picture?: string }): Promise<string[]>;
  /** Sends the open workflow a signal by the form of the UI. */
  sendSignal(name: string, given: { data: string; picture?: string }): Promise<void>;
  /** Writes what is seen into docs/images, when asked to by TRAWL_TEST_SCREENSHOTS=true. */
  picture(name: string): Promise<void>;
  close(): Promise<void>;
}

async function openForm(page: Page, action: string): Promise<Locator> {
  await page.locator('button[aria-controls="workflow-actions"]:visible').first().click();
  await page.locator('[role=menuitem]:visible', { hasText: action }).click();
  const form = page.locator('dialog:visible');
  await form.waitFor();
  return form;
}

/** Chooses a name in the form, which the UI has from the workflow itself; gives all names with what is said of them. */
async function choose(
  form: Locator,
  { select, name, look }: { select: string; name: string; look?: () => Promise<void> },
): Promise<string[]> {
  await form.getByTestId(`${select}-button`).click();
  const options = form.getByRole('option');
  await options.filter({ hasText: name }).first().waitFor();
  const said = await options.allInnerTexts();
  await look?.();
  await form.locator('[role=option]', { has: form.page().getByText(name, { exact: true }) }).click();
  return said;
}

async function writeData(form: Locator, data: string): Promise<void> {
  await form.locator('.cm-content').first().click();
  await form.page().keyboard.insertText(data);
  await waitFor('the editor to hold what was written', async () => (await form.locator('.cm-content').first().innerText()) === data);
}

async function submit(form: Locator): Promise<void> {
  await form.getByTestId('confirm-modal-button').click();
  const alert = form.getByRole('alert').filter({ visible: true });
  const look = async () => ((await form.count()) === 0 ? 'taken' : (await alert.count()) > 0 ? alert.innerText() : null);
  const said = await waitFor('the form to be taken', look, { timeoutMs: patienceMs });
  if (said !== 'taken') throw new Error(`The form says: ${said}`);
}

/** Opens the Web UI in a browser of its own. */
export async function openCrawlDesk({ browser: executablePath, uiUrl }: { browser: string; uiUrl: string }): Promise<CrawlDesk> {
  const browser = await chromium.launch({ executablePath, args: ['--disable-gpu'] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, timezoneId: 'UTC', locale: 'en-US' });
  page.setDefaultTimeout(patienceMs);
  const workflows = `${uiUrl}/namespaces/default/workflows`;
  const tab = (name: string) => page.locator('a:visible, [role=tab]:visible', { hasText: name }).first();
  const picture = async (name: string): Promise<void> => {
    if (!writesPictures) return;
    await mkdir(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' });
  };
  const textOf = async (frame: string): Promise<string> => {
    const body = page.frameLocator(`#${frame}`).locator('body');
    return waitFor(`${frame} to be shown`, async () => (await body.innerText()).trim() || null, { timeoutMs: patienceMs });
  };
  const listedIds = async (): Promise<string[]> => {
    await page.locator('[data-testid=workflow-status]:visible').first().waitFor({ timeout: 15_000 });
    const ids = await page.locator('a[href*="/workflows/source"]:visible').allInnerTexts();
    return ids.map((text) => text.trim()).filter((text) => text.startsWith('source/'));
  };
  return {
    picture,
    async list(query, expected) {
      const listed = async () => {
        await page.goto(`${workflows}?query=${encodeURIComponent(query)}`);
        const found = await listedIds();
        if (found.length === expected) return found;
        throw new Error(`it lists ${found.join(', ')}`);
      };
      return waitFor(`${expected} workflows of ${query}`, listed, { timeoutMs: patienceMs, everyMs: 1000 });
    },
    async type(query) {
      await page.goto(workflows);
      await page.getByTestId('toggle-manual-query').click();
      await page.locator('[data-testid=manual-search-input]:visible').fill(query);
      await page.keyboard.press('Enter');
      await page.waitForURL(/query=/);
      return listedIds();
    },
    async open(workflowId) {
      await page.goto(`${workflows}/${encodeURIComponent(workflowId)}`);
      await tab('User Metadata').click();
      return { summary: await textOf('user-metadata-summary'), details: await textOf('user-metadata-current-details') };
    },
    async timeline() {
      await tab('Timeline').click();
      await page.getByText('Auto Refresh').filter({ visible: true }).first().waitFor();
      return page.locator('main').first().innerText();
    },
    async sendUpdate(name, { data, picture: pictureName } = {}) {
      const form = await openForm(page, 'Send an Update');
      const look = async () => (pictureName === undefined ? undefined : picture(pictureName));
      const said = await choose(form, { select: 'update-select', name, look });
      if (data !== undefined) await writeData(form, data);
      await submit(form);
      return said;
    },
    async sendSignal(name, { data, picture: pictureName }) {
      const form = await openForm(page, 'Send a Signal');
      await choose(form, { select: 'signal-select', name });
      await writeData(form, data);
      if (pictureName !== undefined) await picture(pictureName);
      await submit(form);
    },
    close: () => browser.close(),
  };
}
