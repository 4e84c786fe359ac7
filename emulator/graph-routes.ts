import { allCalendarRoutes } from './calendar/routes.ts';
import { attachmentRoutes } from './mail/attachments.ts';
import { createChains } from './mail/sync-token.ts';
import { directoryRoutes } from './directory/directory-routes.ts';
import { driveRoutes } from './files/drives.ts';
import { exchangeSettingsRoutes } from './mail/exchange-settings.ts';
import { folderDeltaRoutes } from './mail/folder-delta.ts';
import { folderRoutes } from './mail/folders.ts';
import { groupMailRoutes } from './groups-mail/group-mail-routes.ts';
import { listRoutes } from './sites/lists.ts';
import { mailWriteRoutes } from './mail/writing/write-routes.ts';
import { messageDeltaRoutes } from './mail/message-delta.ts';
import { messageRoutes } from './mail/messages.ts';
import { outlookRoutes } from './outlook/outlook-routes.ts';
import { siteRoutes } from './sites/sites.ts';
import { subscriptionRoutes } from './subscriptions/subscriptions.ts';
import type { Downloads } from './files/downloads.ts';
import type { GraphRoute } from './http/graph-context.ts';

/** Everything that Graph answers to, room by room. */
export function graphRoutes(options: {
  readonly downloads: Downloads;
  readonly calendarViewDays: number | undefined;
}): readonly GraphRoute[] {
  const { downloads, calendarViewDays } = options;
  const chains = createChains();
  return [
    ...directoryRoutes,
    ...folderRoutes,
    ...folderDeltaRoutes(chains),
    ...messageDeltaRoutes(chains),
    ...messageRoutes,
    ...attachmentRoutes,
    ...exchangeSettingsRoutes,
    ...mailWriteRoutes,
    ...outlookRoutes,
    ...groupMailRoutes,
    ...allCalendarRoutes(chains, calendarViewDays === undefined ? {} : { mostViewDays: calendarViewDays }),
    ...driveRoutes(downloads),
    ...siteRoutes,
    ...listRoutes(downloads),
    ...subscriptionRoutes,
  ];
}
