import type { MessageContent, Person } from '../model.ts';
import { isoSeconds } from '../clock.ts';
import type { Post } from './thread.ts';

type Headers = MessageContent['headers'];

export interface Received {
  readonly post: Post;
  readonly earlier: readonly Post[];
  readonly subject: string;
  readonly mailbox: Person;
  readonly receivedMs: number;
  readonly list: { readonly name: string; readonly address: string } | null;
}

/** The headers that stand on received mail, newest hop first; answers name what they answer (RFC 5322, 3.6.4), lists themselves (RFC 2919, 2369). */
export function internetHeaders(of: Received): Headers {
  const { post, earlier, subject, mailbox, receivedMs, list } = of;
  const domain = domainOf(post.from.address);
  const date = new Date(receivedMs).toUTCString().replace('GMT', '+0000');
  const isInside = domain === domainOf(mailbox.address);
  const verdict = isInside
    ? 'spf=none; dkim=none; dmarc=none'
    : `spf=pass smtp.mailfrom=${domain}; dkim=pass header.d=${domain}; dmarc=pass action=none header.from=${domain}`;
  const pairs: [string, string][] = [
    [
      'Received',
      `from mail.${domain} by mx.${domainOf(mailbox.address)} with Microsoft SMTP Server (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384); ${date}`,
    ],
    ['Authentication-Results', verdict],
    ['From', `${encoded(post.from.name)} <${post.from.address}>`],
    ['To', post.to.map((person) => `${encoded(person.name)} <${person.address}>`).join(', ')],
    ['Subject', encoded(subject)],
    ['Date', date],
    ['Message-ID', post.messageId],
    ...(earlier.length > 0
      ? ([
          ['In-Reply-To', earlier[0]!.messageId],
          [
            'References',
            earlier
              .toReversed()
              .map((one) => one.messageId)
              .join(' '),
          ],
        ] as [string, string][])
      : []),
    ...(list === null ? [] : listHeaders(list)),
    ['Return-Path', list === null ? post.from.address : `bounce@${domainOf(list.address)}`],
    ['X-MS-Exchange-Organization-AuthAs', isInside ? 'Internal' : 'Anonymous'],
    ['X-MS-Exchange-Transport-EndToEndLatency', `00:00:0${receivedMs % 9}.${String(receivedMs % 9_973).padStart(7, '0')}`],
    ['X-MS-Exchange-CrossTenant-OriginalArrivalTime', isoSeconds(receivedMs)],
    ['MIME-Version', '1.0'],
  ];
  return pairs.map(([name, value]) => ({ name, value }));
}

function listHeaders(list: { readonly name: string; readonly address: string }): [string, string][] {
  const [local, domain] = list.address.split('@') as [string, string];
  return [
    ['List-Id', `${list.name} <${local}.${domain}>`],
    ['List-Unsubscribe', `<mailto:${local}-leave@${domain}>, <https://${domain}/unsubscribe/${local}>`],
    ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
    ['Precedence', 'bulk'],
  ];
}

function domainOf(address: string): string {
  return address.slice(address.indexOf('@') + 1);
}

/** RFC 2047, as it stands in the mail. */
function encoded(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
}
