import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { GraphError } from '../graph/graph-error.ts';
import type { Graph } from '../graph/types.ts';
import { mindingConsent } from './consent.ts';

const refusal = (operation: string, code: string, status: number) => new GraphError({ operation, code, status });
const options = { budget: { take: async () => undefined, onThrottled: async () => undefined }, signal: new AbortController().signal };

function graphThat(answers: { mailbox: unknown; directory: unknown }) {
  const asked: string[] = [];
  const answer = (name: 'mailbox' | 'directory') => async () => {
    asked.push(name);
    if (answers[name] instanceof Error) throw answers[name];
    return answers[name];
  };
  const graph = { getRootFolderId: answer('mailbox'), listUsers: answer('directory') } as unknown as Graph;
  return { graph: mindingConsent(graph, options), asked };
}

describe('a mailbox that refuses the app', () => {
  const denied = refusal('getRootFolderId', 'ErrorAccessDenied', 403);

  it('is refused alone while the directory answers', async () => {
    const { graph, asked } = graphThat({ mailbox: denied, directory: { items: [], next: null, malformed: [] } });
    await expect(graph.getRootFolderId({ userId: 'u' }, options)).rejects.toBe(denied);
    expect(asked).toEqual(['mailbox', 'directory']);
  });

  it('is the fault of the credential when the directory refuses too', async () => {
    const { graph } = graphThat({ mailbox: denied, directory: refusal('listUsers', 'Authorization_RequestDenied', 403) });
    const error = await graph.getRootFolderId({ userId: 'u' }, options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApplicationFailure);
    expect(error).toMatchObject({ type: 'CredentialRefused', nonRetryable: true });
  });

  it('is not decided upon while the directory refuses for another reason', async () => {
    const expired = refusal('listUsers', 'InvalidAuthenticationToken', 401);
    const { graph } = graphThat({ mailbox: denied, directory: expired });
    await expect(graph.getRootFolderId({ userId: 'u' }, options)).rejects.toBe(expired);
  });
});

it('asks nothing more of the directory for any other fault, or none', async () => {
  const gone = refusal('getRootFolderId', 'ErrorItemNotFound', 404);
  const missing = graphThat({ mailbox: gone, directory: null });
  await expect(missing.graph.getRootFolderId({ userId: 'u' }, options)).rejects.toBe(gone);
  const fine = graphThat({ mailbox: 'root', directory: null });
  expect(await fine.graph.getRootFolderId({ userId: 'u' }, options)).toBe('root');
  expect([...missing.asked, ...fine.asked]).toEqual(['mailbox', 'mailbox']);
});
