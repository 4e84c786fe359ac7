import { startEmulator, type TestEmulator } from '../support.ts';
import type { PreparedRoom } from './sample.ts';

export const directorySamples = {
  samples: [
    'aad-advanced-queries-1',
    'auth-v2-user-2',
    'delta-query-groups-1',
    'delta-query-overview-1',
    'delta-query-users-3',
    'delta-query-users-4',
    'directoryobject-get-1',
    'directoryobject-getbyids-1',
    'directoryobject-getmembergroups-1',
    'directoryobject-getmembergroups-2',
    'domain-get-1',
    'domain-list-1',
    'group-delta-2',
    'group-delta-3',
    'group-get-1',
    'group-get-2',
    'group-list-2',
    'group-list-5',
    'group-list-6',
    'group-list-7',
    'group-list-memberof-2',
    'group-list-memberof-3',
    'group-list-memberof-4',
    'group-list-members-1',
    'group-list-members-5',
    'group-list-transitivememberof-1',
    'group-list-transitivememberof-2',
    'group-list-transitivememberof-3',
    'group-list-transitivememberof-4',
    'group-list-transitivemembers-1',
    'group-list-transitivemembers-4',
    'group-list-transitivemembers-5',
    'organization-list-1',
    'orgcontact-get-1',
    'orgcontact-list-2',
    'orgcontact-list-4',
    'orgcontact-list-memberof-1',
    'orgcontact-list-transitivememberof-1',
    'user-delta-1',
    'user-delta-3',
    'user-list-1',
    'user-list-2',
    'user-list-3',
    'user-list-5',
    'user-list-6',
    'user-list-8',
    'user-list-memberof-1',
    'user-list-memberof-2',
    'user-list-memberof-3',
    'user-list-transitivememberof-2',
  ],
  prepare,
};

const ROLES = ['Directory.Read.All', 'User.Read.All', 'Group.Read.All', 'Domain.Read.All', 'Organization.Read.All', 'Member.Read.Hidden'];
const REQUEST_MINIMAL = 'return=minimal, odata.maxpagesize=1';

/** Contoso with the groups, people and domains that the pages speak of. */
async function prepare(): Promise<PreparedRoom> {
  const client = await startEmulator({ seed: { mailboxes: 24, messagesPerMailbox: 1 } });
  await client.control('PATCH', `/apps/${client.clientId}`, { roles: ROLES });
  const people = await preparePeople(client);
  const groups = await prepareGroups(client, people);
  await client.control('PATCH', '/domains/contoso.com', { availabilityStatus: 'AvailableImmediately', supportedServices: ['Email'] });
  const contact = client.emulator.world.directory.list('orgContact').find(({ value }) => value.displayName === 'Nicole Wagner')!.id;
  const device = client.emulator.world.directory.list('device')[0]!.id;
  const skipToken = (await client.get('/users/delta?$select=displayName,givenName,surname', { prefer: 'odata.maxpagesize=20' })).body[
    '@odata.nextLink'
  ].split('?')[1];
  const deltaToken = (await client.get('/users/delta?$deltatoken=latest')).body['@odata.deltaLink'].split('?')[1];
  const page = (rest: string) => ({ path: rest, headers: { Prefer: 'odata.maxpagesize=5' } });
  const { nested, circle, video } = groups;
  return {
    client,
    samples: {
      // The page shows what is answered when the header is missing.
      'aad-advanced-queries-1': { headers: { ConsistencyLevel: '' } },
      'auth-v2-user-2': { person: { id: people.full, scopes: ['User.Read'] } },
      'delta-query-groups-1': page('/groups/delta?$select=displayName,description,members'),
      'delta-query-users-3': { path: `/users/delta?${skipToken}` },
      'delta-query-users-4': { path: `/users/delta?${deltaToken}` },
      'directoryobject-get-1': { path: `/directoryObjects/${people.full}` },
      'directoryobject-getbyids-1': { body: { ids: [people.full, people.wa], types: ['user'] } },
      'directoryobject-getmembergroups-1': { path: `/directoryObjects/${nested}/getMemberGroups` },
      'directoryobject-getmembergroups-2': { person: { id: people.full, scopes: ['User.Read', 'GroupMember.Read.All'] } },
      'group-delta-2': page('/groups/delta?$select=displayName,description,mailNickname'),
      'group-delta-3': { headers: { Prefer: REQUEST_MINIMAL } },
      'group-get-1': { path: `/groups/${groups.library}` },
      'group-get-2': {
        path: `/groups/${groups.library}?$select=allowExternalSenders,autoSubscribeNewMembers,isSubscribedByMail,unseenCount`,
      },
      'group-list-memberof-2': { path: `/groups/${nested}/memberOf/$count` },
      'group-list-memberof-3': { path: `/devices/${device}/memberOf/microsoft.graph.group/$count` },
      'group-list-memberof-4': {
        path: `/groups/${nested}/memberOf/microsoft.graph.group?$count=true&$orderby=displayName&$search="displayName:Video"`,
      },
      'group-list-members-1': { path: `/groups/${circle}/members` },
      'group-list-members-5': { path: `/groups/${video}/members?$count=true&$filter=startswith(displayName, 'a')` },
      'group-list-transitivememberof-1': { path: `/groups/${nested}/transitiveMemberOf` },
      'group-list-transitivememberof-2': { path: `/groups/${nested}/transitiveMemberOf/$count` },
      'group-list-transitivememberof-3': { path: `/groups/${nested}/transitiveMemberOf/microsoft.graph.group/$count` },
      'group-list-transitivememberof-4': {
        path: `/groups/${nested}/transitiveMemberOf/microsoft.graph.group?$count=true&$orderby=displayName&$search="displayName:tier"&$select=displayName,id`,
      },
      'group-list-transitivemembers-1': { path: `/groups/${video}/transitiveMembers` },
      'group-list-transitivemembers-4': {
        path: `/groups/${video}/transitiveMembers/microsoft.graph.user?$count=true&$orderBy=displayName&$search="displayName:tier"&$select=displayName,id`,
      },
      'group-list-transitivemembers-5': {
        path: `/groups/${video}/transitiveMembers/microsoft.graph.user?$count=true&$orderBy=displayName&$filter=startswith(displayName, 'a')`,
      },
      'orgcontact-get-1': { path: `/contacts/${contact}` },
      'orgcontact-list-memberof-1': { path: `/contacts/${contact}/memberOf` },
      'orgcontact-list-transitivememberof-1': { path: `/contacts/${contact}/transitiveMemberOf` },
      'user-delta-1': page('/users/delta'),
      'user-delta-3': { headers: { Prefer: REQUEST_MINIMAL } },
      'user-list-memberof-1': { path: `/users/${people.full}/memberOf` },
      'user-list-memberof-2': { path: `/users/${people.full}/memberOf/$count` },
      'user-list-memberof-3': { path: `/users/${people.full}/memberOf/microsoft.graph.group/$count` },
      'user-list-transitivememberof-2': { path: `/users/${people.full}/transitiveMemberOf/$count` },
    },
  };
}

async function preparePeople(client: TestEmulator): Promise<{ full: string; wa: string; smith: string }> {
  const [full, wa, smith, archie] = client.emulator.world.users().filter((user) => user.class === 'user');
  const profile = { preferredLanguage: 'en-US', businessPhones: ['+1 425 555 0109'], mobilePhone: '+1 425 555 0109' };
  await client.control('PATCH', `/users/${full!.id}`, {
    ...profile,
    displayName: 'Adele Tier',
    givenName: 'Adele',
    jobTitle: 'Retail Manager',
  });
  await client.control('PATCH', `/users/${wa!.id}`, { displayName: 'Oscar Ward', givenName: 'Oscar', surname: 'Ward' });
  await client.control('PATCH', `/users/${smith!.id}`, {
    displayName: 'John Smith',
    identities: [{ signInType: 'emailAddress', issuer: 'My B2C tenant', issuerAssignedId: 'j.smith@yahoo.com' }],
    assignedLicenses: [{ disabledPlans: [], skuId: 'cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46' }],
  });
  await client.control('PATCH', `/users/${archie!.id}`, { displayName: 'Grady Archie', mail: 'GradyA@contoso.com', jobTitle: 'Designer' });
  return { full: full!.id, wa: wa!.id, smith: smith!.id };
}

async function prepareGroups(client: TestEmulator, people: { full: string; wa: string }) {
  const add = async (fields: object) => (await client.control('POST', '/groups', fields)).body.id as string;
  const library = await add({
    ...{ kind: 'microsoft365', displayName: 'Library Assist', description: 'Self help community for library', mail: 'library@contoso.com' },
    ...{ expirationDateTime: '2027-01-11T10:07:01Z', preferredDataLocation: 'EU', hasMembersWithLicenseErrors: true },
    members: [people.full],
  });
  const nested = await add({ kind: 'security', displayName: 'Nested', description: 'Within others', members: [people.full] });
  const circle = await add({
    kind: 'mailEnabledSecurity',
    displayName: 'Circle',
    mail: 'circle@contoso.com',
    members: [people.full, people.wa],
  });
  const video = await add({
    ...{ kind: 'microsoft365', displayName: 'SFA Videos', mail: 'SFAVideos@service.contoso.com', members: [nested, people.full] },
  });
  await add({
    kind: 'distribution',
    displayName: 'Production Video',
    description: 'Video Production',
    mail: 'videoprod@service.contoso.com',
  });
  await add({ kind: 'distribution', displayName: 'Contoso-tier Query Notification', mail: 'tier@contoso.com', members: [nested] });
  await add({ kind: 'dynamic', displayName: 'Guests', membershipRule: '(user.userType -contains "Guest") or (user.city -eq "Nairobi")' });
  return { library, nested, circle, video };
}
