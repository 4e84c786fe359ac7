import type { AuditEntry } from '../contract/audit.ts';

export interface AuditQuery {
  callerId?: string;
  method?: string;
  route?: string;
  subjectId?: string;
  /** Bounds of the time: from inclusive, to exclusive. */
  from?: Date;
  to?: Date;
  after: string | null;
  limit: number;
}

export interface AuditOutcome {
  id: string;
  status: number;
  createdId: string | null;
  /** What the request concerned beside what its entry says already. */
  subjectIds: string[];
}

/** Entries are added, given their outcome once, and removed by age alone. */
export interface AuditStore {
  add(entry: AuditEntry): Promise<void>;
  /** Adds an entry unless there is one of its id; says whether it has. */
  addOnce(entry: AuditEntry): Promise<boolean>;
  has(id: string): Promise<boolean>;
  /** Writes what came of a request; does nothing where that is written already. */
  finish(outcome: AuditOutcome): Promise<void>;
  /** Newest first. */
  list(query: AuditQuery): Promise<AuditEntry[]>;
  /** Has MongoDB remove entries older than so many days; a later call with another number changes that. */
  keepFor(days: number): Promise<void>;
}
