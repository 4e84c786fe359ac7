import type { GraphRoute } from '../../http/graph-context.ts';
import { changeMessageRoutes } from './change-message.ts';
import { createMessageRoutes } from './create-message.ts';
import { replyRoutes } from './reply.ts';
import { sendMessageRoutes } from './send-message.ts';
import { writeAttachmentRoutes } from './write-attachments.ts';
import { writeFolderRoutes } from './write-folders.ts';

/** Everything that changes mail. */
export const mailWriteRoutes: readonly GraphRoute[] = [
  ...createMessageRoutes,
  ...changeMessageRoutes,
  ...sendMessageRoutes,
  ...replyRoutes,
  ...writeAttachmentRoutes,
  ...writeFolderRoutes,
];
