import type { TestEmulator } from './support.ts';

/** The ids of lists that Graph does not give, or whose first element has little beneath it. */
export type KnownIds = Readonly<Record<string, string>>;

/**
 * Puts something into every list that a seeded organisation leaves empty, in the mailbox of this user, so that a walk over
 * documented paths comes to the end of each.
 */
export async function populate(client: TestEmulator, userId: string): Promise<KnownIds> {
  const post = async (path: string, body: object): Promise<any> => {
    const headers = {
      authorization: `Bearer ${await client.appToken()}`,
      'content-type': 'application/json',
      prefer: 'IdType="ImmutableId"',
    };
    const reply = await client.send('POST', `${client.url}/v1.0${path}`, { headers, body: JSON.stringify(body) });
    if (reply.status >= 300) throw new Error(`${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const user = `/users/${userId}`;
  await post(`${user}/contacts`, { givenName: 'Ada', emailAddresses: [{ address: 'ada@partner.example', name: 'Ada' }] });
  const rule = {
    displayName: 'Aside',
    sequence: 1,
    isEnabled: true,
    conditions: { subjectContains: ['x'] },
    actions: { markAsRead: true },
  };
  await post(`${user}/mailFolders/inbox/messageRules`, rule);
  const recurrence = {
    pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'] },
    range: { type: 'endDate', startDate: '2026-01-05', endDate: '2026-12-28' },
  };
  const at = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });
  const event = await post(`${user}/events`, {
    subject: 'Weekly',
    start: at('2026-01-05T09:00:00'),
    end: at('2026-01-05T10:00:00'),
    recurrence,
  });
  await post(`${user}/events/${event.id}/attachments`, {
    ...{ '@odata.type': '#microsoft.graph.fileAttachment', name: 'plan.txt', contentType: 'text/plain', contentBytes: 'cGxhbg==' },
  });
  await post(`${user}/events/${event.id}/extensions`, {
    '@odata.type': 'microsoft.graph.openTypeExtension',
    extensionName: 'org.example.plan',
    room: 'blue',
  });
  const { groups } = (await client.control('GET', '/groups')).body;
  const group = groups.find((entry: any) => entry.kind === 'microsoft365' && !entry.hidden).id as string;
  await client.control('POST', `/groups/${group}/conversations`, {
    topic: 'Plans',
    posts: [{ from: { name: 'Ada', address: 'ada@partner.example' } }],
  });
  const drive = (await client.get(`${user}/drive?$select=id,webUrl`)).body;
  const children = (await client.get(`/drives/${drive.id}/root/children`)).body.value;
  const file = children.find((child: any) => child.file !== undefined).id as string;
  const share = `u!${Buffer.from(String(drive.webUrl)).toString('base64url')}`;
  return {
    ...{ '/groups': group, '/drives': drive.id, '/shares': share },
    ...{ [`/drives/${drive.id}/items`]: file, [`/drives/${drive.id}/special`]: 'documents' },
    ...{ [`${user}/events`]: event.id, [`${user}/calendar/events`]: event.id },
  };
}
