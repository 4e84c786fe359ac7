import type { KeptAnswer } from '../contract/idempotent-request.ts';

export interface IdempotencyClaim {
  callerId: string;
  key: string;
  /** What the request says; only a keyed hash of it is stored. */
  text: string;
  requestId: string;
  /** The id for what is made, unless an earlier try has one already. */
  resourceId: string;
  at: Date;
}

export type IdempotencyState =
  /** To be worked on. `again`: an earlier try may have made the resource before it was lost. */
  | { is: 'claimed'; id: string; resourceId: string; again: boolean }
  | { is: 'answered'; answer: KeptAnswer }
  /** Another request is at work on it. */
  | { is: 'working' }
  /** The key came with another route or body before. */
  | { is: 'different' };

export interface IdempotencyStore {
  claim(claim: IdempotencyClaim): Promise<IdempotencyState>;
  /** Keeps the answer for repeats; does nothing when another try has taken over. */
  answer(change: { id: string; requestId: string; answer: KeptAnswer }): Promise<void>;
  /** Nothing was made: a repeat is a first request. */
  release(change: { id: string; requestId: string }): Promise<void>;
}
