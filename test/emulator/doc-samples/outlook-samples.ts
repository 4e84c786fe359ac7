import { WRITER_ROLES } from '../write-client.ts';
import { startEmulator } from '../support.ts';
import type { PreparedRoom } from './sample.ts';

const GROUP = '02f3bafb-448c-487c-88c2-5fd65ce49a41';

async function prepare(): Promise<PreparedRoom> {
  const client = await startEmulator({ seed: { mailboxes: 4, messagesPerMailbox: 20 } });
  await client.control('PATCH', `/apps/${client.clientId}`, { roles: [...WRITER_ROLES] });
  const me = client.emulator.world.users().find((user) => user.class === 'user')!;
  const person = (...scopes: string[]) => ({ id: me.id, scopes });
  const ids = async (prefer: string) => {
    const { body } = await client.get(`/users/${me.id}/messages?$top=2`, { prefer });
    return (body.value as { id: string }[]).map(({ id }) => id);
  };
  const contact = await client.send('POST', `${client.url}/v1.0/users/${me.id}/contacts`, {
    headers: { authorization: `Bearer ${await client.appToken()}`, 'content-type': 'application/json' },
    body: JSON.stringify(GARTH),
  });
  const made = await client.control('POST', `/groups/${GROUP}/conversations`, {
    topic: 'The new group is ready',
    posts: [
      {
        from: { name: 'Contoso Life', address: 'contosolife@contoso.example' },
        body: { contentType: 'html', content: '<p>Welcome to the group</p>' },
        attachments: [{ name: 'FileAsAttachment.txt', contentType: 'text/plain', contentBytes: 'VGhpcw==' }],
      },
    ],
  });
  const [thread] = made.body.threads;
  const inputIds = await ids('');
  return {
    client,
    samples: {
      'contact-get-1': { path: `/me/contacts/${contact.body.id}`, person: person('Contacts.Read') },
      'conversation-list-threads-1': { path: `/groups/${GROUP}/conversations/${made.body.id}/threads` },
      'conversationthread-get-1': { path: `/groups/${GROUP}/threads/${thread.id}` },
      'conversationthread-list-posts-1': { path: `/groups/${GROUP}/threads/${thread.id}/posts` },
      'post-get-1': { path: `/groups/${GROUP}/threads/${thread.id}/posts/${thread.posts[0]}` },
      'post-list-attachments-1': {
        path: `/groups/${GROUP}/threads/${thread.id}/posts/${thread.posts[0]}/attachments`,
        person: person('Group.Read.All'),
      },
      'outlook-immutable-id-1': {
        body: { inputIds: inputIds.slice(0, 1), targetIdType: 'restImmutableEntryId', sourceIdType: 'restId' },
        person: person('User.Read'),
      },
      'user-translateexchangeids-1': {
        body: { inputIds, sourceIdType: 'restId', targetIdType: 'restImmutableEntryId' },
        person: person('User.Read'),
      },
      'outlookuser-supportedtimezones-1': { person: person('User.Read') },
      'user-get-mailboxsettings-1': { person: person('MailboxSettings.Read') },
    },
  };
}

const GARTH = {
  ...{ birthday: '1974-07-22T00:00:00Z', givenName: 'Garth', initials: 'G.F.', nickName: 'Garth', surname: 'Fort', fileAs: 'Fort, Garth' },
  emailAddresses: [{ name: 'Garth', address: 'garth@contoso.example' }],
  imAddresses: ['sip:garthf@contoso.example'],
  ...{ jobTitle: 'Web Marketing Manager', companyName: 'Contoso, Inc.', department: 'Sales & Marketing', officeLocation: '20/1101' },
  ...{ businessHomePage: 'https://www.contoso.example', businessPhones: ['+1 918 555 0101'] },
  businessAddress: { street: '10 Contoso Way', city: 'Redmond', state: 'WA', countryOrRegion: 'USA', postalCode: '98075' },
};

export const outlookSamples = {
  samples: [
    'contact-get-1',
    'conversation-list-threads-1',
    'conversationthread-get-1',
    'conversationthread-list-posts-1',
    'outlook-immutable-id-1',
    'outlookuser-supportedtimezones-1',
    'post-get-1',
    'post-list-attachments-1',
    'user-get-mailboxsettings-1',
    'user-translateexchangeids-1',
  ],
  prepare,
};
