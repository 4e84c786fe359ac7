import type { Credential } from '../contract/credential.ts';
import type { ScopeCode } from '../contract/workflow/scope-codes.ts';
import type { CallOptions, Graph } from '../graph/types.ts';
import { asCredentialFault, isForbidden } from './consent.ts';
import { directoryBudget, type DirectoryCall } from './directory-budget.ts';
import { retrying } from './retrying.ts';
import { ScopeError } from './scope-error.ts';

/** What a scope asks of Graph. */
export type ScopeGraph = Pick<
  Graph,
  'listUsers' | 'listDomainUsers' | 'listUsersById' | 'listDomains' | 'findUsers' | 'findGroups' | 'listTransitiveMembers' | 'hasMembers'
>;

/** The tenant's directory as a scope asks it: each call repeated while its fault may pass, within the units of its kind. */
export interface Directory {
  ask<T>(call: DirectoryCall, ask: (graph: ScopeGraph, options: CallOptions) => Promise<T>): Promise<T>;
  /**
   * As `ask`, where a refusal may concern this kind of object alone: then it is thrown as ScopeError `denied`. When users may
   * not be listed either, it is the credential's fault.
   */
  askFor<T>(denied: ScopeCode, call: DirectoryCall, ask: (graph: ScopeGraph, options: CallOptions) => Promise<T>): Promise<T>;
  signal: AbortSignal;
}

/** What is said where only one kind of object is refused. */
export const deniedWords = (call: DirectoryCall, code: string) => `The application may list users, but Graph refuses ${call} with ${code}.`;

export function createDirectory(given: { graph: ScopeGraph; credential: Credential; signal: AbortSignal }): Directory {
  const { graph, credential, signal } = given;
  const send = async <T>(call: DirectoryCall, ask: (graph: ScopeGraph, options: CallOptions) => Promise<T>): Promise<T> => {
    const budget = directoryBudget(credential, { call, signal });
    return retrying(async () => ask(graph, { budget, signal }), signal);
  };
  const ask: Directory['ask'] = async (call, request) =>
    send(call, request).catch((error: unknown) => {
      throw asCredentialFault(error);
    });
  return {
    signal,
    ask,
    async askFor(denied, call, request) {
      try {
        return await send(call, request);
      } catch (error) {
        if (!isForbidden(error)) throw error;
        await ask('listUsers', (sent, options) => sent.listUsers({ link: null }, options));
        throw new ScopeError(denied, deniedWords(call, error.code));
      }
    },
  };
}
