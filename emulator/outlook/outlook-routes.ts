import type { GraphRoute } from '../http/graph-context.ts';
import { contactDeltaRoutes } from './contact-delta.ts';
import { contactFolderRoutes } from './contact-folders.ts';
import { contactRoutes } from './contacts.ts';
import { mailTipRoutes } from './mail-tips.ts';
import { mailboxSettingsRoutes } from './mailbox-settings.ts';
import { masterCategoryRoutes } from './master-categories.ts';
import { messageRuleRoutes } from './message-rules.ts';
import { outlookUserRoutes } from './outlook-user.ts';
import { translateIdRoutes } from './translate-ids.ts';

/** What a mailbox has beside mail and calendars. */
export const outlookRoutes: readonly GraphRoute[] = [
  ...mailboxSettingsRoutes,
  ...outlookUserRoutes,
  ...masterCategoryRoutes,
  ...messageRuleRoutes,
  ...mailTipRoutes,
  ...translateIdRoutes,
  ...contactRoutes,
  ...contactFolderRoutes,
  ...contactDeltaRoutes,
];
