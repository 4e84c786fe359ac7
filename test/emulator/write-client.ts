import { startEmulator, type Reply, type TestEmulator } from './support.ts';
import type { EmulatorOptions } from '../../emulator/build-emulator.ts';

export const WRITER_ROLES = [
  'Mail.ReadWrite', 'Mail.Send', 'MailboxSettings.ReadWrite', 'Contacts.ReadWrite', 'User.Read.All', 'Group.Read.All', 'Calendars.Read',
] as const; // prettier-ignore

export interface WriteOptions {
  readonly headers?: Record<string, string>;
  readonly prefer?: string;
}

export interface Writer extends TestEmulator {
  /** A request with a body, as an app that may write; a Buffer or text goes as it is. */
  write(method: string, path: string, body?: object | string | Buffer, options?: WriteOptions): Promise<Reply>;
  /** The first user who has a mailbox of his own, and another one. */
  readonly people: readonly [MailUser, MailUser];
}

export interface MailUser {
  readonly id: string;
  readonly mail: string;
  readonly displayName: string;
}

export async function startWriter(options: Partial<EmulatorOptions> = {}): Promise<Writer> {
  const client = await startEmulator({ seed: { mailboxes: 4, messagesPerMailbox: 20 }, ...options });
  await client.control('PATCH', `/apps/${client.clientId}`, { roles: [...WRITER_ROLES] });
  const write: Writer['write'] = async (method, path, body, { headers = {}, prefer } = {}) => {
    const url = path.startsWith('https:') ? path : `${client.url}/v1.0${path}`;
    const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
    return client.send(method, url, {
      headers: {
        'content-type': 'application/json',
        ...(prefer === undefined ? {} : { prefer }),
        authorization: `Bearer ${await client.appToken()}`,
        ...headers,
      },
      ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
    });
  };
  const people = client.emulator.world.users().filter((user) => user.class === 'user' && user.mail !== null) as MailUser[];
  return { ...client, write, people: [people[0]!, people[1]!] };
}

export const IMMUTABLE = 'IdType="ImmutableId"';
