import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeGraph } from './support/make-graph.ts';
import { startScriptedMicrosoft, type ScriptedMicrosoft } from './support/scripted-microsoft.ts';
import type { Graph } from './types.ts';

let microsoft: ScriptedMicrosoft;
let graph: Graph;
beforeAll(async () => {
  microsoft = await startScriptedMicrosoft();
});
afterAll(() => microsoft.close());
beforeEach(() => {
  ({ graph } = makeGraph(microsoft));
  return () => graph.close();
});

const user = { userId: 'u' };
const asked = () => microsoft.graphRequests.map(({ url }) => decodeURIComponent(url));

test('an archive is asked for in beta, which alone tells it, and read in v1.0 by its id', async () => {
  const archive = 'MBX:2b3c0a5e-0000-4000-8000-000000000001@84bd8158-6d4d-4958-8b9f-9d6445542f95';
  microsoft.script(
    { body: { inPlaceArchiveMailboxId: archive } },
    { body: { inPlaceArchiveMailboxId: null } },
    { body: {} },
    { body: { id: 'root' } },
  );
  expect(await graph.getArchiveId(user, {})).toBe(archive);
  expect(await graph.getArchiveId(user, {})).toBeNull();
  expect(await graph.getArchiveId(user, {})).toBeNull();
  expect(await graph.getRootFolderId({ userId: archive }, {})).toBe('root');
  expect(asked().at(0)).toBe('/beta/users/u/settings/exchange');
  expect(asked().at(3)).toBe(`/v1.0/users/${archive}/mailFolders/msgfolderroot?$select=id`);
});

test('what is no id of an archive is not taken for one', async () => {
  microsoft.script({ body: { inPlaceArchiveMailboxId: 'MBX:../users' } });
  await expect(graph.getArchiveId(user, {})).rejects.toMatchObject({ code: 'TrawlMalformedItem' });
});

test('folders below one come from the list with hidden ones and the one without, each once', async () => {
  const folder = (id: string) => ({ id, displayName: id, parentFolderId: 'top', childFolderCount: 0 });
  const next = `${microsoft.origin}/v1.0/users/u/mailFolders/top/childFolders?$skip=1`;
  const page = (value: object[], more: object = {}) => ({ body: { value, ...more } });
  microsoft.script(page([folder('hidden')], { '@odata.nextLink': next }), page([folder('a')]), page([folder('inbox'), folder('a')]));
  const found = await graph.listChildFolders({ ...user, folderId: 'top' }, {});
  expect(found.map(({ id }) => id)).toEqual(['hidden', 'a', 'inbox']);
  expect(asked()[0]).toContain('/users/u/mailFolders/top/childFolders?includeHiddenFolders=true&');
});

test('what Exchange or the directory leaves out is not there', async () => {
  microsoft.script({ body: { userPurpose: 'shared' } }, { body: {} }, { body: { id: 'u', userType: null } });
  expect(await graph.getUserPurpose(user, {})).toBe('shared');
  expect(await graph.getUserPurpose(user, {})).toBeNull();
  expect(await graph.getUserHints(user, {})).toEqual({ id: 'u', userType: null });
});
