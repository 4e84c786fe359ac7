import { startEmulator, type TestEmulator } from '../support.ts';
import type { PreparedRoom, Replay } from './sample.ts';

const ROLES = ['User.Read.All', 'Files.ReadWrite.All', 'Sites.FullControl.All', 'Sites.ReadWrite.All'];
const SCOPES = ['Files.ReadWrite.All', 'Sites.ReadWrite.All'];

export const filesSamples = {
  samples: [
    'drive-get-1',
    'drive-get-specialfolder-2',
    'driveitem-delta-4',
    'driveitem-get-1',
    'driveitem-get-content-format-1',
    'driveitem-list-permissions-1',
    'driveitem-list-thumbnails-1',
    'driveitem-list-thumbnails-3',
    'driveitem-list-thumbnails-5',
    'driveitem-search-2',
    'driveitemversion-get-1',
    'list-get-2',
    'listitem-list-1',
    'permission-get-1',
    'shares-get-2',
    'site-getbypath-1',
    'site-list-2',
    'site-list-permissions-1',
    'site-search-1',
  ],
  prepare: async (): Promise<PreparedRoom> => {
    const client = await startEmulator({ seed: { mailboxes: 4, messagesPerMailbox: 20 } });
    await client.control('PATCH', `/apps/${client.clientId}`, { roles: ROLES });
    return { client, samples: { ...(await driveSamples(client)), ...(await siteSamples(client)) } };
  },
};

/** A person's library with the shared folder, deleted folder and linked item that the pages show. */
async function driveSamples(client: TestEmulator): Promise<Record<string, Replay>> {
  const user = client.emulator.world.users().find((known) => known.class === 'user')!;
  const person = { id: user.id, scopes: SCOPES };
  const add = async (fields: object) => (await client.control('POST', `/drives/${user.id}/items`, fields)).body.id as string;
  await add({ path: 'Documents/Letters', folder: true });
  const drive = (await client.get(`/users/${user.id}/drive`)).body;
  const shared = (await client.get(`/users/${user.id}/drive/root:/Contoso Project:/children`)).body.value;
  const file = shared.find((item: any) => item.file);
  const permissions = (await client.get(`/users/${user.id}/drive/items/${file.id}/permissions`)).body.value;
  const direct = permissions.find((permission: any) => permission.id === 'colleague');
  const sharedUrl = `u!${Buffer.from(file.webUrl).toString('base64url')}`;
  const gone = await add({ path: 'folder2', folder: true });
  await client.control('DELETE', `/drives/${user.id}/items/${gone}`);
  const mine = (path: string): Replay => ({ path: `/me/drive${path}`, person });
  return {
    'drive-get-1': { path: `/drives/${drive.id}` },
    'drive-get-specialfolder-2': mine('/special/documents/children'),
    // The page's token is encoded already.
    'driveitem-delta-4': mine('/root/delta?token=2021-09-29T20:00:00Z'),
    'driveitem-get-1': { person },
    'driveitem-get-content-format-1': mine(`/items/${file.id}/content?format=pdf`),
    'driveitem-list-permissions-1': mine(`/items/${file.id}/permissions`),
    'driveitem-list-thumbnails-1': mine(`/items/${file.id}/thumbnails`),
    'driveitem-list-thumbnails-3': mine(`/items/${file.id}/thumbnails/0/small/content`),
    'driveitem-list-thumbnails-5': mine(`/items/${file.id}/thumbnails?select=c300x400_crop`),
    'driveitem-search-2': mine(`/search(q='Contoso Project')?$top=${await hitsUpToRemote(client, user.id)}`),
    'driveitemversion-get-1': mine(`/items/${file.id}/versions/1.0`),
    'permission-get-1': mine(`/items/${file.id}/permissions/${direct.id}`),
    'shares-get-2': { path: `/shares/${sharedUrl}/driveItem` },
  };
}

/** As many hits as a first page must hold to show one that somebody shared, with more behind it. */
async function hitsUpToRemote(client: TestEmulator, userId: string): Promise<number> {
  const search = async () => (await client.get(`/users/${userId}/drive/search(q='Contoso Project')`)).body.value as any[];
  const remote = (await search()).find((item) => item.remoteItem);
  const owner = (await client.get(`/drives/${remote.parentReference.driveId}`)).body.owner.user.id;
  await client.control('POST', `/drives/${owner}/items`, { path: 'Contoso Project/Contoso Project plan.txt', content: 'Plan' });
  return (await search()).findIndex((item) => item.remoteItem) + 1;
}

async function siteSamples(client: TestEmulator): Promise<Record<string, Replay>> {
  const { value } = (await client.get('/sites?search=*')).body;
  const site = value.find((known: any) => known.name === 'teamA');
  return {
    'list-get-2': { path: `/sites/${site.id}/lists/Inventory` },
    'listitem-list-1': { path: `/sites/${site.id}/lists/Inventory/items?expand=fields(select=Name,Color,Quantity)` },
    'site-getbypath-1': { path: `/sites/contoso.sharepoint.com:/teams/1drvteam` },
    'site-list-permissions-1': { path: `/sites/${site.id}/permissions` },
    'site-search-1': { path: '/sites?search=team' },
  };
}
