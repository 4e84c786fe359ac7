import type { FolderState } from '../../data/folder-state.ts';
import type { MailboxContext } from '../../http/graph-context.ts';
import { problem } from '../../http/problem.ts';
import { textIn, parametersOf } from './input-values.ts';
import { itemFolder } from './item-folder.ts';
import { writtenJson } from './read-body.ts';

/** The folder of a move or copy, by id or well-known name: learn.microsoft.com/graph/api/message-move. */
export async function destinationIn(context: MailboxContext, action = 'move'): Promise<FolderState> {
  const { destinationId } = parametersOf(await writtenJson(context.request), { name: action, parameters: ['destinationId'] });
  if (destinationId === undefined || destinationId === null || destinationId === '') {
    throw problem(400, 'ErrorInvalidRequest', 'The parameter destinationId is missing.');
  }
  return itemFolder(context.mailbox, textIn(destinationId));
}
