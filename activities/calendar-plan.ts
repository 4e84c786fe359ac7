import type { PrivateEventPolicy } from '../contract/policy.ts';
import type { StreamCalendar } from '../contract/stream.ts';
import type { PresentEvent } from '../store/types.ts';
import { isPrivate } from './private-events.ts';

/** What a calendar's list says of one event. */
export interface ListedEvent {
  changeKey: string | null;
  isMaster: boolean;
  /** Undefined where the list did not say. */
  sensitivity: string | null | undefined;
}

export interface CalendarPlan {
  /** Events to be read: new, changed, or stored otherwise than the policy says now. */
  differing: string[];
  /** Series whose changed occurrences are to be read. */
  masters: string[];
  /** Stored events that are not listed any more, changed occurrences of such series among them. */
  gone: string[];
  /** Stored events that the policy does not let be kept any more. */
  forbidden: string[];
  /** Whether the changed occurrences of all series are read. */
  allMasters: boolean;
}

const weekMs = 7 * 24 * 3_600_000;

function differs(listed: ListedEvent, stored: PresentEvent | undefined, policy: PrivateEventPolicy): boolean {
  if (stored === undefined || stored.changeKey !== listed.changeKey) return true;
  return stored.busyOnly !== (policy === 'busyOnly' && isPrivate(listed.sensitivity ?? stored.sensitivity));
}

/** Holds a calendar's list against what is stored: what is to be read, and what has gone. Changes nothing. */
export function planCalendar(given: {
  listed: ReadonlyMap<string, ListedEvent>;
  present: ReadonlyMap<string, PresentEvent>;
  policy: PrivateEventPolicy;
  /** As the stream remembers its last reading. */
  before: StreamCalendar | null;
  now: Date;
}): CalendarPlan {
  const { listed, present, policy, before, now } = given;
  const allMasters = before === null || before.privateEvents !== policy || now.getTime() - before.mastersReadAt.getTime() > weekMs;
  const plan: CalendarPlan = { differing: [], masters: [], gone: [], forbidden: [], allMasters };
  const isForbidden = (event: ListedEvent) => policy === 'none' && isPrivate(event.sensitivity);
  for (const [id, event] of listed) {
    if (isForbidden(event)) continue;
    const isDiffering = differs(event, present.get(id), policy);
    if (isDiffering) plan.differing.push(id);
    if (event.isMaster && (isDiffering || allMasters)) plan.masters.push(id);
  }
  for (const [id, { exceptionOf }] of present) {
    const event = listed.get(exceptionOf ?? id);
    if (event === undefined) plan.gone.push(id);
    else if (isForbidden(event)) plan.forbidden.push(id);
    // A series that became a single event has no occurrences left.
    else if (exceptionOf !== null && !event.isMaster) plan.gone.push(id);
  }
  return plan;
}
