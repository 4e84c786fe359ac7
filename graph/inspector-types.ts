import type { CallOptions, Graph, GraphGroup, GraphUser, GraphUserHints } from './types.ts';
import type { TokenClaims } from './token-claims.ts';

export type SampledUser = GraphUser & Pick<GraphUserHints, 'assignedPlans'>;

/** A thing that was found, and whether its words came with it: permissions to read the basics leave them out. */
export interface SampledItem {
  id: string;
  hasWords: boolean;
}

/**
 * What a test of a credential or of a connection asks of Microsoft, by GET alone, which changes nothing. All throw GraphError. Its
 * requests go with the very token that `signIn` has got.
 */
export interface Inspector extends Pick<
  Graph,
  | 'listDomains'
  | 'findUsers'
  | 'hasMembers'
  | 'listUsers'
  | 'listDomainUsers'
  | 'listUsersById'
  | 'findGroups'
  | 'listTransitiveMembers'
  | 'getUserHints'
  | 'probeMailbox'
  | 'getUserPurpose'
  | 'getArchiveId'
  | 'getRootFolderId'
  | 'listFolders'
  | 'listAttachments'
> {
  /** Asks Entra for a new token and tells what is in it. Throws GraphError with Entra's code when it is refused. */
  signIn(options: CallOptions): Promise<TokenClaims>;
  /** The tenant as it calls itself; null when it does not say. */
  getTenantName(options: CallOptions): Promise<string | null>;
  /** The app as the tenant calls it; null when the tenant does not know it. */
  getAppName(args: { clientId: string }, options: CallOptions): Promise<string | null>;
  /** The first users of the directory, as many as are worth a look. */
  sampleUsers(options: CallOptions): Promise<SampledUser[]>;
  /** The first groups of the directory, each with its `visibility`. */
  sampleGroups(options: CallOptions): Promise<Pick<GraphGroup, 'id' | 'visibility'>[]>;
  /** Some message of the mailbox; null when it has none. */
  sampleMessage(args: { userId: string }, options: CallOptions): Promise<SampledItem | null>;
  sampleEvent(args: { userId: string }, options: CallOptions): Promise<SampledItem | null>;
  /** Looks whether the user's OneDrive can be read. */
  probeDrive(args: { userId: string }, options: CallOptions): Promise<void>;
  /** Looks whether the tenant's root site can be read. */
  probeRootSite(options: CallOptions): Promise<void>;
  /** Looks whether the app may ask for its change notifications. */
  probeSubscriptions(options: CallOptions): Promise<void>;
  close(): Promise<void>;
}
