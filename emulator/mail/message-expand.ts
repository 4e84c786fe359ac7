import { eventByUid, renderEventOf } from './event-of-message.ts';
import type { ItemView } from '../data/mailbox-state.ts';
import type { MailboxContext } from '../http/graph-context.ts';
import { PROBLEMS } from '../http/problem.ts';
import { attachmentsOf } from './attachments.ts';
import { parseExpand, type Expansion } from './expand.ts';
import { askedProperties, extendedProperties, multiValueProperties } from './extended-properties.ts';
import { isBasicReader } from './message-query.ts';
import { MESSAGE_TYPE } from './render-message.ts';

/** learn.microsoft.com/graph/known-issues#query-parameter-limitations: an expansion gives so many objects at most, and no link to the rest. */
const MOST_ATTACHMENTS = 20;

const NAMES = ['attachments', 'extensions', 'singleValueExtendedProperties', 'multiValueExtendedProperties', 'event'];

/** What `$expand` adds to a message. A reader with Mail.ReadBasic alone may expand nothing. */
export function messageExpander(context: MailboxContext, text = context.request.query.get('$expand')): (item: ItemView) => object {
  const expansions = parseExpand(text, { names: NAMES, type: MESSAGE_TYPE.name });
  if (expansions.length > 0 && isBasicReader(context)) throw PROBLEMS.mailDenied();
  const asked = expansions.flatMap(({ name, options }) =>
    name === 'singlevalueextendedproperties' ? askedProperties(options['filter']) : [],
  );
  return (item) => Object.assign({}, ...expansions.map((expansion) => expanded(context, { item, expansion, asked }))) as object;
}

function expanded(context: MailboxContext, parts: { item: ItemView; expansion: Expansion; asked: readonly string[] }): object {
  const { item, expansion, asked } = parts;
  switch (expansion.name) {
    case 'attachments':
      return {
        attachments: attachmentsOf(context, item, {
          withItem: /\bitem\b/i.test(expansion.options['expand'] ?? ''),
          most: MOST_ATTACHMENTS,
        }),
      };
    case 'extensions':
      return { extensions: [] };
    case 'singlevalueextendedproperties': {
      const found = extendedProperties(item, asked);
      // Graph leaves the property out when the message has none of those asked for.
      return found.length > 0 ? { singleValueExtendedProperties: found } : {};
    }
    case 'multivalueextendedproperties': {
      const found = multiValueProperties(item, askedProperties(expansion.options['filter']));
      return found.length > 0 ? { multiValueExtendedProperties: found } : {};
    }
    case 'event': {
      const uid = item.load().meeting?.uid;
      return uid === undefined ? {} : { event: renderEventOf(context, eventByUid(context.mailbox, uid)) };
    }
    default:
      return {};
  }
}
