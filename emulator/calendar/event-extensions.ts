import type { EventContent } from '../data/model.ts';
import { created, json, noContent, type Answer } from '../http/answer.ts';
import type { GraphRoute } from '../http/graph-context.ts';
import { jsonBody } from '../http/json-body.ts';
import { contextUrl } from '../http/odata.ts';
import { PROBLEMS } from '../http/problem.ts';
import { CALENDAR_FULL_READERS, CALENDAR_WRITERS, eventOfPath, everywhere, type CalendarContext } from './calendar-context.ts';
import { changeEvent } from './event-changes.ts';
import { extensionOfBody } from './event-input.ts';
import { contentOf } from './event-query.ts';

const PATH = '/events/{event-id}/extensions';

/** Open extensions of an event: learn.microsoft.com/graph/api/resources/opentypeextension. */
export function eventExtensionRoutes(): readonly GraphRoute[] {
  const [readers, writers] = [{ roles: CALENDAR_FULL_READERS }, { roles: CALENDAR_WRITERS }];
  return [
    ...everywhere(PATH, { ...readers, kind: 'events.extensions.list', handle: listExtensions }),
    ...everywhere(`${PATH}/{extension-id}`, { ...readers, kind: 'events.extensions.get', handle: getExtension }),
    ...everywhere(PATH, { ...writers, kind: 'events.extensions.create', method: 'POST', handle: addExtension }),
    ...everywhere(`${PATH}/{extension-id}`, { ...writers, kind: 'events.extensions.delete', method: 'DELETE', handle: deleteExtension }),
  ];
}

function extensionsOf(context: CalendarContext): NonNullable<EventContent['extensions']> {
  return contentOf(eventOfPath(context)).extensions ?? [];
}

function place(context: CalendarContext): string {
  return contextUrl(context.request, `${context.root}/events('${encodeURIComponent(context.params['event-id']!)}')/extensions`);
}

function listExtensions(context: CalendarContext): Answer {
  return json({ '@odata.context': place(context), value: extensionsOf(context) });
}

function isNamed(extension: Readonly<Record<string, unknown>>, id: string): boolean {
  return extension['id'] === id || extension['extensionName'] === id;
}

function oneExtension(context: CalendarContext) {
  const found = extensionsOf(context).find((extension) => isNamed(extension, context.params['extension-id']!));
  if (!found) throw PROBLEMS.itemNotFound();
  return found;
}

function getExtension(context: CalendarContext): Answer {
  return json({ '@odata.context': `${place(context)}/$entity`, ...oneExtension(context) });
}

async function addExtension(context: CalendarContext): Promise<Answer> {
  const extension = extensionOfBody(await jsonBody(context.request));
  const others = extensionsOf(context).filter((known) => !isNamed(known, extension['id'] as string));
  await changeEvent(context, eventOfPath(context), { extensions: [...others, extension] });
  return created({ '@odata.context': `${place(context)}/$entity`, ...extension });
}

async function deleteExtension(context: CalendarContext): Promise<Answer> {
  const gone = oneExtension(context);
  await changeEvent(context, eventOfPath(context), {
    extensions: extensionsOf(context).filter((known) => known !== gone && known['id'] !== gone['id']),
  });
  return noContent();
}
